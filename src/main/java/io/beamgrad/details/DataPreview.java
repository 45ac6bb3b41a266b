package io.beamgrad.details;

import io.beamgrad.data.profile.CopyCounts;
import io.beamgrad.data.profile.RangeCopies;
import io.beamgrad.data.rows.ColumnBlock;
import io.beamgrad.data.rows.ColumnLayout;
import io.beamgrad.data.rows.Columns;
import io.beamgrad.data.rows.Labels;
import io.beamgrad.data.rows.ReadListener;
import io.beamgrad.data.rows.RejectGroups;
import io.beamgrad.data.rows.RowOrigin;
import io.beamgrad.data.rows.WeightCheck;
import io.beamgrad.data.sources.SourceFiles;
import io.beamgrad.data.split.RowSplitter;
import io.beamgrad.data.split.SplitRule;
import io.beamgrad.data.split.SplitSink;
import io.beamgrad.data.split.TimeCounts;
import io.beamgrad.failure.BrokenFileException;
import io.beamgrad.failure.WrongInputException;
import io.beamgrad.schema.Column;
import io.beamgrad.schema.ColumnSummary;
import io.beamgrad.schema.FileRange;
import io.beamgrad.schema.Picture;
import io.beamgrad.schema.Reject;
import io.beamgrad.schema.Split;
import io.beamgrad.schema.TimeThresholds;
import java.util.ArrayList;
import java.util.Collections;
import java.util.EnumMap;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.stream.IntStream;
import org.checkerframework.checker.nullness.qual.Nullable;

/**
 * A summary of a job's rows before anything is trained.
 *
 * @param columns the columns of the rows
 * @param first the first rows of the training files
 * @param summaries summaries of the columns over the training rows, including those that ranks will
 *     split off
 * @param summarised how many rows the summaries cover
 * @param rows how many rows each split has; rows that ranks will split count for TRAIN
 * @param classes how many rows of each class each split has, sorted as a model's labels; empty
 *     where targets are numbers
 * @param copies which rows of the training files are copies, by features and target
 * @param heldOut how many rows the split keeps out
 * @param rejected how many records cannot be used
 */
