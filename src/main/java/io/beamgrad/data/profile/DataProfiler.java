package io.beamgrad.data.profile;

import io.beamgrad.data.rows.BytesColumn;
import io.beamgrad.data.rows.ColumnBlock;
import io.beamgrad.data.rows.ColumnLayout;
import io.beamgrad.data.rows.Columns;
import io.beamgrad.data.rows.LongsColumn;
import io.beamgrad.data.rows.NumberPrecision;
import io.beamgrad.data.rows.RawColumn;
import io.beamgrad.data.rows.RejectText;
import io.beamgrad.data.rows.RowSink;
import io.beamgrad.data.rows.WeightCheck;
import io.beamgrad.data.sources.SourceFiles;
import io.beamgrad.failure.BrokenFileException;
import io.beamgrad.failure.MissingDataException;
import io.beamgrad.schema.Column;
import io.beamgrad.schema.DataProfile;
import io.beamgrad.schema.Distribution;
import io.beamgrad.schema.DistributionKind;
import io.beamgrad.schema.FileRange;
import io.beamgrad.schema.Reject;
import io.beamgrad.schema.ValueKind;
import java.time.ZoneId;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;
import java.util.function.Function;
import org.checkerframework.checker.nullness.qual.Nullable;

/**
 * Profiles rows: how the values of their features and targets are distributed. An image or vector
 * has one distribution of all of its values, and one of the mean of each of up to sixteen parts, so
 * that it shows where something moved. Dates have one of themselves, and one of each {@link
 * DateCycle}.
 */
public final class DataProfiler {
  private static final int MOST_DISTRIBUTIONS = 1000;
  private static final int PARTS_OF_A_SIDE = 4;
  private static final ZoneId UTC = ZoneId.of("UTC");
  private static final int PARTS = PARTS_OF_A_SIDE * PARTS_OF_A_SIDE;

  private DataProfiler() {}

  /**
   * The profile of no rows of these columns.
   *
   * @param zones in which the dates of a column are looked at; UTC where it has none
   */
  public static DataProfile none(List<Column> columns, Map<String, ZoneId> zones) {
    return none(columns, zones, null);
  }

  /**
   * The same without a key, which is not among its columns.
   *
   * @param key null for none
   */
  static DataProfile none(List<Column> columns, Map<String, ZoneId> zones, @Nullable String key) {
    return of(List.of(), columns, zones, key, range -> row -> {});
  }

  /**
   * The profile of the rows of a range; it says why the file is broken or missing, where it is.
   *
   * @param zones in which the dates of a column are looked at; UTC where it has none
   */
  public static DataProfile of(FileRange range, Map<String, ZoneId> zones) {
    return of(List.of(range), range.getColumns(), zones, null, of -> row -> {});
  }

  /**
   * The profile of the rows of some ranges, of which each row is also given to another.
   *
   * @param key the feature that is left out; null for none
   * @param others takes each row of a range as the only one of its block
   */
  static DataProfile of(
      List<FileRange> ranges,
      List<Column> columns,
      Map<String, ZoneId> zones,
      @Nullable String key,
      Function<FileRange, Consumer<ColumnBlock>> others) {
    Rows rows = new Rows(Columns.kept(columns), zones, key);
    for (FileRange range : ranges) {
      rows.read(range, others.apply(range));
    }
    return rows.profile();
  }

  /**
   * The profile of the rows of two profiles, whose order does not matter.
   *
   * @throws IllegalArgumentException where they are of different columns
   */
  public static DataProfile merge(DataProfile one, DataProfile other) {
    if (!one.getColumns().equals(other.getColumns())) {
      throw new IllegalArgumentException(
          "profiles of different columns: %s and %s"
              .formatted(one.getColumns(), other.getColumns()));
    }
    List<Distribution> merged = new ArrayList<>();
    Iterator<Distribution> others = other.getDistributions().iterator();
    for (Distribution distribution : one.getDistributions()) {
      ValueCounts counts = ValueCounts.of(distribution);
      counts.add(others.next());
      merged.add(counts.record());
    }
    return new DataProfile(
        one.getRead() + other.getRead(),
        one.getRejected() + other.getRejected(),
        first(one.getFirstReject(), other.getFirstReject()),
        first(one.getBroken(), other.getBroken()),
        one.getColumns(),
        one.getLeftOut(),
        merged);
  }

