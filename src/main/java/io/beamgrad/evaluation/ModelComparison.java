package io.beamgrad.evaluation;

import io.beamgrad.data.encoding.RowEncoder;
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
import io.beamgrad.data.split.TimeCounts;
import io.beamgrad.failure.BrokenFileException;
import io.beamgrad.model.ModelFile;
import io.beamgrad.model.Networks;
import io.beamgrad.nn.Loss;
import io.beamgrad.schema.Column;
import io.beamgrad.schema.CrossEntropy;
import io.beamgrad.schema.FileRange;
import io.beamgrad.schema.ModelRecord;
import io.beamgrad.schema.Reject;
import io.beamgrad.schema.Split;
import io.beamgrad.schema.TimeThresholds;
import io.beamgrad.train.Evaluation;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeSet;
import org.checkerframework.checker.nullness.qual.Nullable;

/**
 * Scores two models on the same rows of a holdout, in one pass over the files. The models may
 * encode columns differently and know different classes, but must have been trained on the same
 * columns. Both are measured by the challenger's loss.
 */
public final class ModelComparison {
  private static final int MOST_SEGMENTS = 1000;

  /**
   * A model and its file.
   *
   * @param path names the model in messages
   */
  public record Model(String path, ModelRecord record) {}

  /**
   * The scores of the rows that both models can be scored on.
   *
   * @param challenger the challenger's score of each row
   * @param current the score that the version in service has of each row
   * @param weights the weight of each row
   * @param onlyChallenger how many rows only the challenger classifies right
   * @param onlyCurrent how many rows only the version in service classifies right
   */
  @SuppressWarnings("ArrayRecordComponent") // nobody compares or changes the arrays
  public record Pairs(
      double[] challenger,
      double[] current,
      double[] weights,
      long onlyChallenger,
      long onlyCurrent) {}

  /**
   * The metrics of both models.
   *
   * @param labels the challenger's classes
   * @param challenger its metrics on all rows that it can be scored on
   * @param segments the challenger's metrics on each segment
   * @param challengerPaired its metrics on the rows that both can be scored on; null without a
   *     version in service
   * @param current the metrics of the version in service on those rows
   * @param unknown how many rows have a class that the challenger does not know
   * @param firstUnknown the class of the first such row
   * @param unpaired how many rows the version in service cannot be scored on: it does not know
   *     their class, or they lack a value that it needs
   * @param rejected how many records of all files could not be used
   */
  public record Result(
      List<String> labels,
      Evaluation challenger,
      Map<String, Evaluation> segments,
      @Nullable Evaluation challengerPaired,
      @Nullable Evaluation current,
      @Nullable Pairs pairs,
      long unknown,
      @Nullable String firstUnknown,
      long unpaired,
      long rejected) {}

  private final Side challenger;
  private final @Nullable Side current;
  private final List<Column> columns;
  private final int segment; // the index of its column; -1 for none
  private final TreeSet<String> segmentsSeen = new TreeSet<>();
  private long unknown;
  private String firstUnknown;
  private long unpaired;
  private long rejected;

  /** A model, and the index that each of its columns has in the rows. */
  private static final class Side {
    final RowEncoder encoder;
    final ScoredRows rows;
    final int[] indexes;
    final boolean[] isNeeded;
    ColumnBlock values; // of the latest row

    Side(Model model, Loss loss, @Nullable PerRowScore metric, List<Column> columns) {
      this.encoder = new RowEncoder(ModelFile.encoding(model.record));
      this.rows = new ScoredRows(model.path, model.record, loss, metric, encoder.isWeighted());
      List<Column> own = model.record.getColumns();
      this.indexes = new int[own.size()];
      this.isNeeded = new boolean[own.size()];
      for (int c = 0; c < indexes.length; c++) {
        indexes[c] = index(model, own.get(c), columns);
        isNeeded[c] = !own.get(c).getNullable();
      }
    }

