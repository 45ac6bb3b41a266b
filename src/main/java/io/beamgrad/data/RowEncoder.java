package io.beamgrad.data;

import io.beamgrad.schema.Column;
import io.beamgrad.schema.ColumnScaling;
import io.beamgrad.tensor.Scaling;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * Makes model input and targets of the rows that readers give, to the same bits as {@link
 * BlockDataset} makes them of blocks. Columns are features first.
 */
final class RowEncoder {
  private final List<Column> features;
  private final List<Column> targets;
  private final BlockDataset.Encoding encoding;
  private final Map<String, Integer> indexOfLabel = new HashMap<>();

  RowEncoder(BlockDataset.Encoding encoding) {
    this.encoding = encoding;
    this.features = encoding.columns().stream().filter(column -> !column.getTarget()).toList();
    this.targets = encoding.columns().stream().filter(Column::getTarget).toList();
    encoding.labels().forEach(label -> indexOfLabel.put(label, indexOfLabel.size()));
  }

  /** The numbers of one row of input. */
  int inputWidth() {
    return features.stream().mapToInt(ColumnLayout::valuesPerRow).sum();
  }

  /** The numbers of one row of targets; 1 for a class. */
  int targetWidth() {
    return targets.stream().mapToInt(ColumnLayout::valuesPerRow).sum();
  }

  /**
   * Scales the features of a row.
   *
   * @param values as {@link RowSink#accept} has them; what follows the features is not looked at
   */
  void encodeInputs(Object[] values, float[] inputs, int at) {
    for (int c = 0; c < features.size(); c++) {
      ColumnScaling scaling = encoding.scaling().get(c);
      int width = ColumnLayout.valuesPerRow(features.get(c));
      float shift = scaling.getShift();
      float scale = scaling.getScale();
      if (values[c] instanceof byte[] bytes) {
        Scaling.bytesToFloats(bytes, 0, inputs, at, width, shift, scale);
      } else {
        Scaling.scaleFloats((float[]) values[c], 0, inputs, at, width, shift, scale);
      }
      at += width;
    }
  }

  /**
   * Copies the targets of a row; a class becomes its index.
   *
   * @param row names the row in messages
   * @throws BrokenFileException where the class is not one of the model's
   */
  void encodeTargets(Object[] values, float[] to, int at, String row) {
    for (int c = 0; c < targets.size(); c++) {
      Object value = values[features.size() + c];
      if (value instanceof float[] numbers) {
        System.arraycopy(numbers, 0, to, at, numbers.length);
        at += numbers.length;
      } else {
        to[at++] = classIndex(value, row);
      }
    }
  }

  private int classIndex(Object value, String row) {
    String label =
        value instanceof byte[] number ? Integer.toString(number[0] & 0xff) : (String) value;
    Integer index = indexOfLabel.get(label);
    if (index == null) {
      throw new BrokenFileException(
          "%s: class '%s' is not one of the model's (%s)"
              .formatted(row, Rejects.onOneLine(Rejects.cut(label)), shown(encoding.labels())));
    }
    return index;
  }

  private static String shown(List<String> labels) {
    int most = 20;
    String some = String.join(", ", labels.subList(0, Math.min(most, labels.size())));
    return labels.size() > most ? some + ", ..." : some;
  }
}
