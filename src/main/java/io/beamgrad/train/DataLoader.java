package io.beamgrad.train;

import io.beamgrad.nn.Module;
import io.beamgrad.tensor.ByteRows;
import io.beamgrad.tensor.SparseRows;
import io.beamgrad.tensor.Tensor;
import java.util.Arrays;
import java.util.Iterator;
import java.util.NoSuchElementException;

/**
 * Batches of a data set in a sampler's order, as {@code torch.utils.data.DataLoader}. Each pass is
 * one epoch, the first number 1; the last batch may have fewer rows.
 */
public final class DataLoader implements Iterable<DataLoader.Batch> {

  /**
   * Rows and their targets.
   *
   * @param inputs {@code [batch, ...]}; null where the inputs are of another kind
   * @param sparseInputs the inputs of a data set whose rows are sparse, else null
   * @param byteInputs the inputs as a data set's bytes, in steps that are replayed and evaluations;
   *     else null
   * @param targets {@code [batch, ...]}
   * @param weights {@code [batch]}; null of a data set without weights
   */
  public record Batch(
      Tensor inputs, SparseRows sparseInputs, ByteRows byteInputs, Tensor targets, Tensor weights) {
    public int rows() {
      return targets.size(0);
    }

    /** What a model gives for the inputs, of any kind. */
    public Tensor outputs(Module model) {
      if (byteInputs != null) {
        return model.forward(byteInputs);
      }
      return sparseInputs == null ? model.forward(inputs) : model.forward(sparseInputs);
    }

    /** A batch of zeros in a data set's shapes, whose inputs are numbers where they are bytes. */
    static Batch empty(Dataset dataset, int rows) {
      return empty(dataset, rows, null);
    }

    /** A batch in a data set's shapes, for {@link #setData} alone. */
    static Batch unset(Dataset dataset, int rows) {
      float[] numbers = dataset.numbersOfBytes();
      return empty(
          dataset, rows, numbers == null ? null : new ByteRows(dataset.inputShape(), numbers));
    }

    private static Batch empty(Dataset dataset, int rows, ByteRows bytes) {
      int[] inputShape = dataset.inputShape();
      boolean isDense = !dataset.isSparse() && bytes == null;
      return new Batch(
          isDense ? Tensor.zeros(withRows(rows, inputShape)) : null,
          dataset.isSparse() ? new SparseRows(inputShape[0]) : null,
          bytes,
          Tensor.zeros(withRows(rows, dataset.targetShape())),
          dataset.isWeighted() ? Tensor.zeros(rows) : null);
    }

    /** A batch with arrays of its own. */
    static Batch copyOf(Dataset dataset, RowBatch rows) {
      Batch batch = empty(dataset, rows.rows());
      if (batch.sparseInputs == null) {
        copy(rows.inputs(), batch.inputs);
      } else {
        for (int row = 0; row < rows.rows(); row++) {
          batch.sparseInputs.addRow(rows.sparseInputs(), row);
        }
      }
      copy(rows.targets(), batch.targets);
      if (batch.weights != null) {
        copy(rows.weights(), batch.weights);
      }
      return batch;
    }

    private static void copy(float[] from, Tensor to) {
      System.arraycopy(from, 0, to.data(), 0, to.elements());
    }

    /** Takes the arrays of as many rows, without copying. */
    void setData(RowBatch prepared) {
      if (byteInputs != null) {
        byteInputs.setData(prepared.byteInputs());
      } else if (sparseInputs == null) {
        inputs.setData(prepared.inputs());
      } else {
        sparseInputs.setData(prepared.sparseInputs());
      }
      targets.setData(prepared.targets());
      if (weights != null) {
        weights.setData(prepared.weights());
      }
    }
  }

  private final Dataset dataset;
  private final Sampler sampler;
  private final int batchExamples;
  private int epoch;

  public DataLoader(Dataset dataset, Sampler sampler, int batchExamples) {
    if (batchExamples < 1) {
      throw new IllegalArgumentException(
          "DataLoader: batchExamples must be at least 1, was " + batchExamples);
    }
    this.dataset = dataset;
    this.sampler = sampler;
    this.batchExamples = batchExamples;
  }

  public Dataset dataset() {
    return dataset;
  }

  public Sampler sampler() {
    return sampler;
  }

  public int batchExamples() {
    return batchExamples;
  }

  /** The batches of the next epoch. */
  @Override
  public Iterator<Batch> iterator() {
    epoch++;
    Sampler.RowOrder order = sampler.order(epoch);
    return new Iterator<>() {
      private final long[] rows = new long[batchExamples];
      private int count = order.next(rows, batchExamples);

      @Override
      public boolean hasNext() {
        return count > 0;
      }

      @Override
      public Batch next() {
        if (count == 0) {
          throw new NoSuchElementException("DataLoader: the epoch has no more batches");
        }
        RowBatch copied = new RowBatch(dataset);
        copied.resize(count);
        dataset.copyRows(rows, count, copied);
        Batch batch = Batch.empty(dataset, count);
        batch.setData(copied);
        count = order.next(rows, batchExamples);
        return batch;
      }
    };
  }

  private static int[] withRows(int rows, int[] shape) {
    int[] whole = new int[shape.length + 1];
    whole[0] = rows;
    System.arraycopy(shape, 0, whole, 1, shape.length);
    return whole;
  }

  @Override
  public String toString() {
    return "DataLoader("
        + sampler.size()
        + " of "
        + dataset.size()
        + " rows of "
        + Arrays.toString(dataset.inputShape())
        + ", batch of "
        + batchExamples
        + ")";
  }
}