  private static @Nullable String first(@Nullable String one, @Nullable String other) {
    if (one == null || other == null) {
      return one == null ? other : one;
    }
    return one.compareTo(other) <= 0 ? one : other;
  }

  /** Counts rows as a reader gives them. */
  private static final class Rows implements RowSink {
    private final List<Column> columns;
    private final List<Cells> counted = new ArrayList<>();
    private int leftOut;
    private long read;
    private long rejected;
    private @Nullable String firstReject;
    private @Nullable String broken;
    private Consumer<ColumnBlock> others; // of the range
    private long accepted; // of the range
    private long rejectedOfRange;

    Rows(List<Column> columns, Map<String, ZoneId> zones, @Nullable String key) {
      this.columns = columns.stream().filter(c -> !c.getName().equals(key)).toList();
      int distributions = 0;
      for (int c = 0; c < columns.size(); c++) {
        Column column = columns.get(c);
        boolean isContent = Columns.isFeature(column) || Columns.isTarget(column);
        if (!isContent || column.getName().equals(key)) {
          continue;
        }
        Cells cells = new Cells(c, column, zones.getOrDefault(column.getName(), UTC));
        distributions += cells.all().size();
        if (distributions <= MOST_DISTRIBUTIONS || Columns.isTarget(column)) {
          counted.add(cells);
        } else {
          leftOut++;
        }
      }
    }

    void read(FileRange range, Consumer<ColumnBlock> with) {
      others = with;
      accepted = 0;
      rejectedOfRange = 0;
      FileRange kept =
          FileRange.newBuilder(range).setColumns(Columns.kept(range.getColumns())).build();
      try {
        read += SourceFiles.reader(range.getFormat()).read(kept, WeightCheck.of(kept, this));
      } catch (BrokenFileException | MissingDataException e) {
        broken = first(broken, e.getMessage());
        read += accepted + rejectedOfRange;
      }
      rejected += rejectedOfRange;
    }

    @Override
    public void accept(long record, ColumnBlock row) {
      accepted++;
      for (Cells cells : counted) {
        cells.add(row.column(cells.column));
      }
      others.accept(row);
    }

    @Override
    public void reject(Reject reject) {
      if (rejectedOfRange == 0) {
        firstReject = first(firstReject, RejectText.describe(reject));
      }
      rejectedOfRange++;
    }

    DataProfile profile() {
      return new DataProfile(
          read,
          rejected,
          firstReject,
          broken,
          columns,
          leftOut,
          counted.stream().flatMap(c -> c.all().stream()).map(ValueCounts::record).toList());
    }
  }

  /** Counts the values of one column, and of each part of its images, vectors or dates. */
  private static final class Cells {
    final int column;
    private final ValueCounts whole;
    private final List<ValueCounts> parts = new ArrayList<>();
    private final boolean isText; // also bytes or booleans that are counted as texts
    private final int width;
    private final int[] partOf; // of each value
    private final int[] sizes; // of each part
    private final long[] byteCounts =
        new long[256]; // how often each byte has come since the last flush
    private final long[] sums; // of each part in one row
    private final double[] means;
    private final @Nullable DateCounts dates; // null for a column of something else

    /**
     * @param zone in which dates are looked at
     */
    Cells(int index, Column column, ZoneId zone) {
      this.column = index;
      this.width = ColumnLayout.valuesPerRow(column);
      DistributionKind kind = ValueCounts.kind(column);
      this.whole = ValueCounts.of(ValueCounts.none(column, "", kind));
      this.isText = kind == DistributionKind.TEXTS;
      this.dates = column.getKind() == ValueKind.DATE ? new DateCounts(column, zone) : null;
      this.partOf = new int[width];
      List<String> names = width == 1 ? List.of() : parts(column.getShape(), partOf);
      names.forEach(name -> parts.add(ValueCounts.of(ValueCounts.none(column, name, kind))));
      this.sizes = new int[names.size()];
      this.sums = new long[names.size()];
      this.means = new double[names.size()];
      for (int i = 0; i < width && !names.isEmpty(); i++) {
        sizes[partOf[i]]++;
      }
    }

