package io.beamgrad.train;

import io.beamgrad.tensor.SparseRows;
import io.beamgrad.tensor.Tensor;
import java.util.Arrays;

/** Sparse rows and their targets in memory. */
public final class SparseDataset implements Dataset {
  private final SparseRows inputs;
  private final float[] targets;
  private final int[] targetShape;
  private final float[] weights; // null for none

  /**
   * A data set over the rows and the tensor's own array.
   *
   * @param targets {@code [rows, ...]}
   */
  public SparseDataset(SparseRows inputs, Tensor targets) {
    this(inputs, targets, null);
  }

  /**
   * The same with a weight for each row.
   *
   * @param weights {@code [rows]}, finite and at least 0; null for none
   */
  public SparseDataset(SparseRows inputs, Tensor targets, Tensor weights) {
    if (targets.dim() == 0 || inputs.rows() != targets.size(0)) {
      throw new IllegalArgumentException(
          "SparseDataset: %s rows of inputs and targets %s differ in rows"
              .formatted(inputs.rows(), Arrays.toString(targets.shape())));
    }
    this.inputs = inputs;
    this.targets = targets.data();
    this.targetShape = Arrays.copyOfRange(targets.shape(), 1, targets.dim());
    this.weights = TensorDataset.checkedWeights("SparseDataset", weights, inputs.rows());
  }

  @Override
  public long size() {
    return inputs.rows();
  }

  @Override
  public int[] inputShape() {
    return new int[] {inputs.width()};
  }

  @Override
  public int[] targetShape() {
    return targetShape.clone();
  }

  @Override
  public boolean isSparse() {
    return true;
  }

  @Override
  public boolean isWeighted() {
    return weights != null;
  }

  @Override
  public void copyRows(long[] rowNumbers, int count, RowBatch to) {
    int targetSize = targets.length / Math.max(1, inputs.rows());
    for (int i = 0; i < count; i++) {
      int row = TensorDataset.checkedRow("SparseDataset", rowNumbers[i], inputs.rows());
      to.sparseInputs().addRow(inputs, row);
      System.arraycopy(targets, row * targetSize, to.targets(), i * targetSize, targetSize);
      if (weights != null) {
        to.weights()[i] = weights[row];
      }
    }
  }
}
