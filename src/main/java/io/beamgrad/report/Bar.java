package io.beamgrad.report;

/**
 * A bar beside a name.
 *
 * @param percent the length of the bar, from 0 to 100
 * @param isBelow whether the value is below 0
 * @param value the value as text
 */
public record Bar(String name, String percent, boolean isBelow, String value, String title) {

  static Bar of(String name, double value, double largest, String text, String title) {
    double share = largest > 0 ? Math.min(1, Math.abs(value) / largest) : 0;
    String percent = Double.toString(Math.round(share * 1000) / 10.0);
    return new Bar(name, percent, value < 0, text, title);
  }
}
