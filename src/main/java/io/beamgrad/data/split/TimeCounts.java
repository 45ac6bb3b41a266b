package io.beamgrad.data.split;

import io.beamgrad.data.counts.IntegerHistogram;
import io.beamgrad.data.rows.ColumnBlock;
import io.beamgrad.data.rows.Columns;
import io.beamgrad.data.rows.NumberStyle;
import io.beamgrad.data.rows.RowSink;
import io.beamgrad.data.sources.SourceFiles;
import io.beamgrad.failure.BrokenFileException;
import io.beamgrad.failure.MissingDataException;
import io.beamgrad.schema.Column;
import io.beamgrad.schema.ColumnRole;
import io.beamgrad.schema.ColumnType;
import io.beamgrad.schema.FileRange;
import io.beamgrad.schema.Reject;
import io.beamgrad.schema.Split;
import io.beamgrad.schema.TimeThresholds;
import java.io.Serializable;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.checkerframework.checker.nullness.qual.Nullable;

/**
 * Counts the rows of each time; the thresholds of a split by time follow from the counts. The
 * counts are exact up to {@value #MAX_TIMES} different times; where there are more, neighbouring
 * times share a count, as {@link IntegerHistogram} has it. The order in which rows are counted and
 * parts are merged does not matter.
 */
public final class TimeCounts implements Serializable {
  private static final long serialVersionUID = 1L;

  /** About 1.5 MB where a runner sends it, which is little for one element. */
  public static final int MAX_TIMES = 1 << 18;

  private final IntegerHistogram counts;
  private long dates;
  private long numbers;

  public TimeCounts() {
    this(MAX_TIMES);
  }

  TimeCounts(int maxTimes) {
    this.counts = new IntegerHistogram(maxTimes);
  }

  /**
   * The times of a range of a training file; only its key column is read. Records that a full
   * reading rejects are counted too. A broken or missing file ends the counts; the full reading
   * reports it.
   */
  public static TimeCounts ofRange(FileRange range, SplitRule rule) {
    TimeCounts counts = new TimeCounts();
    if (range.getSplit() != Split.TRAIN) {
      return counts;
    }
    Column key = range.getColumns().get(column(range.getColumns(), rule.timeColumn()));
    NumberStyle numbers = NumberStyle.of(range.getCsv());
    RowSink sink =
        new RowSink() {
          @Override
          public void accept(long record, ColumnBlock row) {
            TimeKey time = TimeKey.of(row.column(0), numbers);
            if (time != null) {
              counts.add(time);
            }
          }

          @Override
          public void reject(Reject reject) {}
        };
    try {
      SourceFiles.reader(range.getFormat())
          .read(FileRange.newBuilder(range).setColumns(List.of(key)).build(), sink);
    } catch (BrokenFileException | MissingDataException e) {
      return counts;
    }
    return counts;
  }

  /** The index of the key that has times: a date, or where there is none a text. */
  static int column(List<Column> columns, String name) {
    int date =
        Columns.index(
            columns, name, c -> c.getRole() == ColumnRole.KEY && c.getType() == ColumnType.LONGS);
    return date < 0 ? Columns.keyIndex(columns, name) : date;
  }

  /** The thresholds of all of these ranges; null where the rule does not split by time. */
  public static @Nullable TimeThresholds thresholds(List<FileRange> ranges, SplitRule rule) {
    if (rule.by() != SplitRule.By.TIME) {
      return null;
    }
    TimeCounts times = new TimeCounts();
    ranges.forEach(range -> times.add(ofRange(range, rule)));
    return times.thresholds(rule);
  }

  void add(TimeKey time) {
    if (time.isDate()) {
      dates++;
    } else {
      numbers++;
    }
    counts.add(time.order());
  }

  /** Adds all that another one counted. */
  public TimeCounts add(TimeCounts other) {
    dates += other.dates;
    numbers += other.numbers;
    counts.add(other.counts);
    return this;
  }

  /**
   * The thresholds: the last times are for test, those before them for calibration, and those
   * before for validation. Each split gets the most times whose rows are at most the floor of its
   * share; rows of one time stay together.
   */
  public TimeThresholds thresholds(SplitRule rule) {
    if (dates > 0 && numbers > 0) {
      return new TimeThresholds(
          Long.MAX_VALUE,
          Long.MAX_VALUE,
          "column '%s' has %s dates and %s numbers; %s by time needs the one or the other"
              .formatted(
                  rule.timeColumn(),
                  dates,
                  numbers,
                  rule.by() == SplitRule.By.TIME ? "a split" : "a cross validation"),
          List.of(),
          Long.MAX_VALUE);
    }
    if (rule.by() != SplitRule.By.TIME) {
      return new TimeThresholds(
          Long.MAX_VALUE,
          Long.MAX_VALUE,
          null,
          partFrom(rule.folds(), Long.MAX_VALUE),
          Long.MAX_VALUE);
    }
    long all = dates + numbers;
    long[] shares = {rule.testRows(all), rule.calibrationRows(all), rule.validationRows(all)};
    long[] from = {Long.MAX_VALUE, Long.MAX_VALUE, Long.MAX_VALUE}; // of each share
    long[] times = counts.sorted();
    int next = times.length - 1;
    for (int share = 0; share < shares.length; share++) {
      long left = shares[share];
      while (next >= 0 && counts.count(times[next]) <= left) {
        left -= counts.count(times[next]);
        from[share] = times[next] << counts.shift();
        next--;
      }
    }
    boolean areFolds = rule.folds() != null && rule.folds().by() == FoldRule.By.TIME;
    return new TimeThresholds(
        from[2],
        from[0],
        null,
        areFolds ? partFrom(rule.folds(), from[0]) : List.<Long>of(),
        from[1]);
  }

  /**
   * Where each part of the rows but the first begins, of which folds test on one each: all of them
   * have as many rows, and the first what is left, as scikit-learn's {@code TimeSeriesSplit} has
   * them; rows of one time stay together. A part without rows begins where the next one does.
   *
   * @param end the first time that is in no part
   */
  private List<Long> partFrom(FoldRule rule, long end) {
    long[] times =
        Arrays.stream(counts.sorted()).filter(time -> time << counts.shift() < end).toArray();
    long rows = Arrays.stream(times).map(counts::count).sum();
    long ofPart = rows / rule.parts();
    List<Long> from = new ArrayList<>();
    long before = 0;
    int next = 0;
    for (int part = 1; part < rule.parts(); part++) {
      long wanted = rows - (rule.parts() - part) * ofPart;
      while (next < times.length && before < wanted) {
        before += counts.count(times[next]);
        next++;
      }
      from.add(next < times.length ? times[next] << counts.shift() : Long.MAX_VALUE);
    }
    return from;
  }
}
