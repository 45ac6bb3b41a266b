package io.beamgrad.benchmarks;

import java.io.IOException;
import java.io.OutputStream;

/** Lines of CSV whose cells need no quotes; fast, as tables of gigabytes are drawn. */
final class CsvLines {
  private static final int LONGEST_CELL = 512;

  private final OutputStream out;
  private final byte[] buffer = new byte[1 << 16];
  private int length;
  private long flushed;

  CsvLines(OutputStream out) {
    this.out = out;
  }

  /** Adds ASCII of at most 512 characters. */
  void text(String ascii) throws IOException {
    reserve();
    for (int i = 0; i < ascii.length(); i++) {
      buffer[length++] = (byte) ascii.charAt(i);
    }
  }

  void separator() throws IOException {
    reserve();
    buffer[length++] = ',';
  }

  void end() throws IOException {
    reserve();
    buffer[length++] = '\n';
  }

  /** Adds a whole number of at least 0. */
  void number(int value) throws IOException {
    int digits = 1;
    for (int rest = value / 10; rest > 0; rest /= 10) {
      digits++;
    }
    digits(value, digits);
  }

  /** Adds a number of ten-thousandths with four decimals. */
  void decimal(int tenThousandths) throws IOException {
    int magnitude = Math.abs(tenThousandths);
    if (tenThousandths < 0) {
      text("-");
    }
    number(magnitude / 10_000);
    text(".");
    digits(magnitude % 10_000, 4);
  }

  /** Adds the last digits of a whole number of at least 0, zeros before it. */
  void digits(int value, int digits) throws IOException {
    reserve();
    int rest = value;
    for (int i = length + digits - 1; i >= length; i--) {
      buffer[i] = (byte) ('0' + rest % 10);
      rest /= 10;
    }
    length += digits;
  }

  /** Adds the 32 bits of a number in lower case, without leading zeros. */
  void hexadecimal(int bits) throws IOException {
    reserve();
    int digits = Math.max(1, (Integer.SIZE + 3 - Integer.numberOfLeadingZeros(bits)) / 4);
    for (int i = digits - 1; i >= 0; i--) {
      buffer[length++] = (byte) Character.forDigit((bits >>> (4 * i)) & 15, 16);
    }
  }

  /** Writes what is left, and gives the bytes of all lines. */
  long flush() throws IOException {
    out.write(buffer, 0, length);
    out.flush();
    flushed += length;
    length = 0;
    return flushed;
  }

  private void reserve() throws IOException {
    if (buffer.length - length < LONGEST_CELL) {
      flush();
    }
  }
}
