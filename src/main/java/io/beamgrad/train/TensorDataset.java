package io.beamgrad.train;

import io.beamgrad.tensor.Tensor;
import java.util.Arrays;
import java.util.Locale;
import java.util.stream.IntStream;

/** Rows of two tensors in memory, as {@code torch.utils.data.TensorDataset}. */
public final class TensorDataset implements Dataset {

  private final float[] inputs;
  private final float[] targets;
  private final int[] inputShape;
  private final int[] targetShape;
  private final float[] weights; // null for none
  private final int rows;

  /**
   * A data set over the tensors' own arrays.
   *
   * @param inputs {@code [rows, ...]}
   * @param targets {@code [rows, ...]}
   */
  public TensorDataset(Tensor inputs, Tensor targets) {
    this(inputs, targets, null);
  }

  /**
   * The same with a weight for each row.
   *
   * @param weights {@code [rows]}, finite and at least 0; null for none
   */
  public TensorDataset(Tensor inputs, Tensor targets, Tensor weights) {
    if (inputs.dim() == 0 || targets.dim() == 0 || inputs.size(0) != targets.size(0)) {
      throw new IllegalArgumentException(
          "TensorDataset: inputs "
              + Arrays.toString(inputs.shape())
              + " and targets "
              + Arrays.toString(targets.shape())
              + " differ in rows");
    }
    this.inputs = inputs.data();
    this.targets = targets.data();
    this.inputShape = Arrays.copyOfRange(inputs.shape(), 1, inputs.dim());
    this.targetShape = Arrays.copyOfRange(targets.shape(), 1, targets.dim());
    this.rows = inputs.size(0);
    this.weights = checkedWeights("TensorDataset", weights, rows);
  }

  /** The weights' array, or null for none. */
  static float[] checkedWeights(String name, Tensor weights, int rows) {
    if (weights == null) {
      return null;
    }
    if (weights.dim() != 1 || weights.size(0) != rows) {
      throw new IllegalArgumentException(
          "%s: weights %s of %s rows: expected [%s]"
              .formatted(name, Arrays.toString(weights.shape()), rows, rows));
    }
    for (int i = 0; i < rows; i++) {
      float weight = weights.data()[i];
      if (!(weight >= 0 && weight < Float.POSITIVE_INFINITY)) {
        throw new IllegalArgumentException(
            "%s: weights must be finite and at least 0, that of row %s was %s"
                .formatted(name, i, weight));
      }
    }
    return weights.data();
  }

  /** The number of a row as an index. */
  static int checkedRow(String name, long row, int rows) {
    if (row < 0 || row >= rows) {
      throw new IllegalArgumentException(
          name + ": row " + row + " is outside its " + rows + " rows");
    }
    return (int) row;
  }

  /** All inputs, {@code [rows, ...]}; the data set's own array. */
  public Tensor inputs() {
    return Tensor.wrap(inputs, shape(inputShape));
  }

  /** All targets, {@code [rows, ...]}; the data set's own array. */
  public Tensor targets() {
    return Tensor.wrap(targets, shape(targetShape));
  }

  private int[] shape(int[] ofRow) {
    return IntStream.concat(IntStream.of(rows), Arrays.stream(ofRow)).toArray();
  }

  @Override
  public String toString() {
    return String.format(
        Locale.ROOT,
        "TensorDataset of %,d rows of %s, targets %s",
        rows,
        Arrays.toString(inputShape),
        Arrays.toString(targetShape));
  }

  @Override
  public long size() {
    return rows;
  }

  @Override
  public int[] inputShape() {
    return inputShape.clone();
  }

  @Override
  public int[] targetShape() {
    return targetShape.clone();
  }

  @Override
  public boolean isWeighted() {
    return weights != null;
  }

  @Override
  public void copyRows(long[] rowNumbers, int count, RowBatch to) {
    int inputSize = inputs.length / Math.max(1, rows);
    int targetSize = targets.length / Math.max(1, rows);
    for (int i = 0; i < count; i++) {
      int row = checkedRow("TensorDataset", rowNumbers[i], rows);
      System.arraycopy(inputs, row * inputSize, to.inputs(), i * inputSize, inputSize);
      System.arraycopy(targets, row * targetSize, to.targets(), i * targetSize, targetSize);
      if (weights != null) {
        to.weights()[i] = weights[row];
      }
    }
  }
}