    private static int index(Model model, Column column, List<Column> columns) {
      for (int c = 0; c < columns.size(); c++) {
        Column there = columns.get(c);
        if (Column.newBuilder(there).setNullable(column.getNullable()).build().equals(column)) {
          return c;
        }
      }
      throw new BrokenFileException(
          "%s was trained on the column %s %s%s, which is not among those of the job now (%s)"
              .formatted(
                  model.path,
                  column.getName(),
                  column.getType(),
                  column.getShape(),
                  String.join(", ", columns.stream().map(Column::getName).toList())));
    }

    /** The target of a row; null where the model does not know its class, or lacks a value. */
    float @Nullable [] target(ColumnBlock row) {
      values = row.select(indexes);
      for (int c = 0; c < indexes.length; c++) {
        if (isNeeded[c] && isMissing(values.column(c))) {
          return null;
        }
      }
      float[] target = new float[encoder.targetWidth()];
      try {
        encoder.encodeTargets(values, 0, target, 0);
      } catch (BrokenFileException e) {
        return null;
      }
      return target;
    }

    float weight() {
      return encoder.isWeighted() ? encoder.weight(values, 0) : 1;
    }
  }

  private static boolean isMissing(RawColumn value) {
    return value.width() == 1 && value.isMissing(0);
  }

  private ModelComparison(
      Model challenger,
      @Nullable Model current,
      List<Column> columns,
      @Nullable PerRowScore metric,
      @Nullable String segment) {
    this.columns = columns;
    this.challenger =
        new Side(challenger, Networks.loss(challenger.record.getLoss()), metric, columns);
    this.current =
        current == null ? null : new Side(current, loss(challenger, current), metric, columns);
    this.segment = segment == null ? -1 : segmentIndex(columns, segment);
  }

  /** The challenger's loss, with its class weights in the order of the current model's classes. */
  private static Loss loss(Model challenger, Model current) {
    Object loss = challenger.record.getLoss();
    List<String> labels = challenger.record.getLabels();
    if (labels.equals(current.record.getLabels())
        && loss.getClass() == current.record.getLoss().getClass()) {
      return Networks.loss(loss);
    }
    if (loss instanceof CrossEntropy of && current.record.getLoss() instanceof CrossEntropy) {
      List<Float> weights = new ArrayList<>();
      if (!of.getClassWeights().isEmpty()) {
        for (String label : current.record.getLabels()) {
          int index = labels.indexOf(label);
          weights.add(index < 0 ? 1f : of.getClassWeights().get(index));
        }
      }
      return Networks.loss(new CrossEntropy(of.getLabelSmoothing(), weights));
    }
    // For two classes one model has one output, the other two: each has the loss of its outputs.
    return labels.isEmpty() ? Networks.loss(loss) : Networks.loss(current.record.getLoss());
  }

  /**
   * The index of the segments' column.
   *
   * @throws BrokenFileException where it is not a feature with one value in each row
   */
  private static int segmentIndex(List<Column> columns, String name) {
    for (int c = 0; c < columns.size(); c++) {
      Column column = columns.get(c);
      if (column.getName().equals(name)
          && Columns.isFeature(column)
          && ColumnLayout.valuesPerRow(column) == 1) {
        return c;
      }
    }
    throw new BrokenFileException(
        "retrain.gate.segment: no feature '%s' with one value a row; there are %s"
            .formatted(
                name,
                String.join(
                    ", ", Columns.features(columns).stream().map(Column::getName).toList())));
  }

