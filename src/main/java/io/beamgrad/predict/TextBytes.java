package io.beamgrad.predict;

import static java.nio.charset.StandardCharsets.UTF_8;

import com.fasterxml.jackson.core.io.schubfach.FloatToDecimal;
import java.io.IOException;
import java.io.OutputStream;
import java.util.Arrays;

/** A growing array of bytes, to write many rows without garbage. */
final class TextBytes {
  private static final int MOST_DIGITS = 20;

  private byte[] bytes = new byte[1 << 16];
  private int size;

  int size() {
    return size;
  }

  void clear() {
    size = 0;
  }

  void put(byte one) {
    room(1);
    bytes[size++] = one;
  }

  void put(byte[] some) {
    room(some.length);
    System.arraycopy(some, 0, bytes, size, some.length);
    size += some.length;
  }

  void put(TextBytes other) {
    room(other.size);
    System.arraycopy(other.bytes, 0, bytes, size, other.size);
    size += other.size;
  }

  /** Puts a number that is not negative in decimal. */
  void putDecimal(long number) {
    room(MOST_DIGITS);
    int digits = 1;
    for (long rest = number / 10; rest > 0; rest /= 10) {
      digits++;
    }
    long rest = number;
    for (int at = size + digits - 1; at >= size; at--) {
      bytes[at] = (byte) ('0' + rest % 10);
      rest /= 10;
    }
    size += digits;
  }

  /**
   * Puts the shortest decimal that parses to the same float; every Java version gives the same one.
   */
  void putDecimal(float number) {
    String text = FloatToDecimal.toString(number);
    room(text.length());
    for (int i = 0; i < text.length(); i++) {
      bytes[size++] = (byte) text.charAt(i); // ASCII
    }
  }

  /** Puts an integer as Avro does: zigzag, seven bits a byte, the low ones first. */
  void putAvro(long number) {
    room(10);
    long rest = (number << 1) ^ (number >> 63);
    while ((rest & ~0x7FL) != 0) {
      bytes[size++] = (byte) ((rest & 0x7F) | 0x80);
      rest >>>= 7;
    }
    bytes[size++] = (byte) rest;
  }

  /** Puts a float as Avro does. */
  void putAvro(float number) {
    room(Float.BYTES);
    int bits = Float.floatToRawIntBits(number);
    for (int i = 0; i < Float.BYTES; i++) {
      bytes[size++] = (byte) (bits >> (8 * i));
    }
  }

  /** The bytes of a string in Avro's encoding. */
  static byte[] avroString(String text) {
    byte[] utf8 = text.getBytes(UTF_8);
    TextBytes encoded = new TextBytes();
    encoded.putAvro(utf8.length);
    encoded.put(utf8);
    return Arrays.copyOf(encoded.bytes, encoded.size);
  }

  void writeTo(OutputStream out) throws IOException {
    out.write(bytes, 0, size);
  }

  private void room(int more) {
    if (size + more > bytes.length) {
      bytes = Arrays.copyOf(bytes, Math.max(2 * bytes.length, size + more));
    }
  }
}
