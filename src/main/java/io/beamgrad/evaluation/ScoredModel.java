package io.beamgrad.evaluation;

import io.beamgrad.schema.ModelScores;
import io.beamgrad.schema.ScoredRows;
import io.beamgrad.tensor.Tensor;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.List;
import java.util.function.IntPredicate;
import java.util.stream.IntStream;
import org.checkerframework.checker.nullness.qual.Nullable;

/** What one model makes of some scored rows. */
final class ScoredModel {
  private final ByteBuffer states;
  private final int[] places; // of each row among those with outputs
  private final float[] outputs;
  private final float[] targets;
  private final float @Nullable [] weights;
  private final long[] groups;
  private final int withOutputs;

  /**
   * @param model its index
   */
  ScoredModel(ScoredRows batch, int model) {
    ModelScores scores = batch.getModels().get(model);
    this.states = scores.getStates();
    this.outputs = FloatBytes.of(scores.getOutputs());
    this.targets = FloatBytes.of(scores.getTargets());
    this.weights = batch.getWeights() == null ? null : FloatBytes.of(batch.getWeights());
    this.groups = new long[batch.getRows()];
    batch.getGroups().duplicate().order(ByteOrder.LITTLE_ENDIAN).asLongBuffer().get(groups);
    this.places = new int[batch.getRows()];
    int place = 0;
    for (int row = 0; row < places.length; row++) {
      places[row] = place;
      place += state(row).hasOutputs() ? 1 : 0;
    }
    this.withOutputs = place;
  }

  private RowState state(int row) {
    return RowState.of(states.get(states.position() + row));
  }

  boolean is(int row, RowState state) {
    return state(row) == state;
  }

  /** True where the model is right or wrong; wrong about a class that it does not know. */
  boolean judges(int row) {
    return state(row).hasOutputs();
  }

  /** What the row is drawn together with. */
  long group(int row) {
    return groups[row];
  }

  /** The rows for which it is true, in their order. */
  List<Integer> rows(IntPredicate which) {
    return IntStream.range(0, places.length).filter(which).boxed().toList();
  }

  /** The outputs of some rows, {@code [rows, outputs]}. */
  Tensor outputs(List<Integer> rows) {
    int width = outputs.length / Math.max(1, withOutputs);
    return Tensor.wrap(values(outputs, width, rows), rows.size(), width);
  }

  /** The targets of some rows, {@code [rows]} for classes, else {@code [rows, numbers]}. */
  Tensor targets(List<Integer> rows, boolean isClass) {
    int width = targets.length / Math.max(1, withOutputs);
    float[] values = values(targets, width, rows);
    return isClass ? Tensor.wrap(values, rows.size()) : Tensor.wrap(values, rows.size(), width);
  }

  private float[] values(float[] of, int width, List<Integer> rows) {
    float[] values = new float[rows.size() * width];
    for (int i = 0; i < rows.size(); i++) {
      System.arraycopy(of, places[rows.get(i)] * width, values, i * width, width);
    }
    return values;
  }

  /** The weights of some rows, {@code [rows]}; null where rows have none. */
  @Nullable Tensor weights(List<Integer> rows) {
    if (weights == null) {
      return null;
    }
    float[] some = new float[rows.size()];
    for (int i = 0; i < some.length; i++) {
      some[i] = weights[rows.get(i)];
    }
    return Tensor.wrap(some, some.length);
  }
}
