package io.beamgrad.data.profile;

import io.beamgrad.data.counts.IntegerHistogram;
import io.beamgrad.data.counts.NumberOrder;
import io.beamgrad.data.files.Xxh64;
import io.beamgrad.data.rows.ColumnLayout;
import io.beamgrad.data.rows.Columns;
import io.beamgrad.data.rows.NumberPrecision;
import io.beamgrad.schema.Column;
import io.beamgrad.schema.ColumnType;
import io.beamgrad.schema.Distribution;
import io.beamgrad.schema.DistributionKind;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/** Counts the values of one column, or of a part of one, in bounded memory. */
abstract sealed class ValueCounts {
  /** The most bins of numbers: they show a shift of the distribution to less than 1%. */
  static final int MOST_NUMBERS = 2048;

  static final int MOST_TEXTS = 1000;
  static final int HASHES = 64;

  private final String column;
  private final String part;
  private final boolean isTarget;
  private long rows;
  private long missing;

  private ValueCounts(Distribution of) {
    column = of.getColumn();
    part = of.getPart();
    isTarget = of.getIsTarget();
    rows = of.getRows();
    missing = of.getMissing();
  }

  /** The distribution of a column's values in no rows. */
  static Distribution none(Column column, String part, DistributionKind kind) {
    return new Distribution(
        column.getName(),
        part,
        Columns.isTarget(column),
        kind,
        0L,
        0L,
        0,
        List.of(),
        List.of(),
        List.of());
  }

  /** Counts that go on where a distribution ended. */
  static ValueCounts of(Distribution of) {
    return switch (of.getKind()) {
      case FLOATS, DOUBLES, WHOLE -> new Numbers(of);
      case TEXTS, HASHES -> new Texts(of);
    };
  }

  /** The kind of the distribution of a column's values. */
  static DistributionKind kind(Column column) {
    boolean isClass = Columns.isTarget(column) && ColumnLayout.valuesPerRow(column) == 1;
    return switch (column.getKind()) {
      case BOOLEAN, TEXT -> DistributionKind.TEXTS;
      case DATE -> DistributionKind.WHOLE;
      case NUMBER -> {
        if (column.getType() != ColumnType.BYTES) {
          yield DistributionKind.FLOATS;
        }
        yield isClass ? DistributionKind.TEXTS : DistributionKind.WHOLE;
      }
    };
  }

  /** Begins a row; the values that follow are its own. */
  final void beginRow() {
    rows++;
  }

  final void addMissing() {
    missing++;
  }

  void addNumber(double value) {
    throw new IllegalStateException(column + ": counts no floats");
  }

  void addWhole(long value, long times) {
    throw new IllegalStateException(column + ": counts no whole numbers");
  }

  void addText(String text) {
    throw new IllegalStateException(column + ": counts no texts");
  }

  /** Adds all that another distribution of the same column counted. */
  final void add(Distribution other) {
    rows += other.getRows();
    missing += other.getMissing();
    addValues(other);
  }

  abstract void addValues(Distribution other);

  abstract Distribution record();

  final Distribution record(
      DistributionKind kind, int shift, List<String> texts, List<Long> values, List<Long> counts) {
    return new Distribution(
        column, part, isTarget, kind, rows, missing, shift, texts, values, counts);
  }

  private static final class Numbers extends ValueCounts {
    private final boolean isWhole;
    private final IntegerHistogram counts = new IntegerHistogram(MOST_NUMBERS);
    private boolean isWide; // whether a number was no float

    Numbers(Distribution of) {
      super(of);
      this.isWhole = of.getKind() == DistributionKind.WHOLE;
      addValues(of);
    }

    @Override
    void addNumber(double value) {
      isWide |= !NumberPrecision.isFloat(value);
      counts.add(NumberOrder.of(value));
    }

    @Override
    void addWhole(long value, long times) {
      counts.add(value, times);
    }

    @Override
    void addValues(Distribution of) {
      isWide |= of.getKind() == DistributionKind.DOUBLES;
      Distribution other = Distributions.ofDoubles(of);
      counts.coarsen(other.getShift());
      long value = 0;
      for (int i = 0; i < other.getValues().size(); i++) {
        value += other.getValues().get(i);
        counts.add(value << other.getShift(), other.getCounts().get(i));
      }
    }

    @Override
    Distribution record() {
      List<Long> values = new ArrayList<>();
      List<Long> times = new ArrayList<>();
      long last = 0;
      boolean areFloats = !isWhole && !isWide;
      int shift = counts.shift();
      int more = areFloats && shift == 0 ? NumberOrder.BITS_BELOW_FLOAT : 0;
      for (long bin : counts.sorted()) {
        long value = bin >> more;
        values.add(value - last);
        times.add(counts.count(bin));
        last = value;
      }
      DistributionKind kind =
          isWhole
              ? DistributionKind.WHOLE
              : isWide ? DistributionKind.DOUBLES : DistributionKind.FLOATS;
      int left = areFloats ? Math.max(0, shift - NumberOrder.BITS_BELOW_FLOAT) : shift;
      return record(kind, left, List.of(), values, times);
    }
  }

  private static final class Texts extends ValueCounts {
    private Map<String, Long> counts = new HashMap<>(); // null once there are too many
    private final long[] hashed = new long[HASHES];

    Texts(Distribution of) {
      super(of);
      addValues(of);
    }

    @Override
    void addText(String text) {
      add(text, 1);
    }

    private void add(String text, long times) {
      if (counts == null) {
        hashed[slot(text)] += times;
        return;
      }
      counts.merge(text, times, Long::sum);
      if (counts.size() > MOST_TEXTS) {
        hash();
      }
    }

    private void hash() {
      if (counts != null) {
        counts.forEach((text, times) -> hashed[slot(text)] += times);
        counts = null;
      }
    }

    @Override
    void addValues(Distribution other) {
      if (other.getKind() == DistributionKind.HASHES) {
        hash();
      }
      long value = 0;
      for (int i = 0; i < other.getValues().size(); i++) {
        value += other.getValues().get(i);
        long times = other.getCounts().get(i);
        if (other.getKind() == DistributionKind.HASHES) {
          hashed[(int) value] += times;
        } else {
          add(other.getTexts().get((int) value), times);
        }
      }
    }

    @Override
    Distribution record() {
      List<Long> values = new ArrayList<>();
      List<Long> times = new ArrayList<>();
      if (counts != null) {
        List<String> texts = counts.keySet().stream().sorted().toList();
        for (String text : texts) {
          values.add(values.isEmpty() ? 0L : 1L);
          times.add(counts.get(text));
        }
        return record(DistributionKind.TEXTS, 0, texts, values, times);
      }
      int last = 0;
      for (int slot = 0; slot < HASHES; slot++) {
        if (hashed[slot] > 0) {
          values.add((long) slot - last);
          times.add(hashed[slot]);
          last = slot;
        }
      }
      return record(DistributionKind.HASHES, 0, List.of(), values, times);
    }
  }

  /** The hash slot that counts a text where there are too many texts to count each. */
  static int slot(String text) {
    return (int) Long.remainderUnsigned(Xxh64.hash(text, 0), HASHES);
  }
}
