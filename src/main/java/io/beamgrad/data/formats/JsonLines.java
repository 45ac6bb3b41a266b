package io.beamgrad.data.formats;

import io.beamgrad.data.streams.SourceStream;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.nio.ByteOrder;

/** The lines of a JSON file; blank ones are no records. */
final class JsonLines extends JsonRecords {
  private static final VarHandle LONG =
      MethodHandles.byteArrayViewVarHandle(long[].class, ByteOrder.LITTLE_ENDIAN);
  private static final long ONES = 0x0101010101010101L;
  private static final long HIGH_BITS = ONES << 7;
  private static final long NEWLINES = ONES * '\n';

  private long bits; // all bytes of the line or-ed

  JsonLines(SourceStream in) {
    super(in);
  }

  @Override
  boolean next() {
    while (nextLine()) {
      if (tooLong || !isBlank()) {
        return true;
      }
    }
    return false;
  }

  private boolean nextLine() {
    tooLong = false;
    bits = 0;
    int end = lineEnd(at);
    while (end == filled) {
      moveToStart();
      end = filled;
      if (!append()) {
        break;
      }
      end = lineEnd(end);
    }
    if (end == at && end == filled && !tooLong) {
      return false;
    }
    ascii = (bits & HIGH_BITS) == 0;
    setRecord(end);
    at = Math.min(end + 1, filled);
    line++;
    return true;
  }

  /**
   * The place of the next end of a line, or the end of the bytes; eight bytes at a time are looked
   * at for one (Mycroft's test for a zero byte).
   */
  private int lineEnd(int from) {
    int end = from;
    for (; end <= filled - Long.BYTES; end += Long.BYTES) {
      long eight = (long) LONG.get(buffer, end);
      long other = eight ^ NEWLINES;
      if (((other - ONES) & ~other & HIGH_BITS) != 0) {
        break;
      }
      bits |= eight;
    }
    for (; end < filled && buffer[end] != '\n'; end++) {
      bits |= buffer[end];
    }
    return end;
  }

  private boolean isBlank() {
    for (int i = offset; i < offset + length; i++) {
      if (!isBlank(buffer[i])) {
        return false;
      }
    }
    return true;
  }
}
