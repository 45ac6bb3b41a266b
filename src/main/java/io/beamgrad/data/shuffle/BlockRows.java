package io.beamgrad.data.shuffle;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.beamgrad.data.files.BoundedDecoder;
import io.beamgrad.data.rows.ColumnLayout;
import io.beamgrad.data.rows.DictionaryColumn;
import io.beamgrad.schema.Column;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.ArrayList;
import java.util.List;
import java.util.zip.CRC32C;

/**
 * The columns of one block as plain arrays that are filled again and again, one block after the
 * other, so that reading blocks leaves no garbage. Where rows come from is not kept.
 */
public final class BlockRows {
  private final List<Column> columns;
  private final Object[] values; // as those of DecodedChunk, but longer where a block was larger
  private int rows;

  public BlockRows(List<Column> columns) {
    this.columns = columns;
    this.values = new Object[columns.size()];
  }

  /**
   * For each column its values, row-major: {@code byte[]}, {@code float[]}, {@code long[]} or
   * {@link DictionaryColumn}; what lies behind the last row means nothing.
   */
  public Object[] values() {
    return values;
  }

  public int rows() {
    return rows;
  }

  List<Column> columns() {
    return columns;
  }

  /** The bytes of the arrays, texts included. */
  long bytes() {
    long bytes = 0;
    for (Object column : values) {
      if (column instanceof byte[] small) {
        bytes += small.length;
      } else if (column instanceof float[] numbers) {
        bytes += (long) Float.BYTES * numbers.length;
      } else if (column instanceof long[] times) {
        bytes += (long) Long.BYTES * times.length;
      } else if (column instanceof DictionaryColumn texts) {
        bytes += texts.bytes();
      }
    }
    return bytes;
  }

  /**
   * Takes the rows of an encoded {@link io.beamgrad.schema.Chunk}.
   *
   * @return the CRC-32C of the columns and identities, as a {@code BlockRef} has it
   * @throws IOException where it is not an encoded chunk of these columns
   */
  long fill(ByteBuffer encoded) throws IOException {
    BoundedDecoder in = new BoundedDecoder(encoded);
    CRC32C crc = new CRC32C();
    rows = in.readInt();
    skipStrings(in);
    crc.update(in.readSlice());
    crc.update(in.readSlice());
    int c = 0;
    for (long count = in.readArrayStart(); count > 0; count = in.arrayNext()) {
      for (long i = 0; i < count; i++, c++) {
        if (c == values.length) {
          throw new IOException("it has more than %d columns".formatted(c));
        }
        ByteBuffer raw = in.readSlice().order(ByteOrder.LITTLE_ENDIAN);
        crc.update(raw.duplicate());
        fill(c, raw, strings(in, crc));
      }
    }
    if (c < values.length) {
      throw new IOException("it has %d columns, expected %d".formatted(c, values.length));
    }
    return crc.getValue();
  }

  private static void skipStrings(BoundedDecoder in) throws IOException {
    for (long count = in.readArrayStart(); count > 0; count = in.arrayNext()) {
      for (long i = 0; i < count; i++) {
        in.skipString();
      }
    }
  }

  private static List<String> strings(BoundedDecoder in, CRC32C crc) throws IOException {
    List<String> strings = new ArrayList<>(0);
    for (long count = in.readArrayStart(); count > 0; count = in.arrayNext()) {
      for (long i = 0; i < count; i++) {
        String string = in.readString();
        crc.update(string.getBytes(UTF_8));
        strings.add(string);
      }
    }
    return strings;
  }

  private void fill(int c, ByteBuffer raw, List<String> dictionary) throws IOException {
    long expected = (long) rows * ColumnLayout.bytesPerRow(columns.get(c));
    if (raw.remaining() != expected) {
      throw new IOException(
          "column '%s' has %d bytes, expected %d for %d rows"
              .formatted(columns.get(c).getName(), raw.remaining(), expected, rows));
    }
    switch (columns.get(c).getType()) {
      case BYTES -> {
        if (!(values[c] instanceof byte[] old && old.length >= raw.remaining())) {
          values[c] = new byte[raw.remaining()];
        }
        raw.get((byte[]) values[c], 0, raw.remaining());
      }
      case FLOATS -> {
        int count = raw.remaining() / Float.BYTES;
        if (!(values[c] instanceof float[] old && old.length >= count)) {
          values[c] = new float[count];
        }
        raw.asFloatBuffer().get((float[]) values[c], 0, count);
      }
      case LONGS -> {
        int count = raw.remaining() / Long.BYTES;
        if (!(values[c] instanceof long[] old && old.length >= count)) {
          values[c] = new long[count];
        }
        raw.asLongBuffer().get((long[]) values[c], 0, count);
      }
      case STRINGS -> {
        int count = raw.remaining() / Integer.BYTES;
        DictionaryColumn texts =
            values[c] instanceof DictionaryColumn old ? old : new DictionaryColumn();
        texts.reset(count, dictionary.toArray(new String[0]));
        values[c] = texts;
        for (int i = 0; i < count; i++) {
          int index = raw.getInt();
          if (index < -1 || index >= dictionary.size()) {
            throw new IOException("no string %d of %d".formatted(index, dictionary.size()));
          }
          texts.indexes()[i] = index;
        }
      }
    }
  }
}