public record DataPreview(
    List<Column> columns,
    List<Row> first,
    List<ColumnSummary> summaries,
    long summarised,
    Map<Split, Long> rows,
    Map<String, Map<Split, Long>> classes,
    CopyCounts copies,
    long heldOut,
    RejectGroups rejects,
    long rejected) {
  private static final int MOST_CLASSES = 10_000;
  private static final long MOST_BYTES = 512 << 20;

  /**
   * One of the first rows.
   *
   * @param record its number in its file, from 1
   * @param values the value of each column as text, empty where it is missing; of a list its first
   *     number
   * @param picture the grey image; null where the features are none
   */
  public record Row(String file, long record, List<String> values, @Nullable Picture picture) {}

  /**
   * Reads all files once.
   *
   * @param rule how the rows of training files are split
   * @param seed of the split
   * @param isOfClasses whether the target is a class
   * @param rows how many of the first rows are wanted
   * @param listener is told of all records that are read
   * @throws BrokenFileException where a file is damaged, or there are too many classes
   * @throws WrongInputException where the first rows do not fit into memory
   */
  public static DataPreview of(
      SourceFiles files,
      SplitRule rule,
      long seed,
      boolean isOfClasses,
      int rows,
      ReadListener listener) {
    long records = SourceFiles.records(files.ranges());
    long most = records == 0 ? rows : Math.min(rows, records);
    int room = (int) requireRoom(most, files.columns());
    int classColumn = isOfClasses ? Columns.classColumn(files.columns()) : -1;
    Reading reading = new Reading(files.columns(), classColumn, room, listener, records);
    TimeThresholds thresholds = TimeCounts.thresholds(files.ranges(), rule);
    for (FileRange range : files.ranges()) {
      reading.file = range.getIdentity();
      reading.isOfTraining = range.getSplit() == Split.TRAIN;
      reading.copiesOfRange = new RangeCopies(range, files.columns(), content(files.columns()));
      FileRange whole = FileRange.newBuilder(range).setThresholds(thresholds).build();
      SourceFiles.reader(range.getFormat())
          .read(whole, WeightCheck.of(whole, new RowSplitter(whole, rule, seed, reading)));
      reading.copies.add(reading.copiesOfRange.counts());
    }
    return reading.result();
  }

  private static List<String> content(List<Column> columns) {
    return columns.stream()
        .filter(column -> Columns.isFeature(column) || Columns.isTarget(column))
        .map(Column::getName)
        .toList();
  }

  private static long requireRoom(long rows, List<Column> columns) {
    long bytes = rows * ColumnLayout.bytesPerRow(columns);
    if (bytes > MOST_BYTES) {
      throw new WrongInputException(
          String.format(
              Locale.ROOT,
              "%,d rows of %,d bytes are too many to hold; at most %,d of them can be shown",
              rows,
              bytes / rows,
              MOST_BYTES * rows / bytes));
    }
    return rows;
  }

  private static final class Reading implements SplitSink {
    private final List<Column> columns;
    private final int classColumn; // -1 for none
    private final ReadListener listener;
    private final long records; // 0 where unknown
    private final ColumnBlock first;
    private final List<RowOrigin> origins = new ArrayList<>(); // of the first rows
    private final ColumnSummaries summaries;
    private final Map<Split, Long> rows = new EnumMap<>(Split.class);
    private final Map<String, Map<Split, Long>> classes = new HashMap<>();
    private final RejectGroups rejects = new RejectGroups();
    private final CopyCounts copies = new CopyCounts();
    private RangeCopies copiesOfRange;
    private long rejected;
    private long heldOut;
    private long read;
    private String file;
    private boolean isOfTraining;

    Reading(List<Column> columns, int classColumn, int rows, ReadListener listener, long records) {
      this.columns = columns;
      this.classColumn = classColumn;
      this.listener = listener;
      this.records = records;
      this.first = new ColumnBlock(columns, rows);
      this.summaries = new ColumnSummaries(columns);
    }

    @Override
    public void accept(Split split, long record, ColumnBlock row) {
      next();
      rows.merge(split, 1L, Long::sum);
      if (isOfTraining) {
        copiesOfRange.accept(row);
      }
      if (isOfTraining && origins.size() < first.rows()) {
        first.copy(origins.size(), row, 0);
        origins.add(new RowOrigin(file, record));
      }
      if (split == Split.TRAIN && summaries.room() > 0) {
        summaries.add(row, 0, 1);
      }
      if (classColumn >= 0) {
        count(row.column(classColumn).text(0), split);
      }
    }

    private void count(String label, Split split) {
      classes.computeIfAbsent(label, any -> new EnumMap<>(Split.class)).merge(split, 1L, Long::sum);
      if (classes.size() > MOST_CLASSES) {
        throw new BrokenFileException(
            String.format(
                Locale.ROOT,
                "column '%s' has more than %,d different texts: no classes",
                columns.get(classColumn).getName(),
                MOST_CLASSES));
      }
    }

    @Override
    public void holdOut(String word) {
      next();
      heldOut++;
    }

    @Override
    public void holdOut(long record, ColumnBlock row, long group) {
      next();
      heldOut++;
    }

    @Override
    public void reject(Reject reject) {
      next();
      rejected++;
      rejects.add(reject);
    }

    private void next() {
      listener.read(++read, records);
    }

    DataPreview result() {
      Map<String, Map<Split, Long>> sorted = new LinkedHashMap<>();
      Labels.sorted(classes.keySet()).forEach(label -> sorted.put(label, classes.get(label)));
      return new DataPreview(
          columns,
          IntStream.range(0, origins.size()).mapToObj(this::row).toList(),
          summaries.records(),
          summaries.rows(),
          rows,
          Collections.unmodifiableMap(sorted),
          copies,
          heldOut,
          rejects,
          rejected);
    }

    private Row row(int row) {
      return new Row(
          origins.get(row).file(),
          origins.get(row).record() + 1,
          IntStream.range(0, columns.size()).mapToObj(c -> first.value(c, row)).toList(),
          DetailRows.picture(first, row));
    }
  }
}
