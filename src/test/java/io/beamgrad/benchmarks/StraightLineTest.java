package io.beamgrad.benchmarks;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import io.beamgrad.benchmarks.StraightLine.Point;
import java.util.List;
import org.junit.jupiter.api.Test;

class StraightLineTest {
  @Test
  void pointsOfALineGiveIt() {
    StraightLine line =
        StraightLine.through(List.of(new Point(1, 5), new Point(10, 23), new Point(100, 203)));

    assertEquals(3, line.constant(), 1e-9);
    assertEquals(2, line.slope(), 1e-9);
  }

  @Test
  void relativeDifferencesCount() {
    // Of the two of size 1 the one weighs four times the other: (1 + 2 / 4) / (1 + 1 / 4).
    StraightLine line =
        StraightLine.through(List.of(new Point(1, 1), new Point(1, 2), new Point(1000, 1000)));

    assertEquals(1.2, line.at(1), 1e-9);
    assertEquals(1000, line.at(1000), 1e-9);
  }

  @Test
  void aPointIsComparedWithTheLineOfTheOthers() {
    List<Point> points = List.of(new Point(1, 4), new Point(2, 9), new Point(3, 8));

    assertEquals(0.5, StraightLine.difference(points, 1), 1e-9);
    assertEquals(-3 / 7.0, StraightLine.difference(points, 2), 0.0001);
  }

  @Test
  void oneSizeIsNoLine() {
    assertEquals(
        "a line needs two sizes, found [Point[size=1.0, seconds=2.0]]",
        assertThrows(
                IllegalArgumentException.class,
                () -> StraightLine.through(List.of(new Point(1, 2))))
            .getMessage());
  }
}
