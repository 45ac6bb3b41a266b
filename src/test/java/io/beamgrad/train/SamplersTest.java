package io.beamgrad.train;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.beamgrad.tensor.SparseRows;
import io.beamgrad.tensor.Tensor;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Iterator;
import java.util.List;
import java.util.NoSuchElementException;
import java.util.stream.LongStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.function.Executable;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

class SamplersTest {

  static Stream<Sampler> samplersOf103Rows() {
    return Stream.of(
        new SequentialSampler(103),
        new RandomSampler(103, 1),
        new SubsetRandomSampler(LongStream.range(0, 103).toArray(), 1),
        new BlockShuffleSampler(103, 1, 10, 3),
        new BlockShuffleSampler(103, 1, 1000, 1),
        new BlockShuffleSampler(103, 1, 1, 1));
  }

  @ParameterizedTest
  @MethodSource("samplersOf103Rows")
  void anEpochHasEachRowOnceAndItsNumberDecidesTheOrder(Sampler sampler) {
    long[] order = rows(sampler, 1, 7);
    assertArrayEquals(order, rows(sampler, 1, 103));
    assertEquals(103, sampler.size());
    long[] sorted = order.clone();
    Arrays.sort(sorted);
    assertArrayEquals(LongStream.range(0, 103).toArray(), sorted);
    assertTrue(sampler instanceof SequentialSampler || !Arrays.equals(order, rows(sampler, 2, 7)));
  }

  @Test
  void aRunStaysInOneBuffer() {
    long[] order = rows(new BlockShuffleSampler(1000, 5, 10, 4), 1, 64);
    for (int start = 0; start < 1000; start += 40) {
      long runs = Arrays.stream(order, start, start + 40).map(row -> row / 10).distinct().count();
      assertEquals(4, runs);
    }
  }

  @Test
  void noRowsGiveNoBatches() {
    assertEquals(0, rows(new BlockShuffleSampler(0, 1, 10, 3), 1, 5).length);
    assertEquals(0, rows(new RandomSampler(0, 1), 1, 5).length);
    assertEquals(0, rows(new SequentialSampler(0), 1, 5).length);
  }

  @Test
  void whatIsAnnouncedIsWhatComesAndEarlyEnough() {
    for (Sampler sampler :
        List.of(new BlockShuffleSampler(103, 1, 10, 3), new SequentialSampler(40_000))) {
      Announced announced = new Announced(sampler.size());
      Sampler.RowOrder order = sampler.order(1);
      long[] rows = new long[7];
      order.announceTo(announced);
      for (int count = order.next(rows, 7); count > 0; count = order.next(rows, 7)) {
        for (int i = 0; i < count; i++) {
          assertEquals(1, announced.times[(int) rows[i]], sampler + " row " + rows[i]);
        }
        order.announceTo(announced);
      }
      assertEquals(sampler.size(), Arrays.stream(announced.times).sum());
    }
  }

  private static final class Announced implements Dataset {
    private final int[] times;

    Announced(long size) {
      times = new int[(int) size];
    }

    @Override
    public long size() {
      return times.length;
    }

    @Override
    public int[] inputShape() {
      return new int[0];
    }

    @Override
    public int[] targetShape() {
      return new int[0];
    }

    @Override
    public void copyRows(long[] rows, int count, RowBatch to) {}

    @Override
    public void willNeed(long fromInclusive, long toExclusive) {
      for (long row = fromInclusive; row < toExclusive; row++) {
        times[(int) row]++;
      }
    }
  }

  @Test
  void aSplitIsExactDisjointAndWhole() {
    RowSplit split = RowSplit.splitIndices(60_000, 0.2, 42);
    assertEquals(12_000, split.validation().length);
    assertEquals(48_000, split.train().length);
    long[] all =
        LongStream.concat(Arrays.stream(split.train()), Arrays.stream(split.validation()))
            .toArray();
    Arrays.sort(all);
    assertArrayEquals(LongStream.range(0, 60_000).toArray(), all);
    assertArrayEquals(split.train(), RowSplit.splitIndices(60_000, 0.2, 42).train());
    assertFalse(Arrays.equals(split.train(), RowSplit.splitIndices(60_000, 0.2, 43).train()));
  }

