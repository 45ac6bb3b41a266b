package io.beamgrad.data.formats;

import java.nio.ByteBuffer;
import java.util.Arrays;
import java.util.Locale;
import java.util.Optional;

/** The types of the numbers of an IDX file, big-endian, by the third byte of the file. */
public enum IdxType {
  UNSIGNED_BYTE(0x08, 1),
  SIGNED_BYTE(0x09, 1),
  SHORT(0x0B, 2),
  INT(0x0C, 4),
  FLOAT(0x0D, 4),
  DOUBLE(0x0E, 8);

  private final int code;
  private final int bytes;

  IdxType(int code, int bytes) {
    this.code = code;
    this.bytes = bytes;
  }

  static Optional<IdxType> of(int code) {
    return Arrays.stream(values()).filter(type -> type.code == code).findFirst();
  }

  /** The size of one number in bytes. */
  int bytes() {
    return bytes;
  }

  /**
   * A number as the byte that it is exactly.
   *
   * @param from the numbers
   * @param index of the number, not of its byte
   * @throws ArithmeticException where it is no whole number of 0 to 255; its message is the number
   */
  byte toByte(ByteBuffer from, int index) {
    int at = index * bytes;
    double value =
        switch (this) {
          case UNSIGNED_BYTE -> from.get(at) & 0xFF;
          case SIGNED_BYTE -> from.get(at);
          case SHORT -> from.getShort(at);
          case INT -> from.getInt(at);
          case FLOAT -> from.getFloat(at);
          case DOUBLE -> from.getDouble(at);
        };
    if (!(value >= 0 && value <= 255) || value != Math.rint(value)) {
      boolean isWhole = this != FLOAT && this != DOUBLE;
      throw new ArithmeticException(
          isWhole
              ? Long.toString((long) value)
              : this == FLOAT ? Float.toString((float) value) : Double.toString(value));
    }
    return (byte) (int) value;
  }

  /** In words, such as {@code signed bytes}. */
  @Override
  public String toString() {
    return name().toLowerCase(Locale.ROOT).replace('_', ' ') + "s";
  }
}
