package io.beamgrad.optim;

/**
 * A learning rate that changes with the count of epochs or steps finished. A function of the count
 * alone, so that there is no state to restore; the closed forms of {@code
 * torch.optim.lr_scheduler}.
 */
@FunctionalInterface
public interface Schedule {

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