  /**
   * Scores both models on the holdout.
   *
   * @param current the version in service; null where there is none
   * @param files the files, which have the columns of the challenger
   * @param rule the split rule that defines the holdout
   * @param seed of the split
   * @param metric the metric whose score of each row is kept; null for a metric that is no mean of
   *     rows
   * @param segment the feature whose values are segments; null for none
   * @throws BrokenFileException where a file is broken, a model does not fit the columns, or the
   *     segments are too many
   */
  public static Result of(
      Model challenger,
      @Nullable Model current,
      SourceFiles files,
      SplitRule rule,
      long seed,
      @Nullable PerRowScore metric,
      @Nullable String segment)
      throws InterruptedException {
    if (rule.holdout() == null) {
      throw new IllegalArgumentException("models are compared on a holdout, but there is none");
    }
    ModelComparison comparison =
        new ModelComparison(challenger, current, files.columns(), metric, segment);
    List<FileRange> ranges =
        files.ranges().stream().filter(range -> range.getSplit() == Split.TRAIN).toList();
    TimeThresholds thresholds = TimeCounts.thresholds(ranges, rule);
    for (FileRange range : ranges) {
      if (Thread.interrupted()) {
        throw new InterruptedException("the comparison was interrupted");
      }
      FileRange whole = FileRange.newBuilder(range).setThresholds(thresholds).build();
      SourceFiles.reader(range.getFormat())
          .read(
              whole,
              WeightCheck.of(whole, new RowSplitter(whole, rule, seed, comparison.new Rows())));
    }
    return comparison.result(challenger.record.getLabels());
  }

  /** Receives the rows of the files and scores those of the holdout. */
  private final class Rows implements SplitSink {
    @Override
    public void accept(Split split, long record, ColumnBlock row) {}

    @Override
    public void holdOut(String word) {}

    @Override
    public void holdOut(long record, ColumnBlock row) {
      score(record, row);
    }

    @Override
    public void reject(Reject reject) {
      rejected++;
    }
  }

  private void score(long record, ColumnBlock row) {
    float[] target = challenger.target(row);
    if (target == null) {
      firstUnknown = unknown == 0 ? classOf(row) : firstUnknown;
      unknown++;
      return;
    }
    String of = segment < 0 ? null : segmentOf(row.column(segment));
    float[] currentTarget = current == null ? null : current.target(row);
    boolean isPaired = currentTarget != null;
    challenger.rows.add(record, challenger.values, target, challenger.weight(), of, isPaired);
    if (isPaired) {
      current.rows.add(record, current.values, currentTarget, current.weight(), null, true);
    } else if (current != null) {
      unpaired++;
    }
  }

  private String classOf(ColumnBlock row) {
    int target = Columns.classColumn(columns);
    return target < 0 ? "" : row.column(target).shown(0);
  }

  /** The text of a value; a whole number is its digits. */
  private String segmentOf(RawColumn value) {
    String text = value.isMissing(0) ? "" : value.text(0);
    if (value instanceof LongsColumn times
        && !value.isMissing(0)
        && !LongsColumn.isTimeOfDay(times.value(0))) {
      text = Instant.ofEpochMilli(times.value(0)).toString();
    }
    if (segmentsSeen.add(text) && segmentsSeen.size() > MOST_SEGMENTS) {
      throw new BrokenFileException(
          "retrain.gate.segment: column '%s' has more than %,d values in the holdout"
              .formatted(columns.get(segment).getName(), MOST_SEGMENTS));
    }
    return text;
  }

  private Result result(List<String> labels) {
    challenger.rows.flush();
    if (current == null) {
      return new Result(
          labels,
          challenger.rows.ofAll(),
          challenger.rows.ofSegments(),
          null,
          null,
          null,
          unknown,
          firstUnknown,
          0,
          rejected);
    }
    current.rows.flush();
    boolean[] challengerHits = challenger.rows.hits();
    boolean[] currentHits = current.rows.hits();
    long onlyChallenger = 0;
    long onlyCurrent = 0;
    for (int i = 0; i < challengerHits.length; i++) {
      onlyChallenger += challengerHits[i] && !currentHits[i] ? 1 : 0;
      onlyCurrent += currentHits[i] && !challengerHits[i] ? 1 : 0;
    }
    return new Result(
        labels,
        challenger.rows.ofAll(),
        challenger.rows.ofSegments(),
        challenger.rows.ofPaired(),
        current.rows.ofPaired(),
        new Pairs(
            challenger.rows.values(),
            current.rows.values(),
            challenger.rows.weights(),
            onlyChallenger,
            onlyCurrent),
        unknown,
        firstUnknown,
        unpaired,
        rejected);
  }
}
