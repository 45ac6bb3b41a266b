package io.beamgrad.data.rows;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.math.BigDecimal;
import java.math.BigInteger;
import java.nio.ByteBuffer;
import java.util.Locale;
import java.util.UUID;
import java.util.regex.Pattern;

/** Gives columns the values of logical types that Parquet and Avro have in common. */
public final class LogicalValues {
  public static final int UUID_BYTES = 16;
  private static final long NANOS_PER_SECOND = 1_000_000_000;
  private static final long SECONDS_PER_DAY = 86_400;
  private static final Pattern UUID_TEXT =
      Pattern.compile("\\p{XDigit}{8}(-\\p{XDigit}{4}){3}-\\p{XDigit}{12}");

  private LogicalValues() {}

  public static void takeDate(long days, FieldParser column) {
    column.takeTime(days * SECONDS_PER_DAY, 0, FieldParser.Clock.DATE);
  }

  /**
   * @param value a time since 1970
   * @param perSecond how many of its units a second has
   */
  public static void takeTime(
      long value, long perSecond, FieldParser.Clock clock, FieldParser column) {
    column.takeTime(
        Math.floorDiv(value, perSecond),
        (int) (Math.floorMod(value, perSecond) * (NANOS_PER_SECOND / perSecond)),
        clock);
  }

  /**
   * @param value a time since midnight
   * @param perSecond how many of its units a second has
   */
  public static void takeTimeOfDay(long value, long perSecond, FieldParser column) {
    boolean isInDay = value >= 0 && value / perSecond < SECONDS_PER_DAY;
    column.takeTimeOfDay(isInDay ? value * (NANOS_PER_SECOND / perSecond) : -1);
  }

  /** Takes a decimal number by its digits, the most significant byte first. */
  public static void takeDecimal(byte[] unscaled, int scale, FieldParser column) {
    if (unscaled.length == 0) {
      column.takeOther("a decimal without bytes", null);
    } else {
      column.takeDecimal(new BigDecimal(new BigInteger(unscaled), scale));
    }
  }

  /** Takes 16 bytes as the 36 characters of a UUID, in small letters. */
  public static void takeUuid(byte[] bytes, FieldParser column) {
    ByteBuffer halves = ByteBuffer.wrap(bytes);
    column.takeText(new UUID(halves.getLong(), halves.getLong()).toString(), true);
  }

  /** Takes the text of a UUID in small letters, and other texts as they are. */
  public static void takeUuidText(byte[] utf8, int length, FieldParser column) {
    String text = new String(utf8, 0, length, UTF_8);
    column.takeText(UUID_TEXT.matcher(text).matches() ? text.toLowerCase(Locale.ROOT) : text, true);
  }

  /** The float that a half-precision number of IEEE 754 is; each is exact. */
  public static float ofHalf(short bits) {
    int exponent = bits >> 10 & 0x1F;
    int mantissa = bits & 0x3FF;
    float size =
        switch (exponent) {
          case 0 -> mantissa * 0x1p-24f;
          case 31 -> mantissa == 0 ? Float.POSITIVE_INFINITY : Float.NaN;
          default -> Math.scalb(1 + mantissa * 0x1p-10f, exponent - 15);
        };
    return bits < 0 ? -size : size;
  }
}
