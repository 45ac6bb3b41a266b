package io.beamgrad.evaluation;

import io.beamgrad.data.rows.ColumnBlock;
import io.beamgrad.data.rows.ColumnLayout;
import io.beamgrad.data.rows.Columns;
import io.beamgrad.data.rows.LongsColumn;
import io.beamgrad.data.rows.RawColumn;
import io.beamgrad.data.rows.WeightCheck;
import io.beamgrad.data.sources.SourceFiles;
import io.beamgrad.data.split.RowSplitter;
import io.beamgrad.data.split.SplitRule;
import io.beamgrad.data.split.SplitSink;
import io.beamgrad.failure.BrokenFileException;
import io.beamgrad.schema.Column;
import io.beamgrad.schema.FileRange;
import io.beamgrad.schema.Reject;
import io.beamgrad.schema.ScoredRows;
import io.beamgrad.schema.Split;
import io.beamgrad.schema.TimeThresholds;
import java.io.Serializable;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;
import org.checkerframework.checker.nullness.qual.Nullable;

/**
 * Runs models on the same rows of a holdout, some ranges of files at a time. The models may encode
 * columns differently and know different classes, but must have been trained on the same columns.
 *
 * @param models the challenger first
 * @param files the files by the identities of their ranges
 * @param rule the split rule that defines the holdout
 * @param seed of the split
 * @param segment the feature whose values are segments; null for none
 */
public record HoldoutScoring(
    List<JudgedModel> models,
    Map<String, HoldoutFile> files,
    SplitRule rule,
    long seed,
    @Nullable String segment)
    implements Serializable {
  private static final int ROWS_AT_ONCE = 1000;

  public HoldoutScoring {
    models = List.copyOf(models);
    files = Map.copyOf(files);
    if (rule.holdout() == null) {
      throw new IllegalArgumentException("models are compared on a holdout, but there is none");
    }
  }

  /**
   * Scores the held-out rows of some ranges.
   *
   * @param ranges of files to train on, which have the same columns
   * @return the rows in their order, each batch of one file
   * @throws BrokenFileException where a file is broken, or a model or the segment does not fit the
   *     columns
   */
  public List<ScoredRows> of(List<FileRange> ranges) {
    List<ScoredRows> scored = new ArrayList<>();
    Rows rows = new Rows(ranges.get(0).getColumns(), scored::add);
    for (FileRange range : ranges) {
      FileRange timed = FileRange.newBuilder(range).setThresholds(thresholds()).build();
      rows.begin(range.getIdentity());
      SourceFiles.reader(range.getFormat())
          .read(timed, WeightCheck.of(timed, new RowSplitter(timed, rule, seed, rows)));
      rows.flush();
    }
    return scored;
  }

  /** Any: a row is held out whatever its split would be. */
  private @Nullable TimeThresholds thresholds() {
    return rule.by() == SplitRule.By.TIME
        ? new TimeThresholds(Long.MAX_VALUE, Long.MAX_VALUE, null, List.of(), Long.MAX_VALUE)
        : null;
  }

  /** Room for one value of each row that is scored at once. */
  private static ByteBuffer bytes(int ofValue) {
    return ByteBuffer.allocate(ofValue * ROWS_AT_ONCE).order(ByteOrder.LITTLE_ENDIAN);
  }

  /**
   * The index of the segments' column.
   *
   * @throws BrokenFileException where it is not a feature with one value in each row
   */
  private int segmentIndex(List<Column> columns) {
    if (segment == null) {
      return -1;
    }
    for (int c = 0; c < columns.size(); c++) {
      Column column = columns.get(c);
      if (column.getName().equals(segment)
          && Columns.isFeature(column)
          && ColumnLayout.valuesPerRow(column) == 1) {
        return c;
      }
    }
    throw new BrokenFileException(
        "retrain.gate.segment: no feature '%s' with one value a row; there are %s"
            .formatted(
                segment,
                String.join(
                    ", ", Columns.features(columns).stream().map(Column::getName).toList())));
  }

  /** Receives the rows of one range after another, and scores those of the holdout. */
  private final class Rows implements SplitSink {
    private final List<Column> columns;
    private final Consumer<ScoredRows> to;
    private final List<ModelScorer> scorers = new ArrayList<>();
    private final int segmentIndex;
    private final int classIndex;
    private final boolean isWeighted;
    private ByteBuffer weights = bytes(Float.BYTES);
    private ByteBuffer groups = bytes(Long.BYTES);
    private final List<String> segments = new ArrayList<>();
    private final List<String> unknown = new ArrayList<>();
    private String identity;
    private int count;

    Rows(List<Column> columns, Consumer<ScoredRows> to) {
      this.columns = columns;
      this.to = to;
      this.segmentIndex = segmentIndex(columns);
      this.classIndex = Columns.classColumn(columns);
      for (JudgedModel model : models) {
        scorers.add(new ModelScorer(model, columns));
      }
      this.isWeighted = scorers.get(0).isWeighted();
    }

    void begin(String file) {
      identity = file;
      scorers.forEach(scorer -> scorer.begin(files.get(file), columns));
    }

    @Override
    public void accept(Split split, long record, ColumnBlock row) {}

    @Override
    public void holdOut(String word) {}

    @Override
    public void reject(Reject reject) {}

    @Override
    public void holdOut(long record, ColumnBlock row, long group) {
      for (ModelScorer scorer : scorers) {
        RowState state = scorer.add(record, row);
        if (state == RowState.OF_UNKNOWN_CLASS && scorer == scorers.get(0)) {
          unknown.add(row.column(classIndex).shown(0));
        }
      }
      if (isWeighted) {
        weights.putFloat(scorers.get(0).weight(row));
      }
      groups.putLong(group);
      if (segmentIndex >= 0) {
        segments.add(segmentOf(row.column(segmentIndex)));
      }
      count++;
      if (count == ROWS_AT_ONCE) {
        flush();
      }
    }

    void flush() {
      if (count == 0) {
        return;
      }
      to.accept(
          new ScoredRows(
              identity,
              count,
              isWeighted ? weights.flip() : null,
              groups.flip(),
              segmentIndex < 0 ? null : List.copyOf(segments),
              List.copyOf(unknown),
              scorers.stream().map(ModelScorer::take).toList()));
      weights = bytes(Float.BYTES);
      groups = bytes(Long.BYTES);
      segments.clear();
      unknown.clear();
      count = 0;
    }
  }

  /** The text of a value; a whole number is its digits. */
  private static String segmentOf(RawColumn value) {
    return value instanceof LongsColumn times
            && !value.isMissing(0)
            && !LongsColumn.isTimeOfDay(times.value(0))
        ? Instant.ofEpochMilli(times.value(0)).toString()
        : value.isMissing(0) ? "" : value.text(0);
  }
}
