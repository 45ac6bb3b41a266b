package io.beamgrad.data;

import java.io.BufferedInputStream;
import java.io.EOFException;
import java.io.FileInputStream;
import java.io.FileNotFoundException;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.zip.GZIPInputStream;
import java.util.zip.ZipException;

/**
 * The bytes of a source file, unpacked where its name ends in {@code .gz}. What goes wrong is told
 * in one line: a broken gzip stream is a {@link BrokenFileException}, a missing file a {@link
 * MissingDataException}; a failing disk stays an {@link UncheckedIOException}, since reading again
 * may help.
 */
final class SourceStream implements AutoCloseable {
  private static final int BUFFER_BYTES = 1 << 18;

  private final String name;
  private final boolean gzip;
  private final long fileBytes;
  private final InputStream in;
  private long position;

  private SourceStream(String name, boolean gzip, long fileBytes, InputStream in) {
    this.name = name;
    this.gzip = gzip;
    this.fileBytes = fileBytes;
    this.in = in;
  }

  /**
   * Opens a file.
   *
   * @param name what messages call the file
   * @throws MissingDataException where there is no such file
   * @throws BrokenFileException where it has no bytes, or is not gzip though its name says so
   */
  static SourceStream open(Path file, String name) {
    boolean gzip = file.toString().endsWith(".gz");
    try {
      FileInputStream raw = new FileInputStream(file.toFile());
      try {
        long bytes = raw.getChannel().size();
        if (bytes == 0) {
          throw new BrokenFileException(name + ": empty file");
        }
        InputStream in =
            gzip
                ? new GZIPInputStream(raw, BUFFER_BYTES)
                : new BufferedInputStream(raw, BUFFER_BYTES);
        return new SourceStream(name, gzip, bytes, in);
      } catch (IOException | BrokenFileException e) {
        raw.close();
        throw e;
      }
    } catch (FileNotFoundException e) {
      throw missing(file);
    } catch (IOException e) {
      throw failure(name, 0, e);
    }
  }

  private static MissingDataException missing(Path file) {
    String why =
        !Files.exists(file)
            ? "no such file"
            : Files.isDirectory(file) ? "is a folder, not a file" : "cannot be read";
    return new MissingDataException("%s: %s".formatted(file, why));
  }

  /** What messages call the file. */
  String name() {
    return name;
  }

  /** Whether the bytes are unpacked, so that their number is known only at the end. */
  boolean isGzip() {
    return gzip;
  }

  /** The size of the file on disk. */
  long fileBytes() {
    return fileBytes;
  }

  /** Fills {@code to} from its start; gives the number of bytes, fewer only at the end. */
  int read(byte[] to, int length) {
    return read(to, 0, length);
  }

  private int read(byte[] to, int offset, int length) {
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
      throw failure(name, position + filled, e);
    }
  }

  /**
   * Moves on; gives the number of bytes, fewer only at the end of a gzip file. In a plain file it
   * is a seek, which does not notice the end.
   */
  long skip(long bytes) {
    if (gzip) {
      return readAway(bytes);
    }
    try {
      in.skipNBytes(bytes);
      position += bytes;
      return bytes;
    } catch (IOException e) {
      throw failure(name, position, e);
    }
  }

  /** Reads to the end, which also checks the checksum of a gzip file. */
  void readToEnd() {
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
  long position() {
    return position;
  }

  /** The bytes from here on as a stream, which counts them and fails as this class does. */
  InputStream asInputStream() {
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
  private static RuntimeException failure(String name, long position, IOException e) {
    if (e instanceof EOFException) {
      return new BrokenFileException(
          "%s: gzip file cut short after %d unpacked bytes".formatted(name, position), e);
    }
    if (e instanceof ZipException) {
      return new BrokenFileException(
          "%s: not a valid gzip file after %d unpacked bytes: %s"
              .formatted(name, position, e.getMessage()),
          e);
    }
    return new UncheckedIOException(name + ": " + e.getMessage(), e);
  }
}
