package io.beamgrad.model;

import io.beamgrad.schema.ModelRecord;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/** What a model says of one row. */
public final class Prediction {
  private final Outputs outputs;
  private final float[] values; // a probability or a number for each
  private final int best; // of the labels; NUMBERS where there are none

  static final int NUMBERS = -1;

  /**
   * Where the true number is at least as often as a level says.
   *
   * @param lower where it begins, in the target's unit
   * @param upper where it ends
   */
  public record Interval(float lower, float upper) {}

  /**
   * What all predictions of a model share.
   *
   * @param names the labels, or the targets
   */
  record Outputs(List<String> names, ModelRecord model) {}

  Prediction(Outputs outputs, float[] values, int best) {
    this.outputs = outputs;
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
    return outputs.names().get(best);
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

  /**
   * The interval of each number, in the order of {@link Model#targets}: see {@link Intervals}.
   *
   * @param level such as 0.9, of each target by itself
   * @throws IllegalStateException for a model of classes
   * @throws IllegalArgumentException where the level is not above 0 and below 1, or the model has
   *     no calibration rows, or too few for it
   */
  public List<Interval> intervals(double level) {
    float[] numbers = values();
    Intervals of = Intervals.of(outputs.model(), level);
    List<Interval> intervals = new ArrayList<>();
    for (int i = 0; i < numbers.length; i++) {
      intervals.add(new Interval(of.lower(i, numbers[i]), of.upper(i, numbers[i])));
    }
    return List.copyOf(intervals);
  }

  /**
   * The interval of the first number, or of the only one; see {@link #intervals}.
   *
   * @param level such as 0.9
   */
  public Interval interval(double level) {
    return intervals(level).get(0);
  }

  /**
   * The classes among which the true one is at least as often as a level says, in the order of
   * {@link Model#labels}: see {@link Intervals}.
   *
   * @param level such as 0.9
   * @throws IllegalStateException for a model of numbers
   * @throws IllegalArgumentException as {@link #intervals} does
   */
  public List<String> classes(double level) {
    requireClasses();
    Intervals of = Intervals.of(outputs.model(), level);
    List<String> classes = new ArrayList<>();
    for (int c = 0; c < values.length; c++) {
      if (of.has(values[c], c == best)) {
        classes.add(outputs.names().get(c));
      }
    }
    return List.copyOf(classes);
  }

  private void requireClasses() {
    if (best == NUMBERS) {
      throw new IllegalStateException("a prediction of numbers has values, no label");
    }
  }

  @Override
  public String toString() {
    return best == NUMBERS
        ? outputs.names() + " " + Arrays.toString(values)
        : outputs.names().get(best) + " " + Arrays.toString(values);
  }
}
