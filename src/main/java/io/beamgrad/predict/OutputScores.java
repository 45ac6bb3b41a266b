package io.beamgrad.predict;

import io.beamgrad.data.rows.Columns;
import io.beamgrad.schema.BinaryCrossEntropy;
import io.beamgrad.schema.Column;
import io.beamgrad.schema.ModelRecord;
import io.beamgrad.tensor.FloatMath;
import io.beamgrad.tensor.Tensor;
import java.util.List;

/** Makes labels and probabilities, or predicted numbers, of what a model puts out. */
final class OutputScores {
  private static final int HASH_DIGITS = 12;

  private final List<String> names;
  private final boolean isClass;
  private final boolean isBinary;

  OutputScores(ModelRecord model) {
    this.isClass = !model.getLabels().isEmpty();
    this.isBinary = model.getLoss() instanceof BinaryCrossEntropy;
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

  /** False for a model of numbers. */
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
    if (!isBinary) {
      return Tensor.noGrad(() -> outputs.softmax(1)).data();
    }
    float[] both = new float[2 * outputs.size(0)];
    for (int row = 0; row < outputs.size(0); row++) {
      both[2 * row] = FloatMath.sigmoid(-outputs.data()[row]);
      both[2 * row + 1] = FloatMath.sigmoid(outputs.data()[row]);
    }
    return both;
  }

  /** The place of a row's label: the first of the largest, as accuracy has it. */
  int label(Tensor outputs, int row) {
    float[] logits = outputs.data();
    if (isBinary) {
      return logits[row] > 0 ? 1 : 0;
    }
    int from = row * outputs.size(1);
    int best = 0;
    for (int i = 1; i < outputs.size(1); i++) {
      best = logits[from + i] > logits[from + best] ? i : best;
    }
    return best;
  }
}
