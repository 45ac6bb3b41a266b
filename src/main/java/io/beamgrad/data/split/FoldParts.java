package io.beamgrad.data.split;

import io.beamgrad.data.files.Xxh64;
import io.beamgrad.data.rows.ColumnBlock;
import io.beamgrad.data.rows.Columns;
import io.beamgrad.data.rows.NumberStyle;
import io.beamgrad.schema.Column;
import io.beamgrad.schema.FileRange;
import java.util.List;

/** Tells of the rows of a range which part of the folds their keys put them in. */
final class FoldParts {
  /** Where nothing tells the part. */
  static final int UNKNOWN = -1;

  /** Where a row has no time. */
  static final int NO_TIME = -2;

  private static final long SEED = 0x666f6c6473L; // "folds", so that the split says nothing of them

  private final FoldRule rule;
  private final long seed;
  private final NumberStyle numbers;
  private final int[] keys;
  private final List<Long> from; // of parts by time

  /**
   * @param range with the key columns of the rule, and for parts by time with thresholds where they
   *     matter
   * @param seed of the shuffle
   */
  FoldParts(FileRange range, FoldRule rule, long seed) {
    this.rule = rule;
    this.seed = seed;
    this.numbers = NumberStyle.of(range.getCsv());
    this.from = range.getThresholds() == null ? List.of() : range.getThresholds().getPartFrom();
    List<Column> columns = range.getColumns();
    this.keys =
        rule.by() == FoldRule.By.TIME
            ? new int[] {TimeCounts.column(columns, rule.columns().get(0))}
            : rule.columns().stream().mapToInt(name -> Columns.keyIndex(columns, name)).toArray();
  }

  /** The part of the only row. */
  int of(ColumnBlock row) {
    if (rule.by() == FoldRule.By.GROUP) {
      long hash = Xxh64.hash(HoldoutRows.hashOfKey(row, keys, seed), SEED, seed);
      return (int) (((hash >>> Integer.SIZE) * rule.count()) >>> Integer.SIZE);
    }
    TimeKey time = TimeKey.of(row.column(keys[0]), numbers);
    if (time == null) {
      return NO_TIME;
    }
    if (from.isEmpty()) {
      return UNKNOWN;
    }
    int part = 0;
    while (part < from.size() && time.order() >= from.get(part)) {
      part++;
    }
    return part;
  }
}
