package io.beamgrad.evaluation;

import io.beamgrad.data.rows.ColumnBlock;
import io.beamgrad.data.rows.RowSink;
import io.beamgrad.nn.Logits;
import io.beamgrad.nn.Loss;
import io.beamgrad.predict.BatchPredictor;
import io.beamgrad.schema.ModelRecord;
import io.beamgrad.tensor.Tensor;
import io.beamgrad.train.Evaluation;
import io.beamgrad.train.Evaluator;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.checkerframework.checker.nullness.qual.Nullable;

/** Scores rows with one model, in their order; keeps each paired row's score and weight. */
final class ScoredRows {
  /** A row whose outputs are not computed yet. */
  @SuppressWarnings("ArrayRecordComponent") // nobody compares them
  private record Waiting(
      float[] target, float weight, @Nullable String segment, boolean isPaired) {}

  private final Loss loss;
  private final @Nullable PerRowScore metric;
  private final boolean isClass;
  private final boolean isWeighted;
  private final BatchPredictor predictor;
  private final Evaluator all;
  private final Evaluator paired;
  private final Map<String, Evaluator> segments = new TreeMap<>();
  private final List<Waiting> waiting = new ArrayList<>();
  private double[] values = new double[1024]; // of the paired rows
  private double[] weights = new double[1024];
  private boolean[] hits = new boolean[1024];
  private int pairs;

  /**
   * @param loss the loss by which rows are scored
   * @param metric the metric whose score of each row is kept; null keeps 0
   */
  ScoredRows(
      String path, ModelRecord model, Loss loss, @Nullable PerRowScore metric, boolean isWeighted) {
    this.loss = loss;
    this.metric = metric;
    this.isClass = !model.getLabels().isEmpty();
    this.isWeighted = isWeighted;
    this.predictor = new BatchPredictor(path, model, (records, outputs) -> score(outputs));
    this.all = new Evaluator(loss);
    this.paired = new Evaluator(loss);
  }

  /**
   * Takes a row.
   *
   * @param row features first, as {@link RowSink#accept} has them
   * @param isPaired whether the other model is scored on the row too
   */
  void add(
      long record,
      ColumnBlock row,
      float[] target,
      float weight,
      @Nullable String segment,
      boolean isPaired) {
    waiting.add(new Waiting(target, weight, segment, isPaired));
    predictor.add(record, row);
  }

  private void score(Tensor outputs) {
    int rows = outputs.size(0);
    List<Waiting> scored = waiting.subList(0, rows);
    Map<String, List<Integer>> bySegment = new TreeMap<>();
    List<Integer> both = new ArrayList<>();
    List<Integer> each = new ArrayList<>();
    for (int row = 0; row < rows; row++) {
      each.add(row);
      if (scored.get(row).isPaired) {
        both.add(row);
      }
      if (scored.get(row).segment != null) {
        bySegment.computeIfAbsent(scored.get(row).segment, s -> new ArrayList<>()).add(row);
      }
    }
    addTo(all, outputs, scored, each);
    addTo(paired, outputs, scored, both);
    bySegment.forEach(
        (segment, of) ->
            addTo(
                segments.computeIfAbsent(segment, s -> new Evaluator(loss)), outputs, scored, of));
    keep(rows(outputs, both), targets(scored, both), weights(scored, both));
    scored.clear();
  }

  private void addTo(
      Evaluator evaluator, Tensor outputs, List<Waiting> scored, List<Integer> rows) {
    if (!rows.isEmpty()) {
      evaluator.add(rows(outputs, rows), targets(scored, rows), weights(scored, rows));
    }
  }

  private static Tensor rows(Tensor outputs, List<Integer> rows) {
    if (rows.size() == outputs.size(0)) {
      return outputs;
    }
    int width = outputs.size(1);
    float[] some = new float[rows.size() * width];
    for (int i = 0; i < rows.size(); i++) {
      System.arraycopy(outputs.data(), rows.get(i) * width, some, i * width, width);
    }
    return Tensor.wrap(some, rows.size(), width);
  }

  private Tensor targets(List<Waiting> scored, List<Integer> rows) {
    int width = scored.get(0).target.length;
    float[] targets = new float[rows.size() * width];
    for (int i = 0; i < rows.size(); i++) {
      System.arraycopy(scored.get(rows.get(i)).target, 0, targets, i * width, width);
    }
    return isClass ? Tensor.wrap(targets, rows.size()) : Tensor.wrap(targets, rows.size(), width);
  }

  private @Nullable Tensor weights(List<Waiting> scored, List<Integer> rows) {
    if (!isWeighted) {
      return null;
    }
    float[] some = new float[rows.size()];
    for (int i = 0; i < some.length; i++) {
      some[i] = scored.get(rows.get(i)).weight;
    }
    return Tensor.wrap(some, some.length);
  }

  /** Keeps score and weight of the paired rows of a batch. */
  private void keep(Tensor outputs, Tensor targets, @Nullable Tensor ownWeights) {
    int rows = outputs.size(0);
    if (rows == 0) {
      return;
    }
    if (pairs + rows > values.length) {
      int length = Math.max(2 * values.length, pairs + rows);
      values = Arrays.copyOf(values, length);
      weights = Arrays.copyOf(weights, length);
      hits = Arrays.copyOf(hits, length);
    }
    double[] found =
        metric == null ? new double[rows] : metric.values(loss, outputs, targets, ownWeights);
    int size = outputs.size(1);
    for (int row = 0; row < rows; row++) {
      double own = ownWeights == null ? 1 : ownWeights.data()[row];
      values[pairs] = found[row];
      weights[pairs] = metric == PerRowScore.LOSS ? own * loss.weight(targets, row) : 1;
      hits[pairs] =
          isClass
              && Logits.isRight(
                  loss.target(), outputs.data(), row * size, size, targets.data()[row]);
      pairs++;
    }
  }

  /** Runs the model on the rows that are waiting. */
  void flush() {
    predictor.flush();
  }

  Evaluation ofAll() {
    return all.result();
  }

  Evaluation ofPaired() {
    return paired.result();
  }

  Map<String, Evaluation> ofSegments() {
    Map<String, Evaluation> found = new TreeMap<>();
    segments.forEach((segment, evaluator) -> found.put(segment, evaluator.result()));
    return found;
  }

  double[] values() {
    return Arrays.copyOf(values, pairs);
  }

  double[] weights() {
    return Arrays.copyOf(weights, pairs);
  }

  boolean[] hits() {
    return Arrays.copyOf(hits, pairs);
  }
}
