package io.beamgrad.train;

import java.util.Arrays;

/**
 * How often rows of each class were taken for each, and what follows from it. Of more than {@link
 * #MOST_CLASSES} classes only the ranks are counted: all pairs of them would not fit into memory.
 */
public final class ClassCounts {

  public static final int MOST_CLASSES = 1000;

  private final long[][] counts; // (label, predicted); empty of too many classes
  private final long[] ranks; // rows by how many classes had a larger logit than the label
  private long rows;

  ClassCounts(int classes) {
    this(classes > MOST_CLASSES ? new long[0][0] : new long[classes][classes], new long[classes]);
  }

  /**
   * Counts that were made elsewhere.
   *
   * @param counts {@code (label, predicted)}; kept
   * @param ranks as {@link #ranked} gives them, one for each class; kept
   */
  public ClassCounts(long[][] counts, long[] ranks) {
    this.counts = counts;
    this.ranks = ranks;
    this.rows = Arrays.stream(ranks).sum();
  }

  void add(int label, int predicted, int rank) {
    if (counts.length > 0) {
      counts[label][predicted]++;
    }
    ranks[rank]++;
    rows++;
  }

  public int classes() {
    return ranks.length;
  }

  /** Whether there are pairs of classes to look at, or too many classes for that. */
  public boolean hasPairs() {
    return counts.length > 0;
  }

  /**
   * The confusion matrix: the rows of class {@code label} that were taken for {@code predicted}.
   */
  public long count(int label, int predicted) {
    return counts[label][predicted];
  }

  /** The rows of which {@code rank} classes had a larger logit than the label's. */
  public long ranked(int rank) {
    return ranks[rank];
  }

  /** The rows of a class. */
  public long rows(int label) {
    return Arrays.stream(counts[label]).sum();
  }

  public double accuracy() {
    return topKAccuracy(1);
  }

  /** The share of rows of which fewer than k classes had a larger logit than the label's. */
  public double topKAccuracy(int k) {
    if (k < 1) {
      throw new IllegalArgumentException("topKAccuracy: k must be at least 1, was " + k);
    }
    long hits = 0;
    for (int rank = 0; rank < Math.min(k, ranks.length); rank++) {
      hits += ranks[rank];
    }
    return (double) hits / rows;
  }

  /** Of the rows taken for a class, the share that are of it; 0 if there are none. */
  public double precision(int c) {
    long taken = 0;
    for (long[] row : counts) {
      taken += row[c];
    }
    return taken == 0 ? 0 : (double) counts[c][c] / taken;
  }

  /** Of the rows of a class, the share that were taken for it; 0 if there are none. */
  public double recall(int c) {
    long of = rows(c);
    return of == 0 ? 0 : (double) counts[c][c] / of;
  }

  /** The harmonic mean of precision and recall; 0 if both are. */
  public double f1(int c) {
    double sum = precision(c) + recall(c);
    return sum == 0 ? 0 : 2 * precision(c) * recall(c) / sum;
  }

  @Override
  public boolean equals(Object other) {
    return other instanceof ClassCounts that
        && Arrays.deepEquals(counts, that.counts)
        && Arrays.equals(ranks, that.ranks);
  }

  @Override
  public int hashCode() {
    return Arrays.deepHashCode(counts);
  }

  @Override
  public String toString() {
    return Arrays.deepToString(counts);
  }
}
