package io.beamgrad.data.shuffle;

import io.beamgrad.data.rows.ColumnBlock;
import io.beamgrad.data.rows.Columns;
import io.beamgrad.data.rows.LongsColumn;
import io.beamgrad.data.rows.RawColumn;
import io.beamgrad.data.rows.TextsColumn;
import io.beamgrad.schema.Chunk;
import io.beamgrad.schema.Column;
import io.beamgrad.schema.ColumnType;
import io.beamgrad.schema.ColumnValues;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;

/** The rows of a {@link Chunk} with their identities, to read a chunk or to build one. */
public final class ChunkRows {
  private static final Column FILE = Columns.key("file");
  private static final Column RECORD = Columns.feature("record", ColumnType.LONGS, List.of());
  private static final int IDENTITY = 2; // how many columns come before those of the rows

  private final List<RawColumn> columns = new ArrayList<>(); // FILE, RECORD, those of the rows
  private final TextsColumn files;
  private final LongsColumn records;
  private final TextsColumn[] texts;
  private int room;
  private int rows;
  private long bytes;

  /**
   * A chunk without rows.
   *
   * @param expectedRows how many rows will be added; more are possible, but slower
   */
  public ChunkRows(List<Column> ofRows, int expectedRows) {
    this.files = (TextsColumn) RawColumn.of(FILE);
    this.records = (LongsColumn) RawColumn.of(RECORD);
    columns.add(files);
    columns.add(records);
    ofRows.forEach(column -> columns.add(RawColumn.of(column)));
    this.texts = columns.stream().filter(TextsColumn.class::isInstance).toArray(TextsColumn[]::new);
    reserve(expectedRows);
  }

  /**
   * The rows of a chunk. Arrays may be shared with the chunk, so nobody may write to them.
   *
   * @throws IllegalArgumentException where the chunk has other columns
   */
  public static ChunkRows of(Chunk chunk, List<Column> columns) {
    if (chunk.getColumns().size() != columns.size()) {
      throw new IllegalArgumentException(
          "block has %s columns, expected %s".formatted(chunk.getColumns().size(), columns.size()));
    }
    ChunkRows rows = new ChunkRows(columns, 0);
    rows.rows = chunk.getRows();
    try {
      rows.files.share(new ColumnValues(chunk.getFileOfRow(), chunk.getFiles()), rows.rows);
      rows.records.share(new ColumnValues(chunk.getRecordOfRow(), List.of()), rows.rows);
      for (int c = 0; c < columns.size(); c++) {
        rows.column(c).share(chunk.getColumns().get(c), rows.rows);
      }
    } catch (IOException e) {
      throw new IllegalArgumentException("block: " + e.getMessage(), e);
    }
    return rows;
  }

  private void reserve(int most) {
    room = most;
    columns.forEach(column -> column.reserve(most));
  }

  /** Adds a copy of a row. */
  public void add(String file, long record, ColumnBlock from, int row) {
    if (rows == room) {
      reserve(Math.max(8, 2 * rows));
    }
    files.put(rows, file);
    records.set(rows, record);
    long bytesPerRow = (long) files.bytesPerRow() + records.bytesPerRow();
    for (int c = IDENTITY; c < columns.size(); c++) {
      columns.get(c).copy(rows, from.column(c - IDENTITY), row);
      bytesPerRow += columns.get(c).bytesPerRow();
    }
    rows++;
    bytes = rows * bytesPerRow;
    for (TextsColumn column : texts) {
      bytes += column.textBytes();
    }
  }

  public int rows() {
    return rows;
  }

  /** The memory that the added rows take, including their texts, approximately. */
  public long bytes() {
    return bytes;
  }

  public String file(int row) {
    return files.text(row);
  }

  public long record(int row) {
    return records.value(row);
  }

  public RawColumn column(int column) {
    return columns.get(IDENTITY + column);
  }

  /** The files, the records, and then the columns of the rows. */
  List<RawColumn> columns() {
    return columns;
  }

  /** Builds a chunk of all rows. The chunk owns the arrays, so nothing can be added afterwards. */
  public Chunk build() {
    return chunk(rows, columns);
  }

  /** A chunk of columns that are in the order of {@link #columns}. */
  static Chunk chunk(int rows, List<RawColumn> columns) {
    List<ColumnValues> all = columns.stream().map(column -> column.encode(rows)).toList();
    return new Chunk(
        rows,
        all.get(0).getDictionary(),
        all.get(0).getValues(),
        all.get(1).getValues(),
        all.subList(IDENTITY, all.size()));
  }
}
