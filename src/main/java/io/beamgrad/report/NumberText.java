package io.beamgrad.report;

import io.beamgrad.metrics.Metric;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.Locale;

/** Formats numbers for people to read, alike in every locale. */
public final class NumberText {
  private static final DateTimeFormatter TIME =
      DateTimeFormatter.ofPattern("yyyy-MM-dd HH:mm:ss", Locale.ROOT);

  private NumberText() {}

  /** A whole number with separators, such as 48,000. */
  public static String count(long number) {
    return String.format(Locale.ROOT, "%,d", number);
  }

  /**
   * A number with four digits after the point; from 100 on with six in all, and of other sizes with
   * a power of ten. Empty for null.
   */
  public static String number(Double value) {
    if (value == null) {
      return "";
    }
    if (!Double.isFinite(value)) {
      return Double.isNaN(value) ? "NaN" : value > 0 ? "infinite" : "-infinite";
    }
    double size = Math.abs(value);
    if (size != 0 && (size < 0.001 || size >= 1e7)) {
      return power("%.3e", value);
    }
    int digits = size < 100 ? 4 : Math.max(0, 5 - (int) Math.floor(Math.log10(size)));
    return String.format(Locale.ROOT, "%,." + digits + "f", value);
  }

  /** A number of any size, in few digits. */
  public static String brief(Double value) {
    if (value == null) {
      return "";
    }
    double size = Math.abs(value);
    if (value == Math.rint(value) && size < 1e7) {
      return String.format(Locale.ROOT, "%,d", value.longValue());
    }
    if (size >= 1e7 || size < 1e-4) {
      return power("%.3e", value);
    }
    int digits = Math.max(0, 3 - (int) Math.floor(Math.log10(size)));
    return String.format(Locale.ROOT, "%,." + digits + "f", value)
        .replaceFirst("(\\.\\d*?)0+$", "$1")
        .replaceFirst("\\.$", "");
  }

  /** Such as 1.25e9, without zeros that say nothing. */
  private static String power(String format, double value) {
    return String.format(Locale.ROOT, format, value)
        .replaceFirst("\\.?0*e", "e")
        .replace("e+", "e")
        .replaceFirst("e(-?)0", "e$1");
  }

  /** A share such as 82.0%. */
  public static String percent(double share) {
    double percent = 100 * share;
    return String.format(
        Locale.ROOT, percent > 99.9 && percent < 100 ? "%.2f%%" : "%.1f%%", percent);
  }

  /** A metric among others of its kind, in a table: a share with two digits after the point. */
  static String exact(Metric metric, Double value) {
    return value == null
        ? ""
        : metric.form() == Metric.Form.PERCENT ? percentExact(value) : metric(metric, value);
  }

  /** A share such as 82.04%. */
  static String percentExact(double share) {
    return Double.isFinite(share)
        ? String.format(Locale.ROOT, "%.2f%%", 100 * share)
        : number(share);
  }

  /** A metric in its own number format. */
  public static String metric(Metric metric, double value) {
    return switch (metric.form()) {
      case PERCENT -> percent(value);
      case SHARE, DIGITS -> number(value);
      case BRIEF -> brief(value);
    };
  }

  /** The text with a capital first letter. */
  static String title(String text) {
    return text.substring(0, 1).toUpperCase(Locale.ROOT) + text.substring(1);
  }

  /** A number as the label of a tick: 20k, 1.5M, and others in few digits. */
  static String tick(double value) {
    double size = Math.abs(value);
    if (size >= 1e4 && size < 1e9) {
      return size < 1e6 ? brief(value / 1e3) + "k" : brief(value / 1e6) + "M";
    }
    return brief(value);
  }

  /** A share as the label of a tick, such as 75%. */
  public static String percentTick(double share) {
    return brief(Math.round(share * 1e6) / 1e4) + "%";
  }

  /** A duration such as 3.1 s, 4 min 5 s or 2 h 10 min. */
  public static String seconds(double seconds) {
    if (seconds < 100) {
      return String.format(Locale.ROOT, seconds < 10 ? "%.2f s" : "%.1f s", seconds);
    }
    Duration time = Duration.ofSeconds(Math.round(seconds));
    return time.toHours() > 0
        ? "%s h %s min".formatted(time.toHours(), time.toMinutesPart())
        : "%s min %s s".formatted(time.toMinutes(), time.toSecondsPart());
  }

  /** A time of the form 2026-11-23T11:20:45Z in UTC to the second. */
  public static String time(String instant) {
    return instant.isEmpty() ? "" : time(Instant.parse(instant));
  }

  /** The same of a time. */
  public static String time(Instant instant) {
    return TIME.format(instant.atZone(ZoneOffset.UTC)) + " UTC";
  }

  /** A text cut to a length. */
  public static String cut(String text, int most) {
    return text.length() <= most ? text : text.substring(0, most - 1) + "…";
  }
}
