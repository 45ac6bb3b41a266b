package io.beamgrad.predict;

import io.beamgrad.data.rows.Columns;
import io.beamgrad.model.Intervals;
import io.beamgrad.model.Networks;
import io.beamgrad.nn.Logits;
import io.beamgrad.nn.Loss;
import io.beamgrad.schema.Column;
import io.beamgrad.schema.ModelRecord;
import io.beamgrad.schema.Prediction;
import io.beamgrad.tensor.Tensor;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.checkerframework.checker.nullness.qual.Nullable;

/** Turns the outputs of a model into labels and probabilities, or predicted numbers. */
public final class OutputScores {
  private static final int HASH_DIGITS = 12;

  private final List<String> names;
  private final boolean isClass;
  private final Loss.Target target;

  OutputScores(ModelRecord model) {
    this(model.getLabels(), model.getLoss(), model.getColumns());
  }

  /**
   * @param labels of the classes; empty for a model of numbers
   * @param loss its record
   * @param columns of the rows
   */
  public OutputScores(List<String> labels, Object loss, List<Column> columns) {
    this.isClass = !labels.isEmpty();
    this.target = Networks.loss(loss).target();
    this.names = isClass ? labels : Columns.targets(columns).stream().map(Column::getName).toList();
  }

  /** The version of a model: {@code NAME@} and the first 12 digits of the weights' SHA-256. */
  static String version(ModelRecord model) {
    return version(model.getName(), model.getWeightsSha256());
  }

  /** The same by name and SHA-256. */
  public static String version(String name, String weightsSha256) {
    return name + "@" + weightsSha256.substring(0, HASH_DIGITS);
  }

  /** The labels, or the names of the targets. */
  public List<String> names() {
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

  /** Takes the predictions of rows in their order. */
  @FunctionalInterface
  public interface Sink {
    /**
     * @param row the number of the row in its batch
     */
    void accept(int row, @Nullable String label, Map<String, Float> named);
  }

  /**
   * Gives the label of each row, which is null for a model of numbers, and its probabilities or
   * numbers by name.
   *
   * @param outputs {@code [rows, outputs]}
   */
  public void give(Tensor outputs, Sink sink) {
    float[] values = values(outputs);
    int width = names.size();
    for (int row = 0; row < outputs.size(0); row++) {
      Map<String, Float> named = new LinkedHashMap<>();
      for (int n = 0; n < width; n++) {
        named.put(names.get(n), values[row * width + n]);
      }
      sink.accept(row, isClass ? names.get(label(outputs, row)) : null, named);
    }
  }

  /** The same prediction with intervals of its numbers, or the set of its classes. */
  Prediction withIntervals(Prediction of, Intervals intervals) {
    Prediction.Builder with = Prediction.newBuilder(of);
    if (isClass) {
      return with.setClasses(
              names.stream()
                  .filter(
                      name ->
                          intervals.has(
                              of.getProbabilities().get(name), name.equals(of.getLabel())))
                  .toList())
          .build();
    }
    Map<String, Float> lower = new LinkedHashMap<>();
    Map<String, Float> upper = new LinkedHashMap<>();
    for (int i = 0; i < names.size(); i++) {
      float value = of.getValues().get(names.get(i));
      lower.put(names.get(i), intervals.lower(i, value));
      upper.put(names.get(i), intervals.upper(i, value));
    }
    return with.setLower(lower).setUpper(upper).build();
  }

  /** A row's prediction, of what {@link #give} gives. */
  public static Prediction prediction(
      String id, @Nullable String label, Map<String, Float> named, String version) {
    boolean isClass = label != null;
    return new Prediction(
        id,
        label,
        isClass ? named : Map.of(),
        isClass ? Map.of() : named,
        version,
        Map.of(),
        Map.of(),
        List.of());
  }
}
