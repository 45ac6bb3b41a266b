package io.beamgrad.data.shuffle;

import io.beamgrad.data.files.BoundedDecoder;
import io.beamgrad.data.rows.ColumnBlock;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.zip.CRC32C;

/**
 * Decodes the columns of an encoded {@link io.beamgrad.schema.BlockRows}; the origins of rows are
 * skipped.
 */
final class BlockDecoder {
  private BlockDecoder() {}

  /**
   * Replaces the rows of a block by those of an encoded one; the arrays are used again, so that
   * reading leaves no garbage.
   *
   * @return the CRC-32C of the columns and identities, as a {@code BlockRef} has it
   * @throws IOException where the bytes are not an encoded block of these columns
   */
  static long decode(ByteBuffer encoded, ColumnBlock into) throws IOException {
    BoundedDecoder in = new BoundedDecoder(encoded);
    CRC32C crc = new CRC32C();
    int rows = in.readInt();
    skipStrings(in);
    crc.update(in.readSlice());
    crc.update(in.readSlice());
    int expected = into.columns().size();
    int c = 0;
    for (long count = in.readArrayStart(); count > 0; count = in.arrayNext()) {
      for (long i = 0; i < count; i++, c++) {
        if (c == expected) {
          throw new IOException("it has more than %s columns".formatted(c));
        }
        ByteBuffer raw = in.readSlice();
        crc.update(raw.duplicate());
        ByteBuffer dictionary = in.readSlice();
        crc.update(dictionary.duplicate());
        into.column(c).decode(raw, dictionary, rows);
      }
    }
    if (c < expected) {
      throw new IOException("it has %s columns, expected %s".formatted(c, expected));
    }
    into.setRows(rows);
    return crc.getValue();
  }

  private static void skipStrings(BoundedDecoder in) throws IOException {
    for (long count = in.readArrayStart(); count > 0; count = in.arrayNext()) {
      for (long i = 0; i < count; i++) {
        in.skipString();
      }
    }
  }
}
