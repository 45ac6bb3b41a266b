package io.beamgrad.predict;

import io.beamgrad.data.rows.Columns;
import io.beamgrad.model.Networks;
import io.beamgrad.nn.Logits;
import io.beamgrad.nn.Loss;
import io.beamgrad.schema.Column;
import io.beamgrad.schema.ModelRecord;
import io.beamgrad.tensor.Tensor;
import java.util.List;

/** Turns the outputs of a model into labels and probabilities, or predicted numbers. */
final class OutputScores {
  private static final int HASH_DIGITS = 12;

  private final List<String> names;
  private final boolean isClass;
  private final Loss.Target target;

  OutputScores(ModelRecord model) {
    this.isClass = !model.getLabels().isEmpty();
    this.target = Networks.loss(model.getLoss()).target();
    this.names =
        isClass
            ? model.getLabels()
            : Columns.targets(model.getColumns()).stream().map(Column::getName).toList();
  }

  /** The version of a model: {@code NAME@} and the first 12 digits of the weights' SHA-256. */
  static String version(ModelRecord model) {
    return model.getName() + "@" + model.getWeightsSha256().substring(0, HASH_DIGITS);
  }

  /** The labels, or the names of the targets. */
  List<String> names() {
    return names;
  }

  /** Whether the model predicts classes, not numbers. */
  boolean areClasses() {
    return isClass;
  }

  /**
   * The probabilities or numbers.
   *
   * @param outputs {@code [rows, outputs]}
   * @return {@code (rows, names)}
   */
  float[] values(Tensor outputs) {
    if (!isClass) {
      return outputs.data();
    }
    int rows = outputs.size(0);
    int size = outputs.size(1);
    float[] values = new float[rows * names.size()];
    for (int row = 0; row < rows; row++) {
      Logits.probabilities(target, outputs.data(), row * size, size, values, row * names.size());
    }
    return values;
  }

  /** The index of a row's label: the first of the largest outputs, as accuracy counts it. */
  int label(Tensor outputs, int row) {
    return Logits.label(target, outputs.data(), row * outputs.size(1), outputs.size(1));
  }
}
