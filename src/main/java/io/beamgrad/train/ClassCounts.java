package io.beamgrad.train;

import java.util.Arrays;

/**
 * How often rows of each class were taken for each, and what follows from it: by the rows' weights,
 * where they have some, while counts stay counts. A row of a class that the model does not know is
 * wrong in accuracy and in the precision of the class it was taken for. Of more than {@link
 * #MOST_CLASSES} classes only the ranks are counted: all pairs of them would not fit into memory.
 */
public final class ClassCounts {

  public static final int MOST_CLASSES = 1000;

  private final long[][] counts; // (label, predicted); empty of too many classes
  private final long[] ranks; // rows by how many classes had a larger logit than the label
  private final long[] unknown; // rows of a class that the model does not know, by what it said
  private final double[][] weights; // as counts; null where each row weighs 1
  private final double[] rankWeights; // as ranks; null where each row weighs 1
  private final double[] unknownWeights; // as unknown; null where each row weighs 1

  ClassCounts(int classes, boolean isWeighted) {
    int pairs = classes > MOST_CLASSES ? 0 : classes;
    this.counts = new long[pairs][pairs];
    this.ranks = new long[classes];
    this.unknown = new long[classes];
    this.weights = isWeighted ? new double[pairs][pairs] : null;
    this.rankWeights = isWeighted ? new double[classes] : null;
    this.unknownWeights = isWeighted ? new double[classes] : null;
  }

  /**
   * Counts of rows of known classes without weights that were made elsewhere.
   *
   * @param counts {@code (label, predicted)}; kept
   * @param ranks as {@link #ranked} gives them, one for each class; kept
   */
  public ClassCounts(long[][] counts, long[] ranks) {
    this(counts, ranks, new long[ranks.length], null, null, null);
  }

  /**
   * Counts that were made elsewhere.
   *
   * @param counts {@code (label, predicted)}; kept
   * @param ranks as {@link #ranked} gives them, one for each class; kept
   * @param unknown as {@link #unknown(int)} gives them, one for each class; kept
   * @param weights the sums of weights of the rows of {@code counts}; null where each weighs 1
   * @param rankWeights those of the rows of {@code ranks}; null where each weighs 1
   * @param unknownWeights those of the rows of {@code unknown}; null where each weighs 1
   */
  public ClassCounts(
      long[][] counts,
      long[] ranks,
      long[] unknown,
      double[][] weights,
      double[] rankWeights,
      double[] unknownWeights) {
    this.counts = counts;
    this.ranks = ranks;
    this.unknown = unknown;
    this.weights = weights;
    this.rankWeights = rankWeights;
    this.unknownWeights = unknownWeights;
  }

  /** Adds a row; a weight is only looked at where rows have some. */
  void add(int label, int predicted, int rank, double weight) {
    if (counts.length > 0) {
      counts[label][predicted]++;
    }
    ranks[rank]++;
    if (isWeighted()) {
      if (weights.length > 0) {
        weights[label][predicted] += weight;
      }
      rankWeights[rank] += weight;
    }
  }

  /** Adds a row of a class that the model does not know: whatever it says is wrong. */
  void addUnknown(int predicted, double weight) {
    unknown[predicted]++;
    if (isWeighted()) {
      unknownWeights[predicted] += weight;
    }
  }

  public int classes() {
    return ranks.length;
  }

  /** Whether there are pairs of classes to look at, or too many classes for that. */
  public boolean hasPairs() {
    return counts.length > 0;
  }

  /** Whether rows have weights. */
  public boolean isWeighted() {
    return rankWeights != null;
  }

  /**
   * The confusion matrix: the rows of class {@code label} that were taken for {@code predicted}.
   */
  public long count(int label, int predicted) {
    return counts[label][predicted];
  }

  /** What these rows weigh together; without weights their number. */
  public double weight(int label, int predicted) {
    return isWeighted() ? weights[label][predicted] : counts[label][predicted];
  }

  /** The rows of which {@code rank} classes had a larger logit than the label's. */
  public long ranked(int rank) {
    return ranks[rank];
  }

  /** What these rows weigh together; without weights their number. */
  public double rankedWeight(int rank) {
    return isWeighted() ? rankWeights[rank] : ranks[rank];
  }

  /** The rows of a class. */
  public long rows(int label) {
    return Arrays.stream(counts[label]).sum();
  }

  /** What the rows of a class weigh together; without weights their number. */
  public double weight(int label) {
    double weight = 0;
    for (int predicted = 0; predicted < counts.length; predicted++) {
      weight += weight(label, predicted);
    }
    return weight;
  }

  /** The rows of classes that the model does not know. */
  public long unknown() {
    return Arrays.stream(unknown).sum();
  }

  /** Those of them that were taken for a class. */
  public long unknown(int predicted) {
    return unknown[predicted];
  }

  /** What these rows weigh together; without weights their number. */
  public double unknownWeight(int predicted) {
    return isWeighted() ? unknownWeights[predicted] : unknown[predicted];
  }

  /** What the rows of classes that the model does not know weigh together, or their number. */
  public double unknownWeight() {
    return isWeighted() ? Arrays.stream(unknownWeights).sum() : unknown();
  }

  /** The share of rows whose class has the largest logit; NaN if there are none that weigh. */
  public double accuracy() {
    return topKAccuracy(1);
  }

  /**
   * The share of rows of which fewer than k classes had a larger logit than the label's; NaN if
   * there are none that weigh.
   */
  public double topKAccuracy(int k) {
    if (k < 1) {
      throw new IllegalArgumentException("topKAccuracy: k must be at least 1, was " + k);
    }
    double all = 0;
    double hits = 0;
    for (int rank = 0; rank < ranks.length; rank++) {
      all += rankedWeight(rank);
      hits = rank < k ? all : hits;
    }
    return hits / (all + unknownWeight());
  }

  /** Of the rows taken for a class, the share that are of it; 0 if there are none that weigh. */
  public double precision(int c) {
    double taken = unknownWeight(c);
    for (int label = 0; label < counts.length; label++) {
      taken += weight(label, c);
    }
    return taken == 0 ? 0 : weight(c, c) / taken;
  }

  /** Of the rows of a class, the share that were taken for it; 0 if there are none that weigh. */
  public double recall(int c) {
    double of = weight(c);
    return of == 0 ? 0 : weight(c, c) / of;
  }

  /**
   * The mean of the recalls of the classes that have rows that weigh, as scikit-learn's
   * balanced_accuracy_score; NaN if there are none.
   */
  public double balancedAccuracy() {
    double recalls = 0;
    int classes = 0;
    for (int c = 0; c < counts.length; c++) {
      if (weight(c) != 0) {
        recalls += recall(c);
        classes++;
      }
    }
    return recalls / classes;
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
        && Arrays.equals(ranks, that.ranks)
        && Arrays.equals(unknown, that.unknown)
        && Arrays.deepEquals(weights, that.weights)
        && Arrays.equals(rankWeights, that.rankWeights)
        && Arrays.equals(unknownWeights, that.unknownWeights);
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
