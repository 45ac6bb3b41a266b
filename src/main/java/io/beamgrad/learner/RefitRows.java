package io.beamgrad.learner;

import io.beamgrad.nn.Loss;
import io.beamgrad.train.Dataset;
import io.beamgrad.train.OffsetSampler;
import io.beamgrad.train.Sampler;
import java.util.Arrays;
import java.util.stream.LongStream;

/**
 * The rows of a refit: the training rows, then those validation rows whose class is known.
 *
 * @param dataset all training and validation rows
 * @param sampler the order of those of them that are trained on: as that of the training rows, for
 *     so many rows
 */
record RefitRows(BlockDataset dataset, Sampler sampler) {

  /**
   * The rows of a training.
   *
   * @param validation its validation rows
   */
  static RefitRows of(TrainingInputs inputs, BlockDataset dataset, BlockDataset validation)
      throws InterruptedException {
    long[] unknown =
        validation.encoding().labels().isEmpty()
            ? new long[0]
            : unknown(validation, dataset.size() - validation.size());
    Sampler known = inputs.sampler(dataset.size() - unknown.length);
    return new RefitRows(
        dataset, unknown.length == 0 ? known : new SkippingSampler(known, unknown));
  }

  /** The numbers of validation rows whose class no training row has. */
  private static long[] unknown(BlockDataset validation, long firstNumber)
      throws InterruptedException {
    LongStream.Builder numbers = LongStream.builder();
    long[] next = {firstNumber};
    validation.scanEncoded(
        validation.size(),
        (rows, count) -> {
          for (int row = 0; row < count; row++) {
            if (rows.targets()[row] == Loss.UNKNOWN_CLASS) {
              numbers.add(next[0]);
            }
            next[0]++;
          }
        });
    return numbers.build().toArray();
  }

  /** How many rows are trained on in each epoch. */
  long size() {
    return sampler.size();
  }

  /** The batches of an epoch. */
  long batches(int batchExamples) {
    return (size() + batchExamples - 1) / batchExamples;
  }

  /** The same, in the orders of later epochs. */
  RefitRows after(int epochsBefore) {
    return new RefitRows(dataset, new OffsetSampler(sampler, epochsBefore));
  }

  /**
   * A sampler of fewer rows than a data set has, which passes some.
   *
   * @param skipped their numbers, ascending
   */
  @SuppressWarnings("ArrayRecordComponent") // nobody compares or changes the array
  private record SkippingSampler(Sampler sampler, long[] skipped) implements Sampler {
    @Override
    public long size() {
      return sampler.size();
    }

    @Override
    public RowOrder order(int epoch) {
      RowOrder order = sampler.order(epoch);
      long[] before = new long[skipped.length]; // rows that are not skipped before each
      Arrays.setAll(before, i -> skipped[i] - i);
      return new RowOrder() {
        @Override
        public int next(long[] rows, int count) {
          int given = order.next(rows, count);
          for (int i = 0; i < given; i++) {
            rows[i] += atMost(before, rows[i]);
          }
          return given;
        }

        @Override
        public void announceTo(Dataset dataset) {
          order.announceTo(dataset); // of rows nearby
        }
      };
    }

    /** How many of ascending numbers are at most so large. */
    private static int atMost(long[] ascending, long number) {
      int at = Arrays.binarySearch(ascending, number);
      if (at < 0) {
        return -at - 1;
      }
      while (at < ascending.length && ascending[at] == number) {
        at++;
      }
      return at;
    }
  }
}
