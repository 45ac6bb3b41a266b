package io.beamgrad.data.shuffle;

import io.beamgrad.data.rows.ColumnBlock;
import io.beamgrad.data.rows.RowBytes;
import io.beamgrad.schema.Chunk;
import io.beamgrad.schema.Column;
import java.io.ByteArrayOutputStream;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/** Packs rows with their identities into a {@link Chunk}. */
public final class ChunkRows {
  static final int FILE = Integer.BYTES; // behind the number of a row's bytes
  static final int RECORD = FILE + Integer.BYTES;
  static final int VALUES = RECORD + Long.BYTES;

  /** The room of a chunk at first, at most; one row has room in any case. */
  private static final int MOST_ROOM = 1 << 20;

  private final int columns;
  private final RowBytes packed;
  private final List<String> files = new ArrayList<>();
  private final ByteArrayOutputStream parts = new ByteArrayOutputStream(0);
  private int file; // of the row before
  private int rows;

  /**
   * A chunk without rows.
   *
   * @param expectedRows how many rows will be added; more are possible, but slower
   */
  public ChunkRows(List<Column> ofRows, int expectedRows) {
    this.columns = ofRows.size();
    int rowBytes = Math.addExact(VALUES, new ColumnBlock(ofRows, 0).packedBytes());
    long room = Math.min((long) rowBytes * expectedRows, MOST_ROOM);
    this.packed = new RowBytes((int) room, rowBytes);
  }

  /**
   * Adds a copy of a row.
   *
   * @param from a block whose first columns are those of the chunk
   */
  public void add(String ofFile, long record, ColumnBlock from, int row) {
    add(ofFile, record, from, row, -1);
  }

  /**
   * The same of a row whose part of the folds is known.
   *
   * @param part its number; -1 for none, of all rows or of no row
   */
  public void add(String ofFile, long record, ColumnBlock from, int row, int part) {
    if (part >= 0) {
      parts.write(part);
      parts.write(part >>> Byte.SIZE);
    }
    packed.reserve(0);
    int start = packed.skip(VALUES);
    from.pack(row, columns, packed);
    packed.setInt(start, packed.size() - start);
    packed.setInt(start + FILE, file(ofFile));
    packed.setLong(start + RECORD, record);
    rows++;
  }

  private int file(String identity) {
    if (files.isEmpty() || !identity.equals(files.get(file))) {
      file = files.indexOf(identity);
      if (file < 0) {
        file = files.size();
        files.add(identity);
      }
    }
    return file;
  }

  public int rows() {
    return rows;
  }

  /** The memory that the added rows take. */
  public int bytes() {
    return packed.size();
  }

  /** Builds a chunk of all rows. The chunk owns the array, so nothing can be added afterwards. */
  public Chunk build() {
    byte[] array = packed.array();
    boolean isMostlyRoom = packed.size() < array.length / 2;
    byte[] kept = isMostlyRoom ? Arrays.copyOf(array, packed.size()) : array;
    return new Chunk(
        rows,
        files,
        ByteBuffer.wrap(kept, 0, packed.size()),
        parts.size() == 0 ? null : ByteBuffer.wrap(parts.toByteArray()));
  }
}
