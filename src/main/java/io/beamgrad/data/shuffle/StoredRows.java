package io.beamgrad.data.shuffle;

import io.beamgrad.data.rows.ColumnBlock;
import io.beamgrad.data.rows.RawColumn;
import io.beamgrad.data.rows.RowOrigin;
import io.beamgrad.schema.BlockRows;
import io.beamgrad.schema.Column;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.List;

/** The rows of a block with their origins. */
public final class StoredRows {
  private final ColumnBlock values;
  private final List<String> files;
  private final ByteBuffer fileOfRow;
  private final ByteBuffer recordOfRow;

  private StoredRows(ColumnBlock values, BlockRows block) {
    this.values = values;
    this.files = block.getFiles();
    this.fileOfRow = block.getFileOfRow().duplicate().order(ByteOrder.LITTLE_ENDIAN);
    this.recordOfRow = block.getRecordOfRow().duplicate().order(ByteOrder.LITTLE_ENDIAN);
  }

  /**
   * The rows of a block. Arrays may be shared with it, so nobody may write to them.
   *
   * @throws IllegalArgumentException where the block has other columns
   */
  public static StoredRows of(BlockRows block, List<Column> columns) {
    if (block.getColumns().size() != columns.size()) {
      throw new IllegalArgumentException(
          "block has %s columns, expected %s".formatted(block.getColumns().size(), columns.size()));
    }
    RawColumn[] values = columns.stream().map(RawColumn::of).toArray(RawColumn[]::new);
    try {
      for (int c = 0; c < values.length; c++) {
        values[c].share(block.getColumns().get(c), block.getRows());
      }
    } catch (IOException e) {
      throw new IllegalArgumentException("block: " + e.getMessage(), e);
    }
    return new StoredRows(ColumnBlock.of(block.getRows(), values), block);
  }

  public ColumnBlock values() {
    return values;
  }

  /** The origin of a row. */
  public RowOrigin origin(int row) {
    int file = fileOfRow.getInt(fileOfRow.position() + Integer.BYTES * row);
    return new RowOrigin(
        files.get(file), recordOfRow.getLong(recordOfRow.position() + Long.BYTES * row));
  }
}
