package io.beamgrad.train;

import io.beamgrad.tensor.Tensor;
import java.util.Arrays;

/** Rows of two tensors in memory, as {@code torch.utils.data.TensorDataset}. */
public final class TensorDataset implements Dataset {

  private final float[] inputs;
  private final float[] targets;
  private final int[] inputShape;
  private final int[] targetShape;
  private final int rows;

  /**
   * A data set over the tensors' own arrays.
   *
   * @param inputs {@code [rows, ...]}
   * @param targets {@code [rows, ...]}
   */
  public TensorDataset(Tensor inputs, Tensor targets) {
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
  public void copyRows(long[] rowNumbers, int count, float[] inputsOut, float[] targetsOut) {
    int inputSize = inputs.length / Math.max(1, rows);
    int targetSize = targets.length / Math.max(1, rows);
    for (int i = 0; i < count; i++) {
      if (rowNumbers[i] < 0 || rowNumbers[i] >= rows) {
        throw new IllegalArgumentException(
            "TensorDataset: row " + rowNumbers[i] + " is outside its " + rows + " rows");
      }
      int row = (int) rowNumbers[i];
      System.arraycopy(inputs, row * inputSize, inputsOut, i * inputSize, inputSize);
      System.arraycopy(targets, row * targetSize, targetsOut, i * targetSize, targetSize);
    }
  }
}
