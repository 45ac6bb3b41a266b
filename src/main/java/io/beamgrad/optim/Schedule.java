package io.beamgrad.optim;

/**
 * A learning rate that changes with the count of epochs or steps finished. A function of the count
 * alone, so that there is no state to restore; the closed forms of {@code
 * torch.optim.lr_scheduler}.
 */
@FunctionalInterface
public interface Schedule {

  /** Of {@link #cosineLog}: the first wave of more would be shorter than a step of any training. */
  int MOST_CYCLES = 30;

  /** The learning rate after {@code count} epochs or steps, from the one it begins with. */
  double lr(double initial, long count);

  /** Always the initial one. */
  static Schedule constant() {
    return (initial, count) -> initial;
  }

  /** Times gamma after each {@code every} counts, as StepLR. */
  static Schedule step(long every, double gamma) {
    check("step", "every", Long.toString(every), every >= 1, "at least 1");
    check("step", "gamma", Double.toString(gamma), gamma > 0, "above 0");
    return (initial, count) ->
        initial * StrictMath.pow(gamma, (double) Math.floorDiv(count, every));
  }

  /** Times gamma after each count, as ExponentialLR. */
  static Schedule exponential(double gamma) {
    check("exponential", "gamma", Double.toString(gamma), gamma > 0, "above 0");
    return (initial, count) -> initial * StrictMath.pow(gamma, (double) count);
  }

  /**
   * Half a cosine from the initial rate to {@code least} in {@code counts}, as CosineAnnealingLR.
   */
  static Schedule cosine(long counts, double least) {
    check("cosine", "counts", Long.toString(counts), counts >= 1, "at least 1");
    check("cosine", "least", Double.toString(least), least >= 0, "at least 0");
    return (initial, count) ->
        least
            + (initial - least)
                * (1 + StrictMath.cos(Math.PI * (double) count / (double) counts))
                / 2;
  }

  /**
   * Waves of a cosine between 0 and the initial rate, each twice as long as the one before: {@code
   * initial * (0.5 - 0.5 cos(2 pi log2(1 + (2^cycles - 1) t)))} with t the share of {@code counts}
   * that is done, at first 0 and so the rate, as {@code coslog4} of RealMLP (Holzmüller et al.,
   * arXiv 2407.04491; class CoslogFunc of pytabkit).
   *
   * @param cycles the waves, from 1 to 30
   */
  static Schedule cosineLog(int cycles, long counts) {
    check(
        "cosineLog",
        "cycles",
        Integer.toString(cycles),
        cycles >= 1 && cycles <= MOST_CYCLES,
        "in [1, " + MOST_CYCLES + "]");
    check("cosineLog", "counts", Long.toString(counts), counts >= 1, "at least 1");
    double growth = (double) ((1L << cycles) - 1);
    return (initial, count) -> {
      double share = (double) Math.min(count, counts) / (double) counts;
      double waves = StrictMath.log(1 + growth * share) / StrictMath.log(2);
      return initial * (0.5 - 0.5 * StrictMath.cos(2 * Math.PI * waves));
    };
  }

  /**
   * A straight line from {@code startFactor} times the rate up to it in {@code counts}: LinearLR.
   */
  static Schedule linearWarmUp(double startFactor, long counts) {
    check("linearWarmUp", "counts", Long.toString(counts), counts >= 1, "at least 1");
    check(
        "linearWarmUp",
        "startFactor",
        Double.toString(startFactor),
        startFactor > 0 && startFactor <= 1,
        "in (0, 1]");
    return (initial, count) ->
        initial
            * (startFactor
                + (1 - startFactor) * (double) Math.min(count, counts) / (double) counts);
  }

  /** This schedule for {@code counts}, then another from its beginning, as SequentialLR. */
  default Schedule then(long counts, Schedule next) {
    return (initial, count) ->
        count < counts ? lr(initial, count) : next.lr(initial, count - counts);
  }

  private static void check(
      String schedule, String name, String value, boolean allowed, String range) {
    if (!allowed) {
      throw new IllegalArgumentException(
          schedule + ": " + name + " must be " + range + ", was " + value);
    }
  }
}
