package io.beamgrad.data.shuffle;

import io.beamgrad.data.rows.ColumnBlock;
import io.beamgrad.data.rows.Columns;
import io.beamgrad.data.rows.RowOrigin;
import io.beamgrad.data.split.SplitRule;
import io.beamgrad.data.split.SplitShares;
import io.beamgrad.failure.BrokenFileException;
import io.beamgrad.schema.BlockRef;
import io.beamgrad.schema.ClassRows;
import io.beamgrad.schema.Column;
import io.beamgrad.schema.Split;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.stream.IntStream;

/**
 * Assigns each block of the training files to one split, by exact shares. A block with rows of
 * several splits is written again as a block for each split; only such blocks are read. A second
 * attempt writes the same files.
 */
final class BlockSplitter {
  private final SplitRule rule;
  private final List<Column> columns;
  private final int classColumn; // -1 where classes do not matter

  /** The rows of a block that belong to one split. */
  private record Piece(int ordinal, SortedBucket.Block block) {}

  BlockSplitter(SplitRule rule, List<Column> columns) {
    this.rule = rule;
    this.columns = columns;
    this.classColumn = rule.by() == SplitRule.By.STRATIFIED ? Columns.classColumn(columns) : -1;
  }

  /** How many rows each class has; all rows count as one class where classes do not matter. */
  SortedMap<String, Long> classRows(List<BlockRef> blocks) {
    SortedMap<String, Long> rows = new TreeMap<>();
    for (BlockRef block : blocks) {
      for (ClassRows of : classRows(block)) {
        rows.merge(of.getLabel(), (long) of.getRows(), Long::sum);
      }
    }
    return rows;
  }

  private List<ClassRows> classRows(BlockRef block) {
    if (classColumn < 0) {
      return List.of(new ClassRows(SplitShares.ANY, block.getRows()));
    }
    if (block.getClassRows().isEmpty()) {
      throw new IllegalArgumentException(
          block.getPath() + ": a stratified split needs the rows of each class, found none");
    }
    return block.getClassRows();
  }

  /**
   * @param blocks in the order of the shuffle
   * @return blocks of one split each, in no order
   * @throws BrokenFileException where a block with rows of several splits is damaged
   */
  List<BlockRef> cut(List<BlockRef> blocks) {
    SplitShares shares = new SplitShares(rule, classRows(blocks));
    List<BlockRef> cut = new ArrayList<>();
    Map<Split, List<Piece>> pieces = new EnumMap<>(Split.class); // of one bucket
    BlockRef last = null;
    for (BlockRef block : blocks) {
      if (last != null && last.getBucket() != block.getBucket()) {
        cut.addAll(write(pieces, last));
        pieces.clear();
      }
      Optional<Split> whole = shares.next(classRows(block));
      if (whole.isPresent()) {
        cut.add(BlockRef.newBuilder(block).setSplit(whole.get()).build());
      } else {
        cut(block, shares, pieces);
      }
      last = block;
    }
    if (last != null) {
      cut.addAll(write(pieces, last));
    }
    return cut;
  }

  private void cut(BlockRef block, SplitShares shares, Map<Split, List<Piece>> pieces) {
    StoredRows rows = StoredRows.of(BlockStore.read(block), columns);
    ColumnBlock values = rows.values();
    int[] parts = FoldSplitter.parts(block);
    Map<Split, ChunkRows> rowsOf = new EnumMap<>(Split.class);
    for (int row = 0; row < values.rows(); row++) {
      String label = classColumn < 0 ? SplitShares.ANY : values.column(classColumn).text(row);
      RowOrigin origin = rows.origin(row);
      rowsOf
          .computeIfAbsent(shares.next(label), split -> new ChunkRows(columns, values.rows()))
          .add(origin.file(), origin.record(), values, row, parts.length == 0 ? -1 : parts[row]);
    }
    rowsOf.forEach(
        (split, some) ->
            pieces
                .computeIfAbsent(split, s -> new ArrayList<>())
                .add(new Piece(block.getOrdinal(), piece(some))));
  }

  private SortedBucket.Block piece(ChunkRows rows) {
    BlockBuilder builder = new BlockBuilder(List.of(new PackedRows(rows.build())), columns);
    int[] all = IntStream.range(0, rows.rows()).toArray();
    return builder.block(new int[all.length], all);
  }

  /** Writes the pieces of the blocks of one bucket, beside these blocks. */
  private List<BlockRef> write(Map<Split, List<Piece>> pieces, BlockRef beside) {
    List<BlockRef> written = new ArrayList<>();
    BlockStore store =
        new BlockStore(BlockStore.folder(beside)).countingClasses(rule.countsClasses());
    pieces.forEach(
        (split, ofSplit) ->
            written.addAll(
                store.write(
                    split,
                    beside.getBucket(),
                    columns,
                    beside.getSeed(),
                    ofSplit.stream().mapToInt(Piece::ordinal).toArray(),
                    i -> ofSplit.get(i).block())));
    return written;
  }
}