    List<ValueCounts> all() {
      flush();
      List<ValueCounts> all = new ArrayList<>(parts);
      all.add(0, whole);
      all.addAll(dates == null ? List.of() : dates.all());
      return all;
    }

    /** Adds the only row of a column. */
    void add(RawColumn values) {
      whole.beginRow();
      parts.forEach(ValueCounts::beginRow);
      if (dates != null) {
        dates.beginRow();
      }
      if (values instanceof BytesColumn images && !isText) {
        addBytes(images.values());
      } else if (dates != null) {
        addDate((LongsColumn) values);
      } else {
        addValues(values);
      }
    }

    private void addBytes(byte[] bytes) {
      for (int i = 0; i < width; i++) {
        int value = bytes[i] & 0xff;
        byteCounts[value]++;
        if (!parts.isEmpty()) {
          sums[partOf[i]] += value;
        }
      }
      for (int part = 0; part < parts.size(); part++) {
        parts.get(part).addWhole(sums[part], 1);
        sums[part] = 0;
      }
    }

    /** Adds the counts of bytes to the whole. */
    private void flush() {
      for (int value = 0; value < byteCounts.length; value++) {
        if (byteCounts[value] > 0) {
          whole.addWhole(value, byteCounts[value]);
          byteCounts[value] = 0;
        }
      }
    }

    private void addDate(LongsColumn values) {
      if (values.isMissing(0)) {
        whole.addMissing();
        dates.addMissing();
      } else {
        whole.addWhole(values.value(0), 1);
        dates.add(values.value(0));
      }
    }

    private void addValues(RawColumn values) {
      boolean isWide = false; // whether a number of the row is no float
      for (int i = 0; i < width; i++) {
        if (values.isMissing(i)) {
          whole.addMissing();
        } else if (isText) {
          whole.addText(values.text(i));
        } else {
          whole.addNumber(values.number(i));
        }
        if (!parts.isEmpty()) {
          isWide |= !NumberPrecision.isFloat(values.number(i));
          means[partOf[i]] += values.number(i);
        }
      }
      for (int part = 0; part < parts.size(); part++) {
        double mean = means[part] / sizes[part];
        parts.get(part).addNumber(isWide ? mean : (float) mean);
        means[part] = 0;
      }
    }

    /**
     * The names of the parts of an image, which are the most equal rectangles of a grid, or of a
     * vector, which are the most equal runs; fills in the part of each value.
     */
    private static List<String> parts(List<Integer> shape, int[] partOf) {
      List<String> names = new ArrayList<>();
      if (shape.size() != 2) {
        int runs = Math.min(PARTS, partOf.length);
        for (int i = 0; i < partOf.length; i++) {
          partOf[i] = (int) ((long) i * runs / partOf.length);
        }
        for (int run = 0; run < runs; run++) {
          names.add("values " + range(run, runs, partOf.length));
        }
        return names;
      }
      int height = shape.get(0);
      int columns = shape.get(1);
      int down = Math.min(PARTS_OF_A_SIDE, height);
      int across = Math.min(PARTS_OF_A_SIDE, columns);
      for (int i = 0; i < partOf.length; i++) {
        partOf[i] = i / columns * down / height * across + i % columns * across / columns;
      }
      for (int part = 0; part < down * across; part++) {
        names.add(
            "rows %s, columns %s"
                .formatted(
                    range(part / across, down, height), range(part % across, across, columns)));
      }
      return names;
    }

    /** The indices {@code i}, counted from 1, with {@code i * parts / size == part}. */
    private static String range(int part, int parts, int size) {
      long first = ((long) part * size + parts - 1) / parts;
      long end = ((long) (part + 1) * size + parts - 1) / parts;
      return end - first == 1 ? Long.toString(first + 1) : "%s-%s".formatted(first + 1, end);
    }
  }
}
