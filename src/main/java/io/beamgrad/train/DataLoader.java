package io.beamgrad.train;

import io.beamgrad.tensor.Tensor;
import java.util.Arrays;
import java.util.Iterator;
import java.util.NoSuchElementException;

/**
 * Batches of a data set in a sampler's order, as {@code torch.utils.data.DataLoader}. Each pass is
 * one epoch, the first number 1; the last batch may have fewer rows.
 */
public final class DataLoader implements Iterable<DataLoader.Batch> {

  /** Rows of inputs {@code [batch, ...]} and their targets {@code [batch, ...]}. */
  public record Batch(Tensor inputs, Tensor targets) {
    public int rows() {
      return inputs.size(0);
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
        Batch batch = emptyBatch(dataset, count);
        dataset.copyRows(rows, count, batch.inputs().data(), batch.targets().data());
        count = order.next(rows, batchExamples);
        return batch;
      }
    };
  }

  /** A batch of zeros in a data set's shapes. */
  static Batch emptyBatch(Dataset dataset, int rows) {
    return new Batch(
        Tensor.zeros(withRows(rows, dataset.inputShape())),
        Tensor.zeros(withRows(rows, dataset.targetShape())));
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
