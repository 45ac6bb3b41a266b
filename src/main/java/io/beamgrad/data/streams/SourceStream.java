package io.beamgrad.data.streams;

import io.airlift.compress.MalformedInputException;
import io.beamgrad.failure.BrokenFileException;
import io.beamgrad.failure.MissingDataException;
import io.beamgrad.failure.WrongInputException;
import java.io.BufferedInputStream;
import java.io.EOFException;
import java.io.FilterInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.util.Locale;
import org.checkerframework.checker.nullness.qual.Nullable;

/**
 * The bytes of a source file, unpacked where they are packed by gzip, zstd or bzip2, as its first
 * bytes tell. Each failure is an exception of one line: {@link BrokenFileException} for a broken
 * packed stream, {@link MissingDataException} for a missing file, and {@link UncheckedIOException}
 * for a failing disk, as reading again may help.
 */
public final class SourceStream implements AutoCloseable {
  private static final int BUFFER_BYTES = 1 << 18;

  private final String name;
  private final @Nullable Packing packing; // null for plain
  private final long fileBytes;
  private final InputStream in;
  private long position;

  private SourceStream(String name, @Nullable Packing packing, long fileBytes, InputStream in) {
    this.name = name;
    this.packing = packing;
    this.fileBytes = fileBytes;
    this.in = in;
  }

  /**
   * Opens a file.
   *
   * @param name what messages call the file
   * @throws MissingDataException where there is no such file
   * @throws BrokenFileException where it has no bytes, or is packed and broken at its start
   * @throws WrongInputException where it is packed in a way that is not read
   */
  public static SourceStream open(String file, String name) {
    Packing packing = null;
    try {
      SourceChannel channel = SourceChannel.open(file, name);
      try {
        BufferedInputStream in =
            new BufferedInputStream(new DiskStream(channel.asInputStream(), name), BUFFER_BYTES);
        packing = Packing.of(name, in);
        return new SourceStream(
            name, packing, channel.size(), packing == null ? in : packing.unpack(in));
      } catch (IOException | RuntimeException e) {
        channel.close();
        throw e;
      }
    } catch (IOException e) {
      throw failure(name, packing, 0, e);
    }
  }

  /** Tells a failing disk from a broken file. */
  private static final class DiskStream extends FilterInputStream {
    private final String name;

    DiskStream(InputStream in, String name) {
      super(in);
      this.name = name;
    }

    @Override
    public int read() throws IOException {
      try {
        return super.read();
      } catch (IOException e) {
        throw new UncheckedIOException(name + ": " + e.getMessage(), e);
      }
    }

    @Override
    public int read(byte[] to, int offset, int length) throws IOException {
      try {
        return super.read(to, offset, length);
      } catch (IOException e) {
        throw new UncheckedIOException(name + ": " + e.getMessage(), e);
      }
    }
  }

  /** What messages call the file. */
  public String name() {
    return name;
  }

  /** Whether the bytes are unpacked, so that their number is known only at the end. */
  public boolean isPacked() {
    return packing != null;
  }

  /** The size of the file on disk. */
  public long fileBytes() {
    return fileBytes;
  }

  /** Fills {@code to} from its start; gives the number of bytes, fewer only at the end. */
  public int read(byte[] to, int length) {
    return read(to, 0, length);
  }

  /** The same, from an offset on. */
  public int read(byte[] to, int offset, int length) {
    int filled = 0;
    try {
      while (filled < length) {
        int read = in.read(to, offset + filled, length - filled);
        if (read < 0) {
          break;
        }
        filled += read;
      }
      position += filled;
      return filled;
    } catch (IOException e) {
      throw failure(name, packing, position + filled, e);
    } catch (MalformedInputException e) { // of zstd
      throw failure(name, packing, position + filled, new IOException(e.getMessage(), e));
    }
  }

  /**
   * Moves on; gives the number of bytes, fewer only at the end of a packed file. In a plain file it
   * is a seek, which does not notice the end.
   */
  public long skip(long bytes) {
    if (isPacked()) {
      return readAway(bytes);
    }
    try {
      in.skipNBytes(bytes);
      position += bytes;
      return bytes;
    } catch (IOException e) {
      throw failure(name, packing, position, e);
    }
  }

  /** Reads to the end, which also checks the checksum of a packed file. */
  public void readToEnd() {
    readAway(Long.MAX_VALUE);
  }

  private long readAway(long bytes) {
    byte[] scratch = new byte[BUFFER_BYTES];
    long start = position;
    long end = start + Math.min(bytes, Long.MAX_VALUE - start);
    while (position < end && read(scratch, (int) Math.min(scratch.length, end - position)) > 0) {
      // The bytes are only counted.
    }
    return position - start;
  }

  /** The number of unpacked bytes read and skipped. */
  public long position() {
    return position;
  }

  /** The bytes from here on as a stream, which counts them and fails as this class does. */
  public InputStream asInputStream() {
    return new InputStream() {
      @Override
      public int read() {
        byte[] one = new byte[1];
        return read(one, 0, 1) < 0 ? -1 : one[0] & 0xFF;
      }

      @Override
      public int read(byte[] to, int offset, int length) {
        int read = SourceStream.this.read(to, offset, length);
        return read == 0 && length > 0 ? -1 : read;
      }
    };
  }

  @Override
  public void close() {
    try {
      in.close();
    } catch (IOException e) {
      throw new UncheckedIOException(name + ": " + e.getMessage(), e);
    }
  }

  /** The exception for a failure after {@code position} unpacked bytes. */
  private static RuntimeException failure(
      String name, @Nullable Packing packing, long position, IOException e) {
    if (packing == null) {
      return new UncheckedIOException(name + ": " + e.getMessage(), e);
    }
    String why = e.getMessage() == null ? "" : e.getMessage();
    boolean isCut =
        e instanceof EOFException
            || why.toLowerCase(Locale.ROOT).contains("unexpected end of stream"); // of bzip2
    return new BrokenFileException(
        isCut
            ? "%s: %s file cut short after %s unpacked bytes".formatted(name, packing, position)
            : "%s: not a valid %s file after %s unpacked bytes: %s"
                .formatted(name, packing, position, why),
        e);
  }
}
