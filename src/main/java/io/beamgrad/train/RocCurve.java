package io.beamgrad.train;

import java.util.Arrays;

/** The scores of rows of two classes, for the area under their ROC curve. Grows with the rows. */
final class RocCurve {

  private long[] scores = new long[1024]; // a score that sorts as a whole number, then the class
  private int rows;

  void add(float score, boolean positive) {
    if (rows == scores.length) {
      scores = Arrays.copyOf(scores, 2 * rows);
    }
    int bits = Float.floatToIntBits(score + 0f); // so that -0 is 0
    int ordered = bits < 0 ? bits ^ 0x7fffffff : bits;
    scores[rows++] = ((long) ordered << 1) | (positive ? 1 : 0);
  }

  /**
   * The probability that a positive row's score is above a negative one's, ties counted half; NaN
   * if a class has no rows.
   */
  double area() {
    Arrays.sort(scores, 0, rows);
    long negatives = 0;
    long positives = 0;
    double halves = 0; // twice the pairs in order, plus the ties
    for (int i = 0; i < rows; ) {
      long tiedPositives = 0;
      long tiedNegatives = 0;
      long score = scores[i] >> 1;
      for (; i < rows && scores[i] >> 1 == score; i++) {
        tiedPositives += scores[i] & 1;
        tiedNegatives += 1 - (scores[i] & 1);
      }
      halves += (double) tiedPositives * (2 * negatives + tiedNegatives);
      positives += tiedPositives;
      negatives += tiedNegatives;
    }
    return halves / (2.0 * positives * negatives);
  }
}
