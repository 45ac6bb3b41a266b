package io.beamgrad.details;

import io.beamgrad.data.rows.BytesColumn;
import io.beamgrad.data.rows.ColumnBlock;
import io.beamgrad.data.rows.ColumnLayout;
import io.beamgrad.data.rows.Columns;
import io.beamgrad.data.rows.LongsColumn;
import io.beamgrad.data.rows.RawColumn;
import io.beamgrad.data.rows.RejectText;
import io.beamgrad.data.rows.TextCounts;
import io.beamgrad.data.rows.TextsColumn;
import io.beamgrad.schema.Column;
import io.beamgrad.schema.ColumnSummary;
import io.beamgrad.schema.ColumnType;
import io.beamgrad.schema.CommonValue;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.stream.Stream;

/**
 * Summarises raw columns: least, largest and mean values, missing and frequent ones. Rows are added
 * block by block.
 */
public final class ColumnSummaries {
  private static final int MOST_COLUMNS = 200;
  private static final int MOST_VALUES = 8_000_000;
  private static final int MOST_DISTINCT = 10_000;
  private static final int MOST_COMMON = 5;

  private final List<Column> columns;
  private final List<Summary> summaries = new ArrayList<>();
  private final long mostRows;
  private long rows;

  /**
   * @param columns the columns of the rows, of which features and targets are summarised
   */
  public ColumnSummaries(List<Column> columns) {
    this.columns = columns;
    long values = 0;
    for (Column column : columns) {
      if (summaries.size() < MOST_COLUMNS && isUsed(column)) {
        summaries.add(summary(column));
        values += ColumnLayout.valuesPerRow(column);
      }
    }
    this.mostRows = MOST_VALUES / Math.max(1, values);
  }

  private static boolean isUsed(Column column) {
    return Columns.isFeature(column) || Columns.isTarget(column);
  }

  private static Summary summary(Column column) {
    return switch (column.getKind()) {
      case NUMBER -> column.getType() == ColumnType.BYTES ? new Bytes() : new Numbers();
      case BOOLEAN -> new Booleans();
      case DATE -> new Dates();
      case TEXT -> new Texts();
    };
  }

  /** How many more rows can be added. */
  public long room() {
    return mostRows - rows;
  }

  /** How many rows were added. */
  public long rows() {
    return rows;
  }

  /** Adds rows while there is room. */
  public void add(ColumnBlock block, int fromInclusive, int toExclusive) {
    int end = (int) Math.min(toExclusive, fromInclusive + room());
    int next = 0;
    for (int c = 0; c < columns.size() && next < summaries.size(); c++) {
      if (isUsed(columns.get(c))) {
        int width = ColumnLayout.valuesPerRow(columns.get(c));
        summaries.get(next++).add(block.column(c), fromInclusive * width, end * width);
      }
    }
    rows += end - fromInclusive;
  }

  public List<ColumnSummary> records() {
    List<ColumnSummary> records = new ArrayList<>();
    int next = 0;
    for (Column column : columns) {
      if (isUsed(column) && next < summaries.size()) {
        ColumnSummary.Builder record =
            ColumnSummary.newBuilder()
                .setName(column.getName())
                .setKind(column.getKind())
                .setIsTarget(Columns.isTarget(column))
                .setMin(null)
                .setMax(null)
                .setMean(null)
                .setDeviation(null)
                .setDistinct(null)
                .setCommon(List.of());
        summaries.get(next++).putInto(record);
        records.add(record.build());
      }
    }
    return records;
  }

  private abstract static sealed class Summary {
    long missing;

    abstract void add(RawColumn values, int from, int to);

    abstract void putInto(ColumnSummary.Builder record);
  }

  private static final class Bytes extends Summary {
    private final long[] counts = new long[256];

    @Override
    void add(RawColumn values, int from, int to) {
      byte[] bytes = ((BytesColumn) values).values();
      for (int i = from; i < to; i++) {
        counts[bytes[i] & 0xff]++;
      }
    }

    @Override
    void putInto(ColumnSummary.Builder record) {
      long count = 0;
      double sum = 0;
      int min = -1;
      int max = -1;
      for (int value = 0; value < counts.length; value++) {
        if (counts[value] > 0) {
          min = min < 0 ? value : min;
          max = value;
          count += counts[value];
          sum += (double) counts[value] * value;
        }
      }
      record.setMissing(0);
      if (count > 0) {
        double mean = sum / count;
        double squares = 0;
        for (int value = 0; value < counts.length; value++) {
          squares += counts[value] * (value - mean) * (value - mean);
        }
        record.setMin((double) min).setMax((double) max).setMean(mean);
        record.setDeviation(Math.sqrt(squares / count));
      }
    }
  }

  private static final class Numbers extends Summary {
    private long count;
    private double min = Double.POSITIVE_INFINITY;
    private double max = Double.NEGATIVE_INFINITY;
    private double mean;
    private double squares; // the sum of squared distances from the mean

    @Override
    void add(RawColumn values, int from, int to) {
      for (int i = from; i < to; i++) {
        double number = values.number(i);
        if (Double.isNaN(number)) {
          missing++;
          continue;
        }
        count++;
        min = Math.min(min, number);
        max = Math.max(max, number);
        double fromMean = number - mean; // Welford's update
        mean += fromMean / count;
        squares += fromMean * (number - mean);
      }
    }

    @Override
    void putInto(ColumnSummary.Builder record) {
      record.setMissing(missing);
      if (count > 0) {
        record.setMin(min).setMax(max).setMean(mean).setDeviation(Math.sqrt(squares / count));
      }
    }
  }

  private static final class Booleans extends Summary {
    private long yes;
    private long no;

    @Override
    void add(RawColumn values, int from, int to) {
      for (int i = from; i < to; i++) {
        if (values.isMissing(i)) {
          missing++;
        } else if (values.number(i) == 0) {
          no++;
        } else {
          yes++;
        }
      }
    }

    @Override
    void putInto(ColumnSummary.Builder record) {
      record
          .setMissing(missing)
          .setCommon(
              Stream.of(new CommonValue("false", no), new CommonValue("true", yes))
                  .filter(value -> value.getRows() > 0)
                  .sorted(Comparator.comparingLong(CommonValue::getRows).reversed())
                  .toList());
    }
  }

  private static final class Dates extends Summary {
    private long min = Long.MAX_VALUE;
    private long max = Long.MIN_VALUE;

    @Override
    void add(RawColumn values, int from, int to) {
      for (int i = from; i < to; i++) {
        if (values.isMissing(i)) {
          missing++;
        } else {
          min = Math.min(min, ((LongsColumn) values).value(i));
          max = Math.max(max, ((LongsColumn) values).value(i));
        }
      }
    }

    @Override
    void putInto(ColumnSummary.Builder record) {
      record.setMissing(missing);
      if (max != Long.MIN_VALUE) {
        record.setMin((double) min).setMax((double) max);
      }
    }
  }

  private static final class Texts extends Summary {
    private final TextCounts counts = new TextCounts(MOST_DISTINCT);

    @Override
    void add(RawColumn values, int from, int to) {
      counts.add((TextsColumn) values, from, to);
    }

    @Override
    void putInto(ColumnSummary.Builder record) {
      record
          .setMissing(counts.missing())
          .setDistinct(counts.isTooMany() ? null : Integer.valueOf(counts.distinct()))
          .setCommon(
              counts.common(MOST_COMMON).stream()
                  .map(common -> value(common.text(), common.rows()))
                  .toList());
    }

    private static CommonValue value(String text, long rows) {
      return new CommonValue(RejectText.onOneLine(RejectText.cut(text)), rows);
    }
  }
}
