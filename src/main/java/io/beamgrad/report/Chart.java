package io.beamgrad.report;

import io.beamgrad.metrics.Metric;
import java.util.ArrayList;
import java.util.List;
import java.util.function.DoubleFunction;

/**
 * A chart in the coordinates of its picture, which is 400 wide and 240 high, with the origin at the
 * top left.
 *
 * @param note the text below the picture; may be empty
 * @param marks the vertical lines
 * @param yName the text beside the y axis; may be empty
 */
public record Chart(
    String title,
    String note,
    List<Line> lines,
    List<Dot> dots,
    List<Guide> guides,
    List<Tick> xTicks,
    List<Tick> yTicks,
    List<Mark> marks,
    String xName,
    String yName) {
  public static final int WIDTH = 400;
  public static final int HEIGHT = 240;
  public static final int LEFT = 52;
  public static final int RIGHT = 388;
  public static final int TOP = 12;
  public static final int BOTTOM = 202;

  private static final int MOST_POINTS = 500;
  private static final int MOST_DOTS = 120;
  private static final double MANY_SIZES = 50;
  private static final double MUCH_LARGER = 3;

  /** The name and colour of a series, numbered from 0, and the value that it is known by. */
  public record Line(String name, int colour, String value, String path) {
    /** The third and each further round of the eight colours is dashed. */
    public String style() {
      return "s%s%s".formatted(colour % 8, colour < 8 ? "" : colour < 16 ? " dash" : " dots");
    }
  }

  /** A point and the text that is shown for it. */
  public record Dot(String x, String y, int colour, boolean isLarge, String text) {}

  /** A straight line to compare points with. */
  public record Guide(String x1, String y1, String x2, String y2) {}

  /** A value of an axis and its coordinate. */
  public record Tick(String at, String text) {}

  /** A vertical line with a name. */
  public record Mark(String x, String text) {}

  /**
   * Values over epochs.
   *
   * @param points {@code [x, y]} in order of x; those that are not finite leave a gap
   * @param known the x of the value that the series is known by; the last one where none is there
   */
  public record Series(String name, int colour, List<double[]> points, double known) {

    /** A series that is known by its last value. */
    public Series(String name, int colour, List<double[]> points) {
      this(name, colour, points, Double.POSITIVE_INFINITY);
    }

    double knownY() {
      return points.stream()
          .filter(point -> point[0] == known)
          .findFirst()
          .orElse(points.get(points.size() - 1))[1];
    }
  }

  /** What a y axis is of. */
  enum Scale {
    /** Errors and rates: logarithmic where positive values span several orders of magnitude. */
    SIZE,
    /** Scores, such as R²: never logarithmic. */
    SCORE,
    /** Between 0 and 1. */
    SHARE,
    /** Between 0 and 1, in percent. */
    PERCENT;

    static Scale of(Metric metric) {
      return switch (metric.form()) {
        case PERCENT -> PERCENT;
        case SHARE -> SHARE;
        case DIGITS, BRIEF -> metric.isHigherBetter() ? SCORE : SIZE;
      };
    }

    /** The axis of values between two. */
    private Axis axis(double min, double max) {
      if (this == SIZE && min > 0 && max / min > MANY_SIZES) {
        return Axis.log(min, max);
      }
      Axis axis = Axis.around(min, max);
      boolean isShare = this == SHARE || this == PERCENT;
      return isShare && axis.to() > 1 ? Axis.exactly(axis.from(), 1) : axis;
    }

    private String tick(double at) {
      return this == PERCENT ? NumberText.percentTick(at) : NumberText.tick(at);
    }
  }

  /** Lines over epochs. */
  static Chart lines(String title, List<Series> given, DoubleFunction<String> format, Scale scale) {
    return over("epoch", title, given, format, scale);
  }

  /** Lines of a metric over epochs. */
  static Chart lines(String title, List<Series> given, Metric metric) {
    return lines(title, given, value -> NumberText.metric(metric, value), Scale.of(metric));
  }

  /**
   * Lines over a quantity that is counted from 0. Where the values at 0 alone would squeeze all
   * others together they are not drawn, and the note says what they are.
   */
  static Chart over(
      String xName, String title, List<Series> given, DoubleFunction<String> format, Scale scale) {
    List<Series> series = given.stream().filter(s -> !s.points().isEmpty()).toList();
    double maxX = 1;
    for (Series one : series) {
      for (double[] point : one.points()) {
        maxX = Math.max(maxX, point[0]);
      }
    }
    double[] all = range(series, true);
    double[] later = range(series, false);
    boolean leavesOut =
        later[0] < later[1] && all[1] - all[0] > MUCH_LARGER * (later[1] - later[0]);
    double[] shown = leavesOut ? later : all;
    Axis x = Axis.exactly(0, maxX);
    Axis y = shown[0] > shown[1] ? scale.axis(0, 1) : scale.axis(shown[0], shown[1]);
    List<Line> lines = new ArrayList<>();
    List<Dot> dots = new ArrayList<>();
    List<String> outside = new ArrayList<>();
    for (Series one : series) {
      lines.add(
          new Line(one.name(), one.colour(), format.apply(one.knownY()), path(one.points(), x, y)));
      int every = Math.max(1, (one.points().size() + MOST_DOTS - 1) / MOST_DOTS);
      for (int i = 0; i < one.points().size(); i++) {
        double[] point = one.points().get(i);
        if (!Double.isFinite(point[1])) {
          continue;
        }
        if (!y.has(point[1])) {
          outside.add("%s %s".formatted(one.name(), format.apply(point[1])));
        } else if (i % every == 0 || i == one.points().size() - 1) {
          String text =
              "%s, %s %s: %s"
                  .formatted(one.name(), xName, NumberText.brief(point[0]), format.apply(point[1]));
          dots.add(
              new Dot(
                  x(x, point[0]),
                  y(y, point[1]),
                  one.colour() % 8,
                  one.points().size() == 1,
                  text));
        }
      }
    }
    return new Chart(
        title,
        outside.isEmpty() ? "" : "Not drawn, %s 0: %s".formatted(xName, String.join(", ", outside)),
        lines,
        dots,
        List.of(),
        x.wholeTicks().stream().map(at -> new Tick(x(x, at), NumberText.brief(at))).toList(),
        ticks(y, scale::tick),
        List.of(),
        xName,
        y.isLog() ? "logarithmic scale" : "");
  }

  /** The least and the largest finite value; the first is the larger one without any. */
  private static double[] range(List<Series> series, boolean withFirst) {
    double min = Double.POSITIVE_INFINITY;
    double max = Double.NEGATIVE_INFINITY;
    for (Series one : series) {
      for (double[] point : one.points()) {
        if (Double.isFinite(point[1]) && (withFirst || point[0] > 0)) {
          min = Math.min(min, point[1]);
          max = Math.max(max, point[1]);
        }
      }
    }
    return new double[] {min, max};
  }

  /** Lines of shares over shares, with a straight line from and to points of both. */
  static Chart shares(
      String title,
      String xName,
      String yName,
      List<Series> series,
      double[] guide,
      boolean areDots) {
    Axis axis = Axis.exactly(0, 1);
    List<Line> lines = new ArrayList<>();
    List<Dot> dots = new ArrayList<>();
    for (Series one : series) {
      lines.add(new Line(one.name(), one.colour(), "", path(one.points(), axis, axis)));
      for (double[] point : one.points()) {
        String text =
            "%s %s, %s %s"
                .formatted(
                    xName, NumberText.percent(point[0]), yName, NumberText.percent(point[1]));
        dots.add(new Dot(x(axis, point[0]), y(axis, point[1]), one.colour() % 8, areDots, text));
      }
    }
    return new Chart(
        title,
        "",
        lines,
        dots,
        List.of(
            new Guide(x(axis, guide[0]), y(axis, guide[1]), x(axis, guide[2]), y(axis, guide[3]))),
        axis.ticks().stream().map(at -> new Tick(x(axis, at), NumberText.percentTick(at))).toList(),
        ticks(axis, NumberText::percentTick),
        List.of(),
        xName,
        yName);
  }

  private static List<Tick> ticks(Axis y, DoubleFunction<String> format) {
    return y.ticks().stream().map(at -> new Tick(y(y, at), format.apply(at))).toList();
  }

  Chart withMark(double epoch, double epochs, String text) {
    Axis x = Axis.exactly(0, Math.max(1, epochs));
    return new Chart(
        title,
        note,
        lines,
        dots,
        guides,
        xTicks,
        yTicks,
        List.of(new Mark(x(x, epoch), text)),
        xName,
        yName);
  }

  /** Points of two numbers, with the line where both are equal, or the line of zero. */
  static Chart scatter(
      String title, String xName, double[] xs, double[] ys, boolean isEqualLine, String xWord) {
    double[] xRange = range(xs);
    double[] yRange = range(ys);
    if (isEqualLine) {
      xRange = new double[] {Math.min(xRange[0], yRange[0]), Math.max(xRange[1], yRange[1])};
      yRange = xRange;
    } else {
      yRange = new double[] {Math.min(0, yRange[0]), Math.max(0, yRange[1])};
    }
    Axis x = Axis.around(xRange[0], xRange[1]);
    Axis y = Axis.around(yRange[0], yRange[1]);
    List<Dot> dots = new ArrayList<>();
    for (int i = 0; i < xs.length; i++) {
      if (Double.isFinite(xs[i]) && Double.isFinite(ys[i])) {
        String text =
            "%s %s, %s %s"
                .formatted(xWord, NumberText.brief(xs[i]), title, NumberText.brief(ys[i]));
        dots.add(new Dot(x(x, xs[i]), y(y, ys[i]), 0, true, text));
      }
    }
    Guide guide =
        isEqualLine
            ? new Guide(x(x, x.from()), y(y, x.from()), x(x, x.to()), y(y, x.to()))
            : new Guide(x(x, x.from()), y(y, 0), x(x, x.to()), y(y, 0));
    return new Chart(
        title,
        "",
        List.of(),
        dots,
        List.of(guide),
        x.ticks().stream().map(at -> new Tick(x(x, at), NumberText.tick(at))).toList(),
        ticks(y, NumberText::tick),
        List.of(),
        xName,
        "");
  }

  private static double[] range(double[] values) {
    double min = Double.POSITIVE_INFINITY;
    double max = Double.NEGATIVE_INFINITY;
    for (double value : values) {
      if (Double.isFinite(value)) {
        min = Math.min(min, value);
        max = Math.max(max, value);
      }
    }
    return min > max ? new double[] {0, 1} : new double[] {min, max};
  }

  /** A line from a point outside of the axis begins where it enters. */
  private static String path(List<double[]> points, Axis x, Axis y) {
    StringBuilder path = new StringBuilder();
    int every = Math.max(1, (points.size() + MOST_POINTS - 1) / MOST_POINTS);
    boolean isDown = false;
    for (int i = 0; i < points.size(); i++) {
      double[] point = points.get(i);
      if (!Double.isFinite(point[1])) {
        isDown = false;
      } else if (!y.has(point[1])) {
        isDown = i + 1 < points.size() && Double.isFinite(points.get(i + 1)[1]);
        if (isDown) {
          double[] next = points.get(i + 1);
          double edge = point[1] > y.to() ? 1 : 0;
          double from = y.share(point[1]);
          double way = Double.isFinite(from) ? (edge - from) / (y.share(next[1]) - from) : 1;
          path.append('M')
              .append(x(x, point[0] + way * (next[0] - point[0])))
              .append(' ')
              .append(tenths(BOTTOM - edge * (BOTTOM - TOP)));
        }
      } else if (i % every == 0 || i == points.size() - 1) {
        path.append(isDown ? 'L' : 'M').append(x(x, point[0])).append(' ').append(y(y, point[1]));
        isDown = true;
      }
    }
    return path.toString();
  }

  private static String x(Axis axis, double value) {
    return tenths(LEFT + axis.share(value) * (RIGHT - LEFT));
  }

  private static String y(Axis axis, double value) {
    return tenths(BOTTOM - axis.share(value) * (BOTTOM - TOP));
  }

  private static String tenths(double pixels) {
    return Double.toString(Math.round(pixels * 10) / 10.0);
  }

  /** The chart in words, for screen readers. */
  public String description() {
    StringBuilder text = new StringBuilder(title);
    for (Line line : lines) {
      text.append("; ").append(line.name()).append(' ').append(line.value());
    }
    return text.toString();
  }
}
