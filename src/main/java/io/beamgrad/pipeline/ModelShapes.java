package io.beamgrad.pipeline;

import io.beamgrad.data.rows.Columns;
import io.beamgrad.failure.UnusableDataException;
import io.beamgrad.failure.WrongInputException;
import io.beamgrad.model.ClassOutputs;
import io.beamgrad.model.InitialWeights;
import io.beamgrad.model.Networks;
import io.beamgrad.schema.Column;
import io.beamgrad.spec.JobSpec;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;

/**
 * Checks that the layers of a model fit its rows, its output what is to be predicted, and the
 * weights that it starts from its layers.
 */
final class ModelShapes {
  private ModelShapes() {}

  /**
   * Checks before anything is read.
   *
   * @param source where the spec is from, for messages
   * @param inputShape of one row; empty where it is yet to be learned
   * @throws WrongInputException where they do not fit
   */
  static void require(
      String source, JobSpec spec, List<Column> columns, Optional<int[]> inputShape) {
    // Whatever number of classes the rows turn out to have, two fit where they do.
    List<Object> layers = ClassOutputs.of(spec.model(), 2);
    // How long a one-dimensional row is does not decide whether the layers fit.
    int[] shape = inputShape.filter(known -> known.length > 1).orElse(new int[] {1});
    try {
      Networks.build(layers, shape, false, 0);
    } catch (IllegalArgumentException e) {
      throw new WrongInputException(source + ": " + e.getMessage(), e);
    }
    int[] output = Networks.outputShape(layers, shape);
    boolean classes = spec.isOfClasses();
    long targets = Columns.targets(columns).size();
    if (output.length != 1 || (!classes && output[0] != targets)) {
      throw new WrongInputException(
          "%s: model: expected an output of %s for a row, found shape %s"
              .formatted(
                  source,
                  classes ? "one number a class" : targets + " numbers (data.target)",
                  Arrays.toString(output)));
    }
    requireInit(source, spec, layers, inputShape);
  }

  /** As early as it can be said: the weights' shapes may depend on categories and classes. */
  private static void requireInit(
      String source, JobSpec spec, List<Object> layers, Optional<int[]> inputShape) {
    if (spec.init() == null) {
      return;
    }
    String init = spec.init().toString();
    try {
      if (inputShape.isPresent() && !spec.learnsClasses()) {
        InitialWeights.load(Networks.build(layers, inputShape.get(), false, 0), init);
      } else {
        InitialWeights.read(init);
      }
    } catch (UnusableDataException | IllegalArgumentException e) {
      throw new WrongInputException(source + ": " + e.getMessage(), e);
    }
  }
}
