package io.beamgrad.data;

import io.beamgrad.schema.Column;
import io.beamgrad.schema.ColumnScaling;
import io.beamgrad.tensor.Scaling;
import io.beamgrad.tensor.SparseRows;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * Makes model input and targets of raw columns: features are scaled, classes become their index.
 * Training, evaluation and prediction all encode by it. Columns are features first.
 */
final class RowEncoder {
  private static final int UNKNOWN = -1;

  private final List<Column> features;
  private final List<Column> targets;
  private final BlockDataset.Encoding encoding;
  private final int[] featureWidths;
  private final int inputWidth;
  private final int targetWidth;
  private final int weightColumn; // -1 without weights
  private final Map<String, Integer> indexOfLabel = new HashMap<>();

  RowEncoder(BlockDataset.Encoding encoding) {
    this.encoding = encoding;
    this.features = Columns.features(encoding.columns());
    this.targets = Columns.targets(encoding.columns());
    this.featureWidths = features.stream().mapToInt(ColumnLayout::valuesPerRow).toArray();
    this.inputWidth = Arrays.stream(featureWidths).sum();
    this.targetWidth = targets.stream().mapToInt(ColumnLayout::valuesPerRow).sum();
    int afterTargets = features.size() + targets.size();
    List<Column> columns = encoding.columns();
    this.weightColumn =
        columns.size() > afterTargets && Columns.isWeight(columns.get(afterTargets))
            ? afterTargets
            : -1;
    encoding.labels().forEach(label -> indexOfLabel.put(label, indexOfLabel.size()));
  }

  /** The numbers of one row of input. */
  int inputWidth() {
    return inputWidth;
  }

  /** The numbers of one row of targets; 1 for a class. */
  int targetWidth() {
    return targetWidth;
  }

  /**
   * Scales the features of a row.
   *
   * @param values of each column, features first: {@code byte[]} or {@code float[]} of {@code
   *     (rows, ...shape)}; what follows the features is not looked at
   */
  void encodeInputs(Object[] values, int row, float[] inputs, int at) {
    for (int c = 0; c < features.size(); c++) {
      ColumnScaling scaling = encoding.scaling().get(c);
      int width = featureWidths[c];
      float shift = scaling.getShift();
      float scale = scaling.getScale();
      if (values[c] instanceof byte[] bytes) {
        Scaling.bytesToFloats(bytes, row * width, inputs, at, width, shift, scale);
      } else {
        Scaling.scaleFloats((float[]) values[c], row * width, inputs, at, width, shift, scale);
      }
      at += width;
    }
  }

  /** Whether rows are mostly zeros, and are encoded by {@link #encodeSparse}. */
  boolean isSparse() {
    return false;
  }

  /** Adds the features of a row that are not zero, in ascending order; the row is not ended. */
  void encodeSparse(Object[] values, int row, SparseRows to) {
    float[] inputs = new float[inputWidth];
    encodeInputs(values, row, inputs, 0);
    for (int i = 0; i < inputWidth; i++) {
      if (inputs[i] != 0) {
        to.add(i, inputs[i]);
      }
    }
  }

  /** Whether rows have a weight. */
  boolean isWeighted() {
    return weightColumn >= 0;
  }

  /** What a row counts in a mean of losses; its column comes after the targets. */
  float weight(Object[] values, int row) {
    return ((float[]) values[weightColumn])[row];
  }

  /**
   * Copies the targets of a row; a class becomes its index.
   *
   * @param values as for the features; classes by name are one {@code String}, or a {@link
   *     TextColumn}
   * @throws BrokenFileException where the class is not one of the model's; it names the value
   */
  void encodeTargets(Object[] values, int row, float[] to, int at) {
    for (int c = 0; c < targets.size(); c++) {
      Object value = values[features.size() + c];
      if (value instanceof float[] numbers) {
        int width = ColumnLayout.valuesPerRow(targets.get(c));
        System.arraycopy(numbers, row * width, to, at, width);
        at += width;
      } else if (value instanceof byte[] labels) {
        to[at++] = classIndex(labels[row] & 0xff);
      } else {
        to[at++] =
            value instanceof TextColumn names ? classIndex(names, row) : classIndex((String) value);
      }
    }
  }

  /** For labels in one byte the model's labels are 0, 1, ..., as {@link Ranking} makes them. */
  private int classIndex(int label) {
    if (label >= indexOfLabel.size()) {
      throw unknownClass(Integer.toString(label));
    }
    return label;
  }

  private int classIndex(TextColumn names, int row) {
    int entry = names.indexes()[row];
    int index = entry < 0 ? UNKNOWN : names.codes(this, this::classOrUnknown)[entry];
    return index == UNKNOWN ? classIndex(names.text(row)) : index;
  }

  private int classOrUnknown(String label) {
    return indexOfLabel.getOrDefault(label, UNKNOWN);
  }

  private int classIndex(String label) {
    Integer index = indexOfLabel.get(label);
    if (index == null) {
      throw unknownClass(label);
    }
    return index;
  }

  private BrokenFileException unknownClass(String label) {
    return new BrokenFileException(
        "class '%s' is not one of the model's (%s)"
            .formatted(Rejects.onOneLine(Rejects.cut(label)), shown(encoding.labels())));
  }

  private static String shown(List<String> labels) {
    int most = 20;
    String some = String.join(", ", labels.subList(0, Math.min(most, labels.size())));
    return labels.size() > most ? some + ", ..." : some;
  }
}
