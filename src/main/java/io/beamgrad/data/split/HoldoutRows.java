package io.beamgrad.data.split;

import io.beamgrad.data.files.Xxh64;
import io.beamgrad.data.rows.ColumnBlock;
import io.beamgrad.data.rows.Columns;
import io.beamgrad.schema.Column;
import java.math.BigInteger;
import java.util.List;
import org.checkerframework.checker.nullness.qual.Nullable;

/**
 * Tells which rows a {@link Holdout} holds out. It finds the columns that name a row by their
 * names, so several holdouts may look at the same rows. Not thread-safe.
 */
public final class HoldoutRows {
  private final Holdout holdout;
  private final long seed;
  private final BigInteger end; // rows of smaller hashes are held out
  private final int[] indexes; // (columns of the holdout)
  private @Nullable String file; // of the order
  private @Nullable RowOrder order;

  /**
   * @param columns those of the rows, with the keys of the holdout among them
   * @throws IllegalArgumentException where one is not there
   */
  public HoldoutRows(Holdout holdout, List<Column> columns) {
    this.holdout = holdout;
    this.seed = holdout.seed();
    this.end = SplitRule.ofAllHashes(holdout.share());
    this.indexes =
        holdout.columns().stream().mapToInt(name -> index(holdout.by(), name, columns)).toArray();
    for (int c = 0; c < indexes.length; c++) {
      if (indexes[c] < 0) {
        throw new IllegalArgumentException(
            "the holdout goes by column '%s', which the rows do not have"
                .formatted(holdout.columns().get(c)));
      }
    }
  }

  /** Whether rows of these columns have all that the holdout goes by. */
  public static boolean areIn(List<Column> columns, Holdout holdout) {
    return holdout.columns().stream().allMatch(name -> index(holdout.by(), name, columns) >= 0);
  }

  private static int index(Holdout.By by, String name, List<Column> columns) {
    return by == Holdout.By.KEY
        ? Columns.keyIndex(columns, name)
        : Columns.contentIndex(columns, name);
  }

  /**
   * Whether a row is held out.
   *
   * @param identity of its file
   * @param record its number in the file, from 0
   * @param row the only one of its block
   */
  public boolean isHeldOut(String identity, long record, ColumnBlock row) {
    return isHeldOut(group(identity, record, row));
  }

  /** Whether the rows of a group are held out. */
  boolean isHeldOut(long group) {
    return SplitRule.isBelow(group, end);
  }

  /**
   * The hash of what names a row: rows that have it in common are held out together, and a test
   * draws them together.
   */
  public long group(String identity, long record, ColumnBlock row) {
    return switch (holdout.by()) {
      case ROWS -> orderOf(identity).hash(record);
      case KEY -> hashOfKey(row, indexes, seed);
      case CONTENT -> row.contentHash(indexes, seed);
    };
  }

  private RowOrder orderOf(String identity) {
    if (!identity.equals(file)) {
      file = identity;
      order = RowOrder.of(seed, identity);
    }
    return order;
  }

  /**
   * The hash of the texts of some columns in the only row. The hash of each is the seed of the
   * next, so that "ab" and "c" differ from "a" and "bc".
   */
  static long hashOfKey(ColumnBlock row, int[] columns, long seed) {
    long hash = seed;
    for (int column : columns) {
      hash = Xxh64.hash(row.column(column).text(0), hash);
    }
    return hash;
  }
}
