package io.beamgrad.report;

import java.util.ArrayList;
import java.util.List;

/**
 * An axis of a chart, which maps values to shares of its length.
 *
 * @param from the value at the lower end
 * @param to the value at the upper end, larger than {@code from}
 * @param step the distance between ticks; ignored where {@code isLog}
 * @param isLog whether the axis is logarithmic
 */
record Axis(double from, double to, double step, boolean isLog) {
  private static final int TICKS = 4;

  /** An axis around values, whose ends are round numbers. */
  static Axis around(double min, double max) {
    if (min == max) {
      double half = min == 0 ? 1 : Math.abs(min) / 2;
      return around(min - half, max + half);
    }
    double step = step(max - min);
    return new Axis(Math.floor(min / step) * step, Math.ceil(max / step) * step, step, false);
  }

  static Axis log(double min, double max) {
    double from = Math.floor(Math.log10(min));
    double to = Math.ceil(Math.log10(max));
    return new Axis(Math.pow(10, from), Math.pow(10, Math.max(to, from + 1)), 0, true);
  }

  static Axis exactly(double from, double to) {
    double end = to > from ? to : from + 1;
    return new Axis(from, end, step(end - from), false);
  }

  private static double step(double range) {
    double rough = range / TICKS;
    double power = Math.pow(10, Math.floor(Math.log10(rough)));
    double times = rough / power;
    return (times > 5 ? 10 : times > 2.5 ? 5 : times > 2 ? 2.5 : times > 1 ? 2 : 1) * power;
  }

  /** True of values on the axis, but for a rounding. */
  boolean has(double value) {
    double share = share(value);
    return share > -1e-9 && share < 1 + 1e-9;
  }

  /** The share of the axis below a value, from 0 to 1. */
  double share(double value) {
    return isLog
        ? (Math.log10(value) - Math.log10(from)) / (Math.log10(to) - Math.log10(from))
        : (value - from) / (to - from);
  }

  List<Double> ticks() {
    List<Double> ticks = new ArrayList<>();
    if (isLog) {
      long first = Math.round(Math.log10(from));
      long last = Math.round(Math.log10(to));
      long each = Math.max(1, (last - first) / TICKS);
      for (long power = first; power <= last; power += each) {
        ticks.add(Math.pow(10, (double) power));
      }
      return ticks;
    }
    for (double i = Math.ceil(from / step - 1e-9); i * step <= to + step * 1e-9; i++) {
      ticks.add(i == 0 ? 0.0 : i * step);
    }
    return ticks;
  }

  /** Ticks that are whole numbers. */
  List<Double> wholeTicks() {
    double whole = Math.max(1, step);
    List<Double> ticks = new ArrayList<>();
    for (double i = Math.ceil(from / whole); i * whole <= to; i++) {
      ticks.add(i * whole);
    }
    return ticks;
  }
}
