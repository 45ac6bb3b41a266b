package io.beamgrad.data.digits;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/**
 * The ways in which people write the ten digits: for each digit some variants, for each variant its
 * strokes, for each stroke the points that the pen passes, smoothly or, at a corner, not.
 */
final class DigitStrokes {
  /**
   * Points in percent of a box, x to the right, y down; {@code !} marks a corner, {@code |} lifts
   * the pen.
   */
  private static final String[][] VARIANTS = {
    {
      "55,4 25,14 10,48 24,86 50,97 78,84 90,48 78,15 52,4 44,8",
      "66,8 36,6 14,36 14,68 36,95 66,90 86,60 84,28 62,6 40,12",
      "46,5 22,30 22,72 48,96 74,70 76,30 54,6 38,14",
    },
    {
      "52,3 50,35 49,65 48,97",
      "30,24 42,16 54,3! 53,50 52,97",
      "28,26 42,17 53,4! 52,50 50,95 | 28,96 50,95 74,95",
      "62,3 55,35 46,65 38,97",
    },
    {
      "16,25 28,8 54,3 76,16 76,36 54,64 18,95! 50,93 86,94",
      "14,30 24,10 52,3 74,18 68,42 44,72 22,90 14,82 26,74 48,86 68,95 88,86",
      "22,14 46,4 74,10 80,30 62,56 36,80 16,94! 46,88 84,97",
    },
    {
      "16,16 38,4 66,8 72,28 56,44 38,48! 62,50 82,66 76,88 48,98 16,88",
      "18,6 46,5 78,5! 62,24 44,42! 68,46 84,66 72,90 44,97 14,86",
      "20,20 40,4 70,12 68,34 46,46 40,48 50,48 76,58 78,82 50,97 20,86",
    },
    {
      "28,5 22,30 16,54! 50,54 86,52 | 68,6 66,50 63,97",
      "62,4 38,32 12,62! 50,63 90,62 | 66,28 64,60 60,97",
      "20,8 18,34 26,52 52,56 76,46! | 78,5 74,46 70,97",
      "66,4 40,30 14,58! 48,60 84,58! | 66,4 66,50 64,97",
    },
    {
      "80,5 52,5 26,6! 24,24 21,44! 46,36 74,46 82,70 66,92 38,97 14,86",
      "28,6 26,24 22,46! 46,38 72,46 80,70 62,93 36,96 14,86 | 28,6 52,7 82,4",
      "84,8 56,8 34,14 28,30 40,42 66,52 78,70 64,91 38,96 16,88",
    },
    {
      "68,4 44,20 24,48 18,74 34,95 60,95 78,78 70,58 48,52 26,66 20,78",
      "56,3 36,28 24,58 26,84 48,97 72,88 76,68 58,56 36,64 26,80",
      "78,10 52,8 28,32 16,64 28,92 56,96 80,80 74,60 50,54 24,70",
    },
    {
      "14,8 48,7 84,6! 66,36 50,66 40,97",
      "14,20 16,8 48,9 82,7! 60,44 48,70 44,97",
      "14,8 48,8 84,7! 64,42 42,97 | 34,52 54,51 76,49",
      "16,12 40,6 66,12 84,8! 76,30 58,58 50,97",
    },
    {
      "72,16 50,4 26,14 30,34 52,48 76,66 72,90 48,98 24,88 24,68 48,50 70,34 76,18 66,8",
      "50,48 28,34 28,14 50,4 72,14 72,34 50,48 24,66 24,88 50,98 76,88 76,66 52,48",
      "78,12 56,4 30,12 34,32 60,50 74,72 58,95 32,92 26,72 46,50 68,32 82,16",
    },
    {
      "76,22 58,4 30,10 18,32 32,50 58,48 74,28 77,14! 76,40 72,70 68,97",
      "72,12 46,4 22,20 24,44 48,50 70,36 76,14 78,42 70,76 50,95 26,92",
      "70,10 42,6 22,28 36,48 60,42 74,16! 66,50 54,97",
      "60,6 32,10 24,34 44,48 66,36 66,10 56,5 66,24 70,60 66,97",
    },
  };

  private static final List<List<List<Point>>>[] DIGITS = parsed();

  private DigitStrokes() {}

  /** A point that the pen passes, in a box of size 1. */
  record Point(double x, double y, boolean corner) {}

  /** The variants of a digit, each a list of strokes. */
  static List<List<List<Point>>> variants(int digit) {
    return DIGITS[digit];
  }

  @SuppressWarnings({"unchecked", "rawtypes"})
  private static List<List<List<Point>>>[] parsed() {
    List<List<List<Point>>>[] digits = new List[VARIANTS.length];
    for (int digit = 0; digit < digits.length; digit++) {
      digits[digit] = Arrays.stream(VARIANTS[digit]).map(DigitStrokes::strokes).toList();
    }
    return digits;
  }

  private static List<List<Point>> strokes(String variant) {
    return Arrays.stream(variant.split("\\|", -1)).map(DigitStrokes::stroke).toList();
  }

  private static List<Point> stroke(String points) {
    List<Point> stroke = new ArrayList<>();
    for (String point : points.strip().split(" ", -1)) {
      boolean corner = point.endsWith("!");
      String[] xy = (corner ? point.substring(0, point.length() - 1) : point).split(",", -1);
      stroke.add(
          new Point(Integer.parseInt(xy[0]) / 100.0, Integer.parseInt(xy[1]) / 100.0, corner));
    }
    return List.copyOf(stroke);
  }
}
