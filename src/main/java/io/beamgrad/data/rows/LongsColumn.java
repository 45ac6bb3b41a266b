package io.beamgrad.data.rows;

import io.beamgrad.data.files.Xxh64;
import io.beamgrad.schema.Column;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.nio.ByteOrder;
import java.time.Instant;
import java.time.LocalDateTime;
import java.time.LocalTime;
import java.time.ZoneOffset;
import org.checkerframework.checker.nullness.qual.Nullable;

/**
 * A column of dates and times in milliseconds since 1970 in UTC, one in each row. A missing one is
 * {@link Long#MIN_VALUE}. A time of day, which is of no date and no zone, is kept as a time of the
 * day that begins {@value #TIMES_OF_DAY} milliseconds from 1970, where no date is kept.
 */
public final class LongsColumn extends RawColumn {
  private static final VarHandle LONG =
      MethodHandles.byteArrayViewVarHandle(long[].class, ByteOrder.LITTLE_ENDIAN);
  private static final long MISSING = Long.MIN_VALUE;
  private static final long MILLIS_PER_DAY = 86_400_000;

  /** In the year -283,229; doubles, too, have each millisecond of it. */
  private static final long TIMES_OF_DAY = -9_000_000_000_000_000L;

  LongsColumn(Column column) {
    super(column, Long.BYTES);
  }

  public long value(int row) {
    return (long) LONG.get(data(), row * Long.BYTES);
  }

  public void set(int row, long value) {
    LONG.set(data(), row * Long.BYTES, value);
  }

  /** The value that stands for a time of day, in milliseconds since midnight. */
  public static long ofTimeOfDay(long millis) {
    return TIMES_OF_DAY + millis;
  }

  /** Whether a value is a time of day. */
  public static boolean isTimeOfDay(long value) {
    return value >= TIMES_OF_DAY && value < TIMES_OF_DAY + MILLIS_PER_DAY;
  }

  /** The time of a value that is a time of day. */
  public static LocalTime timeOfDay(long value) {
    return LocalTime.ofNanoOfDay((value - TIMES_OF_DAY) * 1_000_000);
  }

  @Override
  void setMissing(int row) {
    set(row, MISSING);
  }

  @Override
  public boolean isMissing(int row) {
    return value(row) == MISSING;
  }

  @Override
  public void setNumber(int row, double value) {
    set(row, Double.isNaN(value) ? MISSING : Math.round(value));
  }

  @Override
  public double number(int row) {
    return isMissing(row) ? Double.NaN : value(row);
  }

  @Override
  public @Nullable String text(int row) {
    return isMissing(row) ? null : text(value(row));
  }

  /**
   * A time in UTC as text: a date such as 2026-11-23 where it is midnight, else 2026-11-23T10:15; a
   * time of day as 10:15.
   */
  public static String text(long epochMillis) {
    if (isTimeOfDay(epochMillis)) {
      return timeOfDay(epochMillis).toString();
    }
    LocalDateTime time = Instant.ofEpochMilli(epochMillis).atZone(ZoneOffset.UTC).toLocalDateTime();
    return time.toLocalTime().equals(LocalTime.MIDNIGHT)
        ? time.toLocalDate().toString()
        : time.toString();
  }

  @Override
  public long hash(int row, long seed) {
    return Xxh64.hash(seed, value(row), seed);
  }

  @Override
  int packedBytes() {
    return Long.BYTES;
  }

  @Override
  void pack(int row, RowBytes to) {
    to.setLong(to.skip(Long.BYTES), value(row));
  }

  @Override
  int packedEnd(byte[] packed, int at) {
    return at + Long.BYTES;
  }

  @Override
  int unpack(int row, byte[] packed, int at) {
    set(row, (long) LONG.get(packed, at));
    return at + Long.BYTES;
  }
}
