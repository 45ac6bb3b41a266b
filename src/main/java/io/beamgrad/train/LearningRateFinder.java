package io.beamgrad.train;

import java.util.ArrayList;
import java.util.List;
import java.util.OptionalDouble;

/**
 * Looks for a learning rate by a short training whose rate rises exponentially, and in which the
 * loss of the batches first stays, then falls, then explodes: the range test of Smith (arXiv
 * 1506.01186), as {@code lr_find} of fastai and Lightning make it. It depends on model, seed and rows
 * alone.
 */
public final class LearningRateFinder {

  /** How many batches it trains on. */
  public static final int STEPS = 200;

  private static final double HIGHEST = 10; // or ten times the optimiser's rate
  private static final double RANGE = 1e8; // times the lowest is the highest
  private static final double SMOOTHING = 0.9;
  private static final double EXPLODED = 4; // times the lowest loss so far
  private static final int FIRST = 10; // the losses before it are means of few
  private static final int SLOPE = 5; // steps to each side over which the fall is measured
  private static final double LEAST_FALL = 0.01; // of the loss at first

  private LearningRateFinder() {}

  /**
   * A rate that was tried.
   *
   * @param loss the exponential mean of the batches' losses up to its step, without the bias of its
   *     beginning
   */
  public record Tried(double rate, double loss) {}

  /**
   * Tries rates, and spoils the trainer's model and optimiser by it.
   *
   * @param sampler gives the rows, of as many epochs as {@link #STEPS} batches need
   * @return the rates, rising; fewer where the loss was no longer finite
   */
  public static List<Tried> tries(Trainer trainer, Dataset dataset, Sampler sampler)
      throws InterruptedException {
    double highest = Math.max(HIGHEST, HIGHEST * trainer.initialLr());
    trainer.setSchedule(
        (initial, count) ->
            highest / RANGE * StrictMath.pow(RANGE, (double) count / (double) (STEPS - 1)),
        Trainer.Count.STEPS);
    List<Tried> tried = new ArrayList<>();
    StepListener listener =
        new StepListener() {
          private double mean;

          @Override
          public void onStep(int epoch, long step, long rows, double loss) {
            mean = SMOOTHING * mean + (1 - SMOOTHING) * loss;
            double weights = 1 - StrictMath.pow(SMOOTHING, (double) (tried.size() + 1));
            tried.add(new Tried(trainer.lr(), mean / weights));
          }
        };
    try {
      long batch = trainer.batchExamples();
      int left = STEPS;
      for (int epoch = 1; left > 0; epoch++) {
        long rows = Math.min(sampler.size(), left * batch);
        trainer.trainEpoch(epoch, dataset, new FirstRows(sampler, rows), listener);
        left -= (int) ((rows + batch - 1) / batch);
      }
    } catch (DivergedException e) {
      return tried; // as is to be expected of the highest rates
    }
    return tried;
  }

  /**
   * The rate at which the loss falls fastest.
   *
   * @return empty where it does not fall
   */
  public static OptionalDouble suggestion(List<Tried> tried) {
    int end = end(tried);
    double rate = 0;
    double steepest = 0;
    double lowest = Double.POSITIVE_INFINITY;
    for (int i = FIRST; i < end; i++) {
      lowest = Math.min(lowest, tried.get(i).loss());
      int before = Math.max(FIRST, i - SLOPE);
      int after = Math.min(end - 1, i + SLOPE);
      double slope =
          (tried.get(after).loss() - tried.get(before).loss()) / Math.max(1, after - before);
      if (slope < steepest) {
        steepest = slope;
        rate = tried.get(i).rate();
      }
    }
    return rate > 0 && lowest < (1 - LEAST_FALL) * tried.get(FIRST).loss()
        ? OptionalDouble.of(rate)
        : OptionalDouble.empty();
  }

  /** How many rates there are before the loss explodes. */
  private static int end(List<Tried> tried) {
    double lowest = Double.POSITIVE_INFINITY;
    for (int i = 0; i < tried.size(); i++) {
      double loss = tried.get(i).loss();
      if (loss > EXPLODED * lowest) {
        return i;
      }
      lowest = Math.min(lowest, loss);
    }
    return tried.size();
  }

  /** The first rows of each epoch. */
  private record FirstRows(Sampler sampler, long size) implements Sampler {
    @Override
    public RowOrder order(int epoch) {
      RowOrder whole = sampler.order(epoch);
      return new RowOrder() {
        private long left = size;

        @Override
        public int next(long[] rows, int count) {
          int given = whole.next(rows, (int) Math.min(count, left));
          left -= given;
          return given;
        }
      };
    }
  }
}
