package io.beamgrad.data.formats;

import io.beamgrad.data.streams.SourceStream;
import java.nio.charset.Charset;
import java.nio.charset.StandardCharsets;

/**
 * The bytes of a CSV file in UTF-8, of which a part is in memory. Behind its last byte stands a
 * line feed, at which each search ends, and some more bytes of no meaning.
 */
final class CsvBytes {
  private static final int START_BYTES = 1 << 18;
  private static final int SPARE_BYTES = 2 * Long.BYTES;

  /** Where bytes come from. */
  interface Source {
    /** Fills at least four bytes, fewer only at the end; gives their number. */
    int read(byte[] to, int offset, int length);
  }

  private final Source in;
  private byte[] buffer = new byte[START_BYTES];
  private int end;

  CsvBytes(SourceStream in, Charset encoding) {
    this.in = encoding.equals(StandardCharsets.UTF_8) ? in::read : new Utf8Encoder(in, encoding);
    readOn(0);
  }

  /** The bytes in memory; another array after {@link #readOn}. */
  byte[] buffer() {
    return buffer;
  }

  /** The index behind the last byte. */
  int end() {
    return end;
  }

  /**
   * Reads more; false where the file has ended.
   *
   * @param keptFrom the index of the first byte that is kept, which has index 0 afterwards
   */
  boolean readOn(int keptFrom) {
    int kept = end - keptFrom;
    byte[] to = kept <= buffer.length / 2 ? buffer : new byte[2 * buffer.length];
    System.arraycopy(buffer, keptFrom, to, 0, kept);
    int read = in.read(to, kept, to.length - SPARE_BYTES - kept);
    buffer = to;
    end = kept + read;
    buffer[end] = '\n';
    return read > 0;
  }
}
