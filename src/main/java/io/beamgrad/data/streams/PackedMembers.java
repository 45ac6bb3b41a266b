package io.beamgrad.data.streams;

import java.io.BufferedInputStream;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import org.checkerframework.checker.nullness.qual.Nullable;

/**
 * The unpacked bytes of the members of a gzip or bzip2 file, one after the other. Zeros may fill
 * the file up behind the last, as on tapes and in stores of blocks; other bytes there are an error.
 */
final class PackedMembers extends InputStream {
  /** Opens one member, reads no byte behind it, and does not go on with the next. */
  interface Decoder {
    InputStream open(InputStream in) throws IOException;
  }

  private final Packing packing;
  private final BufferedInputStream in;
  private final Decoder decoder;
  private @Nullable InputStream member; // null at the end

  /**
   * Opens the first member.
   *
   * @throws EOFException where it is cut short within its header
   */
  PackedMembers(Packing packing, BufferedInputStream in, Decoder decoder) throws IOException {
    this.packing = packing;
    this.in = in;
    this.decoder = decoder;
    member = open();
  }

  private InputStream open() throws IOException {
    packing.requireMember(in);
    return decoder.open(in);
  }

  @Override
  public int read() throws IOException {
    byte[] one = new byte[1];
    return read(one, 0, 1) < 0 ? -1 : one[0] & 0xFF;
  }

  @Override
  public int read(byte[] to, int offset, int length) throws IOException {
    while (member != null) {
      int read = member.read(to, offset, length);
      if (read >= 0) {
        return read;
      }
      member = isAtEnd() ? null : open();
    }
    return -1;
  }

  private boolean isAtEnd() throws IOException {
    boolean zeros = false;
    while (true) {
      in.mark(1);
      int next = in.read();
      if (next > 0 && zeros) {
        throw new IOException("zeros behind the last member, and other bytes behind those");
      }
      if (next != 0) {
        in.reset();
        return next < 0;
      }
      zeros = true;
    }
  }

  @Override
  public void close() throws IOException {
    if (member != null) {
      member.close(); // which frees the memory of its decoder
    }
    in.close();
  }
}
