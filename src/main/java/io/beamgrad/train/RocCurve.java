package io.beamgrad.train;

import java.util.Arrays;

/**
 * The scores of rows of two classes, for their ROC curve and the area under it. Up to {@link
 * #MOST_EXACT} rows each score is kept, and the order of the rows never shows; of more, all are
 * counted by their sign, exponent and first seven bits, so that memory is bounded, and the order of
 * rows shows in the rounding of weights alone.
 */
public final class RocCurve {

  /** Takes what the rows of one score weigh. */
  @FunctionalInterface
  public interface ScoreSink {

    /** Of a curve of more than {@link #MOST_EXACT} rows a score stands for those close to it. */
    void accept(float score, double negatives, double positives);
  }

  static final int MOST_EXACT = 1 << 22;
  private static final int COARSE_BITS = 16;
  private static final int CLASS_BIT = 31;
  private static final int WEIGHT_BITS = 0x7fffffff;

  private final int mostExact;
  // A score that sorts as a whole number, then the class, then the bits of the weight.
  private long[] scores = {};
  private int rows;
  private double[][] coarse; // (class, score); null while each score is kept

  public RocCurve() {
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
  public void add(float score, boolean positive, float weight) {
    int ordered = ordered(Float.floatToIntBits(score + 0f)); // so that -0 is 0
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

  /** The bits of a number as a whole number that sorts as it does, and back. */
  private static int ordered(int bits) {
    return bits < 0 ? bits ^ 0x7fffffff : bits;
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
    double[] sums = new double[3]; // negatives, positives, twice the pairs in order plus the ties
    forEach(
        (score, negatives, positives) -> {
          sums[2] += positives * (2 * sums[0] + negatives);
          sums[0] += negatives;
          sums[1] += positives;
        });
    return sums[2] / (2.0 * sums[1] * sums[0]);
  }

  /** Gives each score that rows have, from below. */
  public void forEach(ScoreSink sink) {
    if (coarse != null) {
      for (int at = 0; at < 1 << COARSE_BITS; at++) {
        giveCoarse(at, sink);
      }
      return;
    }
    Arrays.sort(scores, 0, rows);
    for (int from = 0; from < rows; ) {
      int to = from + 1;
      while (to < rows && score(to) == score(from)) {
        to++;
      }
      giveTied(from, to, sink);
      from = to;
    }
  }

  /** Gives each score that rows have, from above. */
  public void forEachFromAbove(ScoreSink sink) {
    if (coarse != null) {
      for (int at = (1 << COARSE_BITS) - 1; at >= 0; at--) {
        giveCoarse(at, sink);
      }
      return;
    }
    Arrays.sort(scores, 0, rows);
    for (int to = rows; to > 0; ) {
      int from = to - 1;
      while (from > 0 && score(from - 1) == score(from)) {
        from--;
      }
      giveTied(from, to, sink);
      to = from;
    }
  }

  /** The score of a row as a whole number that sorts as it does. */
  private int score(int row) {
    return (int) (scores[row] >> Integer.SIZE);
  }

  private void giveTied(int fromInclusive, int toExclusive, ScoreSink sink) {
    double[] tied = new double[2]; // by class
    for (int i = fromInclusive; i < toExclusive; i++) {
      tied[classOf(scores[i])] += weight(scores[i]);
    }
    sink.accept(Float.intBitsToFloat(ordered(score(fromInclusive))), tied[0], tied[1]);
  }

  private void giveCoarse(int at, ScoreSink sink) {
    if (coarse[0][at] > 0 || coarse[1][at] > 0) {
      int first = (at - (1 << (COARSE_BITS - 1))) << (Integer.SIZE - COARSE_BITS);
      float middle = Float.intBitsToFloat(ordered(first | 1 << (COARSE_BITS - 1)));
      float score = Float.isNaN(middle) ? Float.intBitsToFloat(ordered(first)) : middle;
      sink.accept(score, coarse[0][at], coarse[1][at]);
    }
  }
}
