package io.beamgrad.data.files;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.EOFException;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import org.apache.avro.io.Decoder;
import org.apache.avro.util.Utf8;

/**
 * Avro's binary encoding, read from memory. Unlike Avro's own decoder it compares every length and
 * count with what is left before any memory is taken, so that a damaged or hostile file costs no
 * more than its own size.
 */
public final class BoundedDecoder extends Decoder {
  private final ByteBuffer in;
  private final long mostItems;
  private long items; // of all arrays and maps so far

  /**
   * @param in read from its position to its limit; the position is moved on
   */
  public BoundedDecoder(ByteBuffer in) {
    this.in = in.order(ByteOrder.LITTLE_ENDIAN);
    this.mostItems = in.remaining();
  }

  @Override
  public void readNull() {}

  @Override
  public boolean readBoolean() throws IOException {
    require(1);
    return in.get() == 1;
  }

  @Override
  public int readInt() throws IOException {
    return (int) readLong();
  }

  /** A zigzag number of 7 bits a byte, the lowest first. */
  @Override
  public long readLong() throws IOException {
    long zigzag = 0;
    for (int shift = 0; shift < Long.SIZE; shift += 7) {
      require(1);
      byte next = in.get();
      zigzag |= (next & 0x7FL) << shift;
      if (next >= 0) {
        return (zigzag >>> 1) ^ -(zigzag & 1);
      }
    }
    throw new IOException("a number of more than 64 bits at byte " + in.position());
  }

  @Override
  public float readFloat() throws IOException {
    require(Float.BYTES);
    return in.getFloat();
  }

  @Override
  public double readDouble() throws IOException {
    require(Double.BYTES);
    return in.getDouble();
  }

  @Override
  public Utf8 readString(Utf8 old) throws IOException {
    return new Utf8(take(readLong()));
  }

  @Override
  public String readString() throws IOException {
    return new String(take(readLong()), UTF_8);
  }

  @Override
  public void skipString() throws IOException {
    take(readLong());
  }

  @Override
  public ByteBuffer readBytes(ByteBuffer old) throws IOException {
    return ByteBuffer.wrap(take(readLong()));
  }

  /** The bytes where they lie, without a copy. */
  public ByteBuffer readSlice() throws IOException {
    long length = readLong();
    require(length);
    ByteBuffer slice = in.slice(in.position(), (int) length);
    in.position(in.position() + (int) length);
    return slice;
  }

  @Override
  public void skipBytes() throws IOException {
    readSlice();
  }

  @Override
  public void readFixed(byte[] bytes, int start, int length) throws IOException {
    require(length);
    in.get(bytes, start, length);
  }

  @Override
  public void skipFixed(int length) throws IOException {
    take(length);
  }

  @Override
  public int readEnum() throws IOException {
    return readInt();
  }

  @Override
  public int readIndex() throws IOException {
    return readInt();
  }

  @Override
  public long readArrayStart() throws IOException {
    return readCount();
  }

  @Override
  public long arrayNext() throws IOException {
    return readCount();
  }

  @Override
  public long skipArray() throws IOException {
    return readCount();
  }

  @Override
  public long readMapStart() throws IOException {
    return readCount();
  }

  @Override
  public long mapNext() throws IOException {
    return readCount();
  }

  @Override
  public long skipMap() throws IOException {
    return readCount();
  }

  /** The items of a block; a negative count is followed by the block's size in bytes. */
  private long readCount() throws IOException {
    long count = readLong();
    if (count < 0) {
      count = -count;
      readLong();
    }
    require(count);
    // Each item of beamgrad's schemas takes at least a byte, as an empty record is always one of a
    // union. But a file brings a schema of its own, whose items may take none, block after block.
    items += count;
    if (items > mostItems) {
      throw new IOException(
          "%s items up to byte %s, it has %s bytes".formatted(items, in.position(), mostItems));
    }
    return count;
  }

  private byte[] take(long length) throws IOException {
    require(length);
    byte[] bytes = new byte[(int) length];
    in.get(bytes);
    return bytes;
  }

  private void require(long length) throws IOException {
    if (length < 0 || length > in.remaining()) {
      throw new EOFException(
          "expected %s more at byte %s, %s bytes are left"
              .formatted(length, in.position(), in.remaining()));
    }
  }
}