  @Test
  void aShareIsThatOfTheDecimalNumber() {
    assertEquals(29, RowSplit.share(100, 0.29)); // 0.29 * 100 is 28.999999999999996 in double
    assertEquals(57, RowSplit.share(100, 0.57));
    assertEquals(0, RowSplit.share(4, 0.2));
  }

  @Test
  void aLoaderGivesBatchesInTheSamplersOrder() {
    Tensor inputs = Tensor.arange(7).reshape(7, 1);
    TensorDataset dataset = new TensorDataset(inputs, inputs.mul(10).reshape(-1));
    DataLoader loader = new DataLoader(dataset, new RandomSampler(7, 3), 3);
    long[] expected = rows(new RandomSampler(7, 3), 1, 7);
    List<Float> seen = new ArrayList<>();
    List<Integer> sizes = new ArrayList<>();
    for (DataLoader.Batch batch : loader) {
      sizes.add(batch.rows());
      for (int i = 0; i < batch.rows(); i++) {
        seen.add(batch.inputs().get(i, 0));
        assertEquals(batch.inputs().get(i, 0) * 10, batch.targets().get(i));
      }
    }
    assertEquals(List.of(3, 3, 1), sizes);
    assertEquals(Arrays.stream(expected).mapToObj(row -> (float) row).toList(), seen);
  }

  @Test
  void wrongSettingsAreNamed() {
    argument(
        "splitIndices: validationFraction must be in [0, 1], was 1.5",
        () -> RowSplit.splitIndices(3, 1.5, 1));
    argument(
        "DataLoader: batchExamples must be at least 1, was 0", () -> new DataLoader(null, null, 0));
    argument(
        "RandomSampler: cannot permute 3000000000 rows",
        () -> new RandomSampler(3_000_000_000L, 1));
    argument(
        "BlockShuffleSampler: cannot order 5 rows in runs of 0, 3 to a buffer",
        () -> new BlockShuffleSampler(5, 1, 0, 3));
    argument(
        "TensorDataset: inputs [2, 1] and targets [3] differ in rows",
        () -> new TensorDataset(Tensor.zeros(2, 1), Tensor.zeros(3)));
    TensorDataset two = new TensorDataset(Tensor.zeros(2, 1), Tensor.zeros(2));
    for (long row : new long[] {-1, 2, 1L << 32}) {
      argument(
          "TensorDataset: row " + row + " is outside its 2 rows",
          () -> two.copyRows(new long[] {row}, 1, new RowBatch(two)));
    }
    argument(
        "TensorDataset: weights [1] of 2 rows: expected [2]",
        () -> new TensorDataset(Tensor.zeros(2, 1), Tensor.zeros(2), Tensor.ones(1)));
    for (float weight : new float[] {-1, Float.NaN, Float.POSITIVE_INFINITY}) {
      argument(
          "TensorDataset: weights must be finite and at least 0, that of row 1 was " + weight,
          () ->
              new TensorDataset(
                  Tensor.zeros(2, 1), Tensor.zeros(2), Tensor.of(new float[] {0, weight})));
    }
    argument(
        "SparseDataset: 0 rows of inputs and targets [2] differ in rows",
        () -> new SparseDataset(new SparseRows(3), Tensor.zeros(2)));
    Iterator<DataLoader.Batch> batches =
        new DataLoader(two, new SequentialSampler(2), 2).iterator();
    batches.next();
    assertEquals(
        "DataLoader: the epoch has no more batches",
        assertThrows(NoSuchElementException.class, batches::next).getMessage());
  }

  private static void argument(String message, Executable body) {
    assertEquals(message, assertThrows(IllegalArgumentException.class, body).getMessage());
  }

  private static long[] rows(Sampler sampler, int epoch, int count) {
    Sampler.RowOrder order = sampler.order(epoch);
    long[] some = new long[count];
    LongStream all = LongStream.empty();
    for (int n = order.next(some, count); n > 0; n = order.next(some, count)) {
      all = LongStream.concat(all, Arrays.stream(Arrays.copyOf(some, n)));
    }
    return all.toArray();
  }
}
