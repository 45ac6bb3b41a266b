package io.beamgrad.benchmarks;

import java.util.ArrayList;
import java.util.List;

/**
 * A straight line through points, by the least squares of relative differences, as times of sizes
 * that are far apart have.
 */
record StraightLine(double constant, double slope) {
  /** A time that a size takes. */
  record Point(double size, double seconds) {}

  /**
   * The line through at least two points of different sizes.
   *
   * @throws IllegalArgumentException where there are no two
   */
  static StraightLine through(List<Point> points) {
    double weights = 0;
    double sizes = 0;
    double seconds = 0;
    for (Point point : points) {
      double weight = weight(point);
      weights += weight;
      sizes += weight * point.size();
      seconds += weight * point.seconds();
    }
    double meanSize = sizes / weights;
    double meanSeconds = seconds / weights;
    double squares = 0;
    double products = 0;
    for (Point point : points) {
      double distance = point.size() - meanSize;
      squares += weight(point) * distance * distance;
      products += weight(point) * distance * (point.seconds() - meanSeconds);
    }
    if (points.size() < 2 || squares == 0) {
      throw new IllegalArgumentException("a line needs two sizes, found " + points);
    }
    double slope = products / squares;
    return new StraightLine(meanSeconds - slope * meanSize, slope);
  }

  /** By what share a point is above the line through all others, or below it. */
  static double difference(List<Point> points, int of) {
    List<Point> others = new ArrayList<>(points);
    Point point = others.remove(of);
    return point.seconds() / through(others).at(point.size()) - 1;
  }

  private static double weight(Point point) {
    return 1 / (point.seconds() * point.seconds());
  }

  double at(double size) {
    return constant + slope * size;
  }
}
