package io.beamgrad.data.profile;

import io.beamgrad.schema.CopyRecord;
import io.beamgrad.schema.UnitCopies;
import java.nio.ByteBuffer;
import java.nio.LongBuffer;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.SortedMap;
import java.util.TreeMap;

/**
 * Counts which rows are copies of one another. A unit of rows is what was exported at once: the
 * files of one day together, or an undated file. Rows are copies within a unit, or across units, as
 * in daily dumps of one table.
 *
 * <p>Counts are exact up to about a million contents, counted in each unit; where there are more,
 * those of the smallest hashes are kept, all copies of a content or none, and what is told is
 * estimated of them. The order in which rows are counted and parts are merged does not matter.
 */
public final class CopyCounts {
  /** 16 MB. */
  private static final int MOST_CONTENTS = 1 << 20;

  private static final int SMALL_UNIT = 100; // rows
  private static final int ROWS_OF_JOINED = 1000;
  private static final long MOST_OF_SMALL = 2; // equal rows that may be chance in any unit
  private static final int PART_OF_UNIT = 100;

  private final int most;
  private final SortedMap<String, ContentTally> units = new TreeMap<>();
  private int halvings;

  public CopyCounts() {
    this(MOST_CONTENTS);
  }

  CopyCounts(int most) {
    this.most = most;
  }

  /** Counts that go on where others ended. */
  public static CopyCounts of(CopyRecord record) {
    CopyCounts counts = new CopyCounts();
    counts.halvings = record.getHalvings();
    for (UnitCopies unit : record.getUnits()) {
      LongBuffer longs = unit.getContents().duplicate().asLongBuffer();
      long[] contents = new long[longs.remaining() / 2];
      long[] rows = new long[contents.length];
      longs.get(contents).get(rows);
      counts.units.put(unit.getName(), new ContentTally(unit.getRows(), contents, rows));
    }
    return counts;
  }

  public CopyRecord record() {
    List<UnitCopies> all = new ArrayList<>();
    units.forEach(
        (name, unit) -> {
          ByteBuffer bytes = ByteBuffer.allocate(2 * Long.BYTES * unit.contents());
          bytes.asLongBuffer().put(unit.hashes()).put(unit.counts());
          all.add(new UnitCopies(name, unit.rows(), bytes));
        });
    return new CopyRecord(halvings, all);
  }

  /** Adds rows of a unit by the hashes of their contents, as many as the array has. */
  void add(String unit, long[] hashes) {
    add(unit, ContentTally.of(hashes).keep(halvings));
    thin();
  }

  /** Adds all that another one counted. */
  public CopyCounts add(CopyCounts other) {
    keep(Math.max(halvings, other.halvings));
    other.units.forEach((name, unit) -> add(name, unit.keep(halvings)));
    thin();
    return this;
  }

  private void add(String name, ContentTally unit) {
    units.merge(name, unit, ContentTally::plus);
  }

  private void thin() {
    while (units.values().stream().mapToLong(ContentTally::contents).sum() > most) {
      keep(halvings + 1);
    }
  }

  private void keep(int newHalvings) {
    if (newHalvings > halvings) {
      halvings = newHalvings;
      units.replaceAll((name, unit) -> unit.keep(halvings));
    }
  }

  public long rows() {
    return units.values().stream().mapToLong(ContentTally::rows).sum();
  }

  /** How many rows are copies of another one of their unit, which itself does not count. */
  public long within() {
    return scaled(units.values().stream().mapToLong(ContentTally::copies).sum());
  }

  /** How many contents of units are copies of one of another unit, which itself does not count. */
  public long across() {
    long[] all =
        units.values().stream().flatMapToLong(unit -> Arrays.stream(unit.hashes())).toArray();
    return scaled(ContentTally.of(all).copies());
  }

  private long scaled(long kept) {
    return Math.min(kept << halvings, rows());
  }

  /**
   * Whether the rows of each unit differ, so that equal ones are copies of one row rather than
   * other rows: over half of them are distinct, and no content has over a hundredth of the rows, or
   * two. Small units are taken together, as few rows differ by chance.
   */
  public boolean areDistinct() {
    return units.size() > 0 && joined().stream().allMatch(this::isDistinct);
  }

  private boolean isDistinct(ContentTally unit) {
    long distinct = Math.min((long) unit.contents() << halvings, unit.rows());
    return 2 * distinct > unit.rows()
        && unit.largest() <= Math.max(MOST_OF_SMALL, unit.rows() / PART_OF_UNIT);
  }

  private List<ContentTally> joined() {
    List<ContentTally> joined = new ArrayList<>();
    ContentTally small = ContentTally.of(new long[0]);
    for (ContentTally unit : units.values()) {
      if (unit.rows() >= (long) SMALL_UNIT << halvings) {
        joined.add(unit);
      } else {
        small = small.plus(unit);
      }
      if (small.rows() >= (long) ROWS_OF_JOINED << halvings) {
        joined.add(small);
        small = ContentTally.of(new long[0]);
      }
    }
    if (small.rows() > 0) {
      joined.add(small);
    }
    return joined;
  }
}
