package io.beamgrad.model;

import java.util.Arrays;
import java.util.List;

/** What a model says of one row. */
public final class Prediction {
  private final List<String> names; // the labels, or the targets
  private final float[] values; // a probability or a number for each
  private final int best; // of the labels; NUMBERS where there are none

  static final int NUMBERS = -1;

  Prediction(List<String> names, float[] values, int best) {
    this.names = names;
    this.values = values;
    this.best = best;
  }

  /**
   * The most probable class.
   *
   * @throws IllegalStateException for a model of numbers
   */
  public String label() {
    requireClasses();
    return names.get(best);
  }

  /**
   * The probability of {@link #label}.
   *
   * @throws IllegalStateException for a model of numbers
   */
  public float probability() {
    requireClasses();
    return values[best];
  }

  /**
   * The probability of each class, in the order of {@link Model#labels}; not a copy.
   *
   * @throws IllegalStateException for a model of numbers
   */
  public float[] probabilities() {
    requireClasses();
    return values;
  }

  /**
   * The predicted numbers, in the order of {@link Model#targets}; not a copy.
   *
   * @throws IllegalStateException for a model of classes
   */
  public float[] values() {
    if (best != NUMBERS) {
      throw new IllegalStateException("a prediction of a class has probabilities, no values");
    }
    return values;
  }

  private void requireClasses() {
    if (best == NUMBERS) {
      throw new IllegalStateException("a prediction of numbers has values, no label");
    }
  }

  @Override
  public String toString() {
    return best == NUMBERS
        ? names + " " + Arrays.toString(values)
        : names.get(best) + " " + Arrays.toString(values);
  }
}
