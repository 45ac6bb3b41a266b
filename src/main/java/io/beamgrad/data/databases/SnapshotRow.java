package io.beamgrad.data.databases;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.math.BigDecimal;
import java.nio.ByteBuffer;
import java.util.Arrays;
import org.checkerframework.checker.nullness.qual.Nullable;

/**
 * A row of a snapshot. Rows are in the order of their keys: numbers by their size, texts by the
 * bytes of their UTF-8.
 *
 * @param key the text of the key
 * @param number the key where it is a number; otherwise null
 * @param since by which rows are new; 0 where nothing says it
 * @param record the row as Avro encodes it, a whole array
 */
record SnapshotRow(String key, @Nullable BigDecimal number, long since, ByteBuffer record)
    implements Comparable<SnapshotRow> {
  private static final int OBJECT_BYTES = 160;

  static SnapshotRow of(Object key, long since, ByteBuffer record) {
    BigDecimal number =
        key instanceof BigDecimal decimal
            ? decimal
            : key instanceof Long whole ? BigDecimal.valueOf(whole) : null;
    return new SnapshotRow(
        number == null ? key.toString() : number.toPlainString(), number, since, record);
  }

  @Override
  public int compareTo(SnapshotRow other) {
    return number == null
        ? Arrays.compareUnsigned(key.getBytes(UTF_8), other.key.getBytes(UTF_8))
        : number.compareTo(other.number);
  }

  /** About what it takes of the heap. */
  long bytes() {
    return OBJECT_BYTES + 2L * key.length() + record.remaining();
  }

  void write(DataOutputStream out) throws IOException {
    byte[] text = key.getBytes(UTF_8);
    out.writeBoolean(number != null);
    out.writeInt(text.length);
    out.write(text);
    out.writeLong(since);
    out.writeInt(record.remaining());
    out.write(record.array(), record.arrayOffset(), record.remaining());
  }

  static SnapshotRow read(DataInputStream in) throws IOException {
    boolean isNumber = in.readBoolean();
    String key = new String(in.readNBytes(in.readInt()), UTF_8);
    long since = in.readLong();
    ByteBuffer record = ByteBuffer.wrap(in.readNBytes(in.readInt()));
    return new SnapshotRow(key, isNumber ? new BigDecimal(key) : null, since, record);
  }
}
