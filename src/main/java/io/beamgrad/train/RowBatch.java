package io.beamgrad.train;

import io.beamgrad.tensor.ByteRows;
import io.beamgrad.tensor.SparseRows;

/**
 * Rows of a {@link Dataset} as arrays that are filled again and again: inputs, sparse inputs or
 * bytes, targets, and weights where the rows have them.
 */
public final class RowBatch {
  private final int inputSize;
  private final int targetSize;
  private final boolean isWeighted;
  private final SparseRows sparseInputs; // null where inputs are not
  private final ByteRows byteInputs; // null where inputs are not
  private float[] inputs = new float[0];
  private float[] targets = new float[0];
  private float[] weights = new float[0];
  private int rows;

  /** No rows, in the shapes of a data set. */
  public RowBatch(Dataset dataset) {
    inputSize = product(dataset.inputShape());
    targetSize = product(dataset.targetShape());
    isWeighted = dataset.isWeighted();
    sparseInputs = dataset.isSparse() ? new SparseRows(inputSize) : null;
    float[] numbers = dataset.numbersOfBytes();
    byteInputs = numbers == null ? null : new ByteRows(dataset.inputShape(), numbers);
  }

  private static int product(int[] shape) {
    int product = 1;
    for (int size : shape) {
      product *= size;
    }
    return product;
  }

  /** Makes room for exactly so many rows; what they hold means nothing, sparse ones are none. */
  public void resize(int newRows) {
    rows = newRows;
    if (sparseInputs != null) {
      sparseInputs.clear();
    } else if (byteInputs != null) {
      byteInputs.resize(rows);
    } else if (inputs.length != rows * inputSize) {
      inputs = new float[rows * inputSize];
    }
    if (targets.length != rows * targetSize) {
      targets = new float[rows * targetSize];
    }
    if (isWeighted && weights.length != rows) {
      weights = new float[rows];
    }
  }

  public int rows() {
    return rows;
  }

  /**
   * {@code (rows, ...inputShape)}, row-major, of exactly that length; empty of sparse rows. Those
   * of byte inputs are computed in each call.
   */
  public float[] inputs() {
    if (byteInputs != null) {
      if (inputs.length != rows * inputSize) {
        inputs = new float[rows * inputSize];
      }
      byteInputs.copyTo(inputs);
    }
    return inputs;
  }

  /** The rows' inputs where the data set gives bytes, else null. */
  public ByteRows byteInputs() {
    return byteInputs;
  }

  /** The rows' inputs where the data set is sparse, else null. */
  public SparseRows sparseInputs() {
    return sparseInputs;
  }

  /** {@code (rows, ...targetShape)}, row-major, of exactly that length. */
  public float[] targets() {
    return targets;
  }

  /** {@code (rows)}, of exactly that length; empty where the data set has no weights. */
  public float[] weights() {
    return weights;
  }
}
