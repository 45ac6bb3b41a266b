package io.beamgrad.predict;

import io.beamgrad.data.encoding.InputCounts;
import io.beamgrad.data.rows.BytesColumn;
import io.beamgrad.data.rows.ColumnBlock;
import io.beamgrad.data.rows.ColumnLayout;
import io.beamgrad.data.rows.RowBuilder;
import io.beamgrad.failure.BrokenFileException;
import io.beamgrad.failure.MissingDataException;
import io.beamgrad.model.Intervals;
import io.beamgrad.model.LoadedModel;
import io.beamgrad.schema.Column;
import io.beamgrad.schema.InputCount;
import io.beamgrad.schema.ModelRecord;
import io.beamgrad.schema.Prediction;
import io.beamgrad.schema.Reject;
import io.beamgrad.tensor.Tensor;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import org.checkerframework.checker.nullness.qual.Nullable;

/**
 * Predicts for rows whose values are given by field name, a batch at a time. Not thread-safe; the
 * model itself is shared by all threads of the JVM.
 */
public final class RowPredictor {
  /** The origin that rejects name where rows have no ids. */
  private static final String NO_ID = "rows";

  /** The values of one row. */
  @FunctionalInterface
  public interface Values {
    /** The value of a field of any type that a source may have; null where it is missing. */
    @Nullable Object of(String field);
  }

  /** Receives predictions. */
  @FunctionalInterface
  public interface Sink {
    /**
     * @param place the position of the row among the rows that were added since the last flush,
     *     from 0
     */
    void accept(int place, Prediction prediction);
  }

  private final BatchPredictor predictor;
  private final OutputScores scores;
  private final String version;
  private final List<Column> features;
  private final @Nullable RowBuilder row; // null where the one feature is an image
  private final Sink sink;
  private final @Nullable Intervals intervals; // null where none are asked for
  private final List<String> ids = new ArrayList<>(); // of the rows that are waiting
  private InputCounts inputs;
  private ColumnBlock image; // of the latest row

  private RowPredictor(LoadedModel loaded, @Nullable Double level, Sink sink) {
    ModelRecord model = loaded.model();
    this.intervals = level == null ? null : intervals(loaded, level);
    this.predictor = new BatchPredictor(loaded, this::give);
    this.inputs = new InputCounts(predictor.observer().columns());
    this.scores = new OutputScores(model);
    this.version = OutputScores.version(model);
    this.features = BatchPredictor.features(model);
    this.row = BatchPredictor.takesImages(model) ? null : new RowBuilder(features);
    this.sink = sink;
  }

  /**
   * A predictor for a model file, which each JVM reads once as long as the file does not change.
   *
   * @param sha256 the SHA-256 that the weights must have; null for any
   * @throws MissingDataException where there is no such file
   * @throws BrokenFileException where the file is damaged, or the weights are others
   */
  public static RowPredictor of(String path, @Nullable String sha256, Sink sink) {
    return of(path, sha256, null, sink);
  }

  /**
   * The same with intervals or sets of classes.
   *
   * @param level theirs; null for none
   * @throws BrokenFileException also where the model has none of the level
   */
  public static RowPredictor of(
      String path, @Nullable String sha256, @Nullable Double level, Sink sink) {
    LoadedModel loaded = LoadedModel.of(path);
    String found = loaded.model().getWeightsSha256();
    if (sha256 != null && !sha256.equals(found)) {
      throw new BrokenFileException(
          "%s: expected weights of SHA-256 %s, found %s; each model has a file of its own"
              .formatted(path, sha256, found));
    }
    return new RowPredictor(loaded, level, sink);
  }

  private static Intervals intervals(LoadedModel loaded, double level) {
    try {
      return Intervals.of(loaded.model(), level);
    } catch (IllegalArgumentException e) {
      throw new BrokenFileException(loaded.path() + ": " + e.getMessage(), e);
    }
  }

  /**
   * Takes a row; its prediction comes now or at {@link #flush}, in the order of the rows.
   *
   * @param id the id of the row; null for a hash of the values
   * @return why the row cannot be used; null where it can
   */
  public @Nullable Reject add(@Nullable String id, Values values) {
    Reject reject = row == null ? takeImage(id, values) : takeFields(id, values);
    if (reject == null) {
      ColumnBlock taken = row == null ? image : row.row();
      ids.add(id == null ? HexFormat.of().toHexDigits(taken.hash(0)) : id);
      inputs.add(predictor.observer().observe(taken, 0));
      predictor.add(ids.size() - 1, taken);
    }
    return reject;
  }

  private @Nullable Reject takeFields(@Nullable String id, Values values) {
    row.begin();
    for (int i = 0; i < features.size(); i++) {
      row.take(i, values.of(features.get(i).getName()));
    }
    row.end();
    return row.isFaulty() ? row.reject(id == null ? NO_ID : id, -1, null) : null;
  }

  private @Nullable Reject takeImage(@Nullable String id, Values values) {
    Column column = features.get(0);
    Object value = values.of(column.getName());
    byte[] pixels = value instanceof byte[] bytes ? bytes : null;
    if (value instanceof ByteBuffer buffer) {
      pixels = new byte[buffer.remaining()];
      buffer.duplicate().get(pixels);
    }
    int expected = ColumnLayout.valuesPerRow(column);
    if (pixels != null && pixels.length == expected) {
      image = ColumnBlock.of(1, new BytesColumn(column, pixels));
      return null;
    }
    String found =
        value == null
            ? "value is missing"
            : "expected %s bytes, found %s"
                .formatted(
                    expected,
                    pixels == null
                        ? "a " + value.getClass().getSimpleName()
                        : Integer.toString(pixels.length));
    return new Reject(id == null ? NO_ID : id, 0L, null, column.getName(), null, found);
  }

  /** True where no row is waiting. */
  public boolean isEmpty() {
    return ids.isEmpty();
  }

  /** Gives the sink the predictions of the rows that are waiting. */
  public void flush() {
    predictor.flush();
  }

  /** What was counted of the values of all rows since the last call. */
  public List<InputCount> takeInputCounts() {
    List<InputCount> counted = inputs.records();
    inputs = new InputCounts(predictor.observer().columns());
    return counted;
  }

  private Prediction withIntervals(Prediction of) {
    return intervals == null ? of : scores.withIntervals(of, intervals);
  }

  private void give(long[] records, Tensor outputs) {
    scores.give(
        outputs,
        (row, label, named) ->
            sink.accept(
                row, withIntervals(OutputScores.prediction(ids.get(row), label, named, version))));
    ids.clear();
  }
}
