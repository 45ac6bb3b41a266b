package io.beamgrad.train;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.OptionalDouble;

/**
 * Looks for a learning rate by a short training whose rate rises exponentially, and in which the
 * loss of the batches first stays, then falls, then explodes: the range test of Smith (arXiv
 * 1506.01186), as {@code lr_find} of fastai and Lightning make it. It depends on model, seed and
 * rows alone.
 */
public final class LearningRateFinder {

  /** How many batches it trains on. */
  public static final int STEPS = 200;

  private static final double HIGHEST = 10; // or ten times the optimiser's rate
  private static final double RANGE = 1e8; // times the lowest is the highest
  private static final double SMOOTHING = 0.9;
  private static final double EXPLODED = 4; // times the lowest loss so far
  private static final int FIRST = 10; // steps whose means are of few
  private static final int SLOPE = 5; // steps to each side over which the fall is measured
  private static final double LEAST_FALL =
      3; // times the largest rise before; of noise alone 1 in 17 falls so far

  private LearningRateFinder() {}

  /**
   * A rate that was tried.
   *
   * @param loss the batches' losses around its step, the nearest count most
   */
  public record Tried(double rate, double loss) {}

  /**
   * Tries rates, and spoils the trainer's model and optimiser by it.
   *
   * @param sampler gives the rows, of as many epochs as {@link #STEPS} batches need
   * @return the rates, rising, up to the one at which the loss explodes
   */
  public static List<Tried> tries(Trainer trainer, Dataset dataset, Sampler sampler)
      throws InterruptedException {
    double highest = Math.max(HIGHEST, HIGHEST * trainer.initialLr());
    trainer.setSchedule(
        (initial, count) ->
            highest / RANGE * StrictMath.pow(RANGE, (double) count / (double) (STEPS - 1)),
        Trainer.Count.STEPS);
    List<Tried> tried = new ArrayList<>();
    StepListener listener = (epoch, step, rows, loss) -> tried.add(new Tried(trainer.lr(), loss));
    try {
      long batch = trainer.batchExamples();
      int left = STEPS;
      for (int epoch = 1; left > 0; epoch++) {
        long rows = Math.min(sampler.size(), left * batch);
        trainer.trainEpoch(epoch, dataset, new FirstRows(sampler, rows), listener);
        left -= (int) ((rows + batch - 1) / batch);
      }
    } catch (DivergedException e) {
      return smooth(tried); // as is to be expected of the highest rates
    }
    return smooth(tried);
  }

  /** Exponential means forwards and then backwards, so that nothing is shifted by them. */
  private static List<Tried> smooth(List<Tried> tried) {
    double[] forwards = means(tried.stream().mapToDouble(Tried::loss).toArray());
    int count = end(forwards);
    double[] reversed = new double[count];
    for (int i = 0; i < count; i++) {
      reversed[i] = forwards[count - 1 - i];
    }
    double[] means = means(reversed);
    List<Tried> smooth = new ArrayList<>();
    for (int i = 0; i < count; i++) {
      smooth.add(new Tried(tried.get(i).rate(), means[count - 1 - i]));
    }
    return smooth;
  }

  /** The exponential mean up to each number, without the bias of its beginning. */
  private static double[] means(double[] losses) {
    double[] means = new double[losses.length];
    double mean = 0;
    for (int i = 0; i < losses.length; i++) {
      mean = SMOOTHING * mean + (1 - SMOOTHING) * losses[i];
      means[i] = mean / (1 - StrictMath.pow(SMOOTHING, (double) (i + 1)));
    }
    return means;
  }

  /** How many rates there are before the loss explodes. */
  private static int end(double[] losses) {
    double lowest = Double.POSITIVE_INFINITY;
    for (int i = FIRST; i < losses.length; i++) {
      if (losses[i] > EXPLODED * lowest) {
        return i;
      }
      lowest = Math.min(lowest, losses[i]);
    }
    return losses.length;
  }

  /**
   * The rate at which the loss falls fastest.
   *
   * @param tried as {@link #tries} gives them
   * @return empty where it does not fall by more than chance
   */
  public static OptionalDouble suggestion(List<Tried> tried) {
    double rate = 0;
    double steepest = 0;
    for (int i = SLOPE; i < tried.size() - SLOPE; i++) {
      double slope = tried.get(i + SLOPE).loss() - tried.get(i - SLOPE).loss();
      if (slope < steepest) {
        steepest = slope;
        rate = tried.get(i).rate();
      }
    }
    return rate > 0 && falls(tried.stream().mapToDouble(Tried::loss).toArray())
        ? OptionalDouble.of(rate)
        : OptionalDouble.empty();
  }

  /** Whether losses fall to the lowest by more than what they rise by on the way, by chance. */
  private static boolean falls(double[] losses) {
    int lowest = 0;
    for (int i = 1; i < losses.length; i++) {
      lowest = losses[i] < losses[lowest] ? i : lowest;
    }
    double least = Double.POSITIVE_INFINITY;
    double rise = 0;
    for (int i = 0; i <= Math.max(lowest, losses.length / 4); i++) {
      least = Math.min(least, losses[i]);
      rise = Math.max(rise, losses[i] - least);
    }
    double first = Arrays.stream(losses).limit(FIRST).average().orElse(0);
    return losses.length > 0 && first - losses[lowest] > LEAST_FALL * rise;
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
