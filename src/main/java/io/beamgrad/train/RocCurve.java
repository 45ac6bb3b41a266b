package io.beamgrad.train;

import java.util.Arrays;

/**
 * The scores of rows of two classes, for the area under their ROC curve. Up to {@link #MOST_EXACT}
 * rows each score is kept; of more, all are counted by their sign, exponent and first seven bits,
 * so that memory is bounded. The order of the rows never shows.
 */
final class RocCurve {

  static final int MOST_EXACT = 1 << 22;
  private static final int COARSE_BITS = 16;

  private final int mostExact;
  private long[] scores = new long[1024]; // a score that sorts as a whole number, then the class
  private int rows;
  private long[][] coarse; // (class, score); null while each score is kept

  RocCurve() {
    this(MOST_EXACT);
  }

  RocCurve(int mostExact) {
    this.mostExact = mostExact;
  }

  void add(float score, boolean positive) {
    int bits = Float.floatToIntBits(score + 0f); // so that -0 is 0
    int ordered = bits < 0 ? bits ^ 0x7fffffff : bits;
    long row = ((long) ordered << 1) | (positive ? 1 : 0);
    if (coarse != null) {
      count(row);
      return;
    }
    if (rows == mostExact) {
      coarse = new long[2][1 << COARSE_BITS];
      for (int i = 0; i < rows; i++) {
        count(scores[i]);
      }
      scores = null;
      count(row);
      return;
    }
    if (rows == scores.length) {
      scores = Arrays.copyOf(scores, 2 * rows);
    }
    scores[rows++] = row;
  }

  private void count(long row) {
    int score = (int) (row >> 1) >> (Integer.SIZE - COARSE_BITS);
    coarse[(int) row & 1][score + (1 << (COARSE_BITS - 1))]++;
  }

  /**
   * The probability that a positive row's score is above a negative one's, ties counted half; NaN
   * if a class has no rows.
   */
  double area() {
    return coarse == null ? exactArea() : coarseArea();
  }

  private double coarseArea() {
    long negatives = 0;
    long positives = 0;
    double halves = 0; // twice the pairs in order, plus the ties
    for (int score = 0; score < 1 << COARSE_BITS; score++) {
      halves += (double) coarse[1][score] * (2 * negatives + coarse[0][score]);
      negatives += coarse[0][score];
      positives += coarse[1][score];
    }
    return halves / (2.0 * positives * negatives);
  }

  private double exactArea() {
    Arrays.sort(scores, 0, rows);
    long negatives = 0;
    long positives = 0;
    double halves = 0;
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
