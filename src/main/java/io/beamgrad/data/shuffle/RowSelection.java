package io.beamgrad.data.shuffle;

import io.beamgrad.schema.BlockRef;
import java.nio.ByteBuffer;
import java.util.BitSet;
import java.util.List;
import java.util.Objects;

/** The rows of a stored block that a reference to it has. */
final class RowSelection {
  private RowSelection() {}

  /** A reference to some rows of a block of which the other has all. */
  static BlockRef of(BlockRef block, BitSet rows) {
    return BlockRef.newBuilder(block)
        .setSelected(ByteBuffer.wrap(rows.toByteArray()))
        .setRows(rows.cardinality())
        .setClassRows(List.of())
        .setParts(null)
        .build();
  }

  /** A reference to neighbouring rows of those that another has. */
  static BlockRef range(BlockRef ref, int fromInclusive, int toExclusive) {
    BitSet rows = new BitSet();
    rows.set(fromInclusive, toExclusive);
    return within(ref, rows);
  }

  /** A reference to some of the rows that another has, which may have a selection itself. */
  static BlockRef within(BlockRef ref, BitSet some) {
    if (some.cardinality() == ref.getRows()) {
      return ref;
    }
    if (ref.getSelected() == null) {
      return of(ref, some);
    }
    int[] stored = rows(ref);
    BitSet rows = new BitSet();
    some.stream().forEach(row -> rows.set(stored[row]));
    return of(ref, rows);
  }

  /** The numbers of the rows that a reference with a selection has, ascending. */
  static int[] rows(BlockRef ref) {
    return BitSet.valueOf(Objects.requireNonNull(ref.getSelected()).duplicate()).stream().toArray();
  }

  /** The number in its block of a row of a reference. */
  static int row(BlockRef ref, int row) {
    return ref.getSelected() == null ? row : rows(ref)[row];
  }
}
