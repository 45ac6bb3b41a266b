package io.beamgrad.train;

import java.util.Arrays;

/**
 * The scores of rows of two classes, for the area under their ROC curve. Up to {@link #MOST_EXACT}
 * rows each score is kept, and the order of the rows never shows; of more, all are counted by their
 * sign, exponent and first seven bits, so that memory is bounded, and the order of rows shows in
 * the rounding of weights alone.
 */
final class RocCurve {

  static final int MOST_EXACT = 1 << 22;
  private static final int COARSE_BITS = 16;
  private static final int CLASS_BIT = 31;
  private static final int WEIGHT_BITS = 0x7fffffff;

  private final int mostExact;
  // A score that sorts as a whole number, then the class, then the bits of the weight.
  private long[] scores = {};
  private int rows;
  private double[][] coarse; // (class, score); null while each score is kept

  RocCurve() {
    this(MOST_EXACT);
  }

  RocCurve(int mostExact) {
    this.mostExact = mostExact;
  }

  /**
   * Adds a row.
   *
   * @param weight above 0
   */
  void add(float score, boolean positive, float weight) {
    int bits = Float.floatToIntBits(score + 0f); // so that -0 is 0
    int ordered = bits < 0 ? bits ^ 0x7fffffff : bits;
    long row =
        ((long) ordered << Integer.SIZE)
            | (positive ? 1L << CLASS_BIT : 0)
            | Float.floatToIntBits(weight);
    if (coarse != null) {
      count(row);
      return;
    }
    if (rows == mostExact) {
      coarse = new double[2][1 << COARSE_BITS];
      for (int i = 0; i < rows; i++) {
        count(scores[i]);
      }
      scores = null;
      count(row);
      return;
    }
    if (rows == scores.length) {
      scores = Arrays.copyOf(scores, Math.max(1024, 2 * rows));
    }
    scores[rows++] = row;
  }

  private void count(long row) {
    int score = (int) (row >> (Long.SIZE - COARSE_BITS));
    coarse[classOf(row)][score + (1 << (COARSE_BITS - 1))] += weight(row);
  }

  private static int classOf(long row) {
    return (int) (row >> CLASS_BIT) & 1;
  }

  private static double weight(long row) {
    return Float.intBitsToFloat((int) row & WEIGHT_BITS);
  }

  /**
   * The probability that a positive row's score is above a negative one's, ties counted half and
   * rows drawn by their weights; NaN if a class has no rows.
   */
  double area() {
    return coarse == null ? exactArea() : coarseArea();
  }

  private double coarseArea() {
    double negatives = 0;
    double positives = 0;
    double halves = 0; // twice the pairs in order, plus the ties
    for (int score = 0; score < 1 << COARSE_BITS; score++) {
      halves += coarse[1][score] * (2 * negatives + coarse[0][score]);
      negatives += coarse[0][score];
      positives += coarse[1][score];
    }
    return halves / (2.0 * positives * negatives);
  }

  private double exactArea() {
    Arrays.sort(scores, 0, rows);
    double negatives = 0;
    double positives = 0;
    double halves = 0;
    double[] tied = new double[2]; // by class
    for (int i = 0; i < rows; ) {
      Arrays.fill(tied, 0);
      long score = scores[i] >> Integer.SIZE;
      for (; i < rows && scores[i] >> Integer.SIZE == score; i++) {
        tied[classOf(scores[i])] += weight(scores[i]);
      }
      halves += tied[1] * (2 * negatives + tied[0]);
      positives += tied[1];
      negatives += tied[0];
    }
    return halves / (2.0 * positives * negatives);
  }
}
