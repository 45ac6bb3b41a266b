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
 * {@link Long#MIN_VALUE}.
 */
public final class LongsColumn extends RawColumn {
  private static final VarHandle LONG =
      MethodHandles.byteArrayViewVarHandle(long[].class, ByteOrder.LITTLE_ENDIAN);
  private static final long MISSING = Long.MIN_VALUE;

  LongsColumn(Column column) {
    super(column, Long.BYTES);
  }

  public long value(int row) {
    return (long) LONG.get(data(), row * Long.BYTES);
  }

  public void set(int row, long value) {
    LONG.set(data(), row * Long.BYTES, value);
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
   * A time in UTC as text: a date such as 2026-11-23 where it is midnight, else 2026-11-23T10:15.
   */
  public static String text(long epochMillis) {
    LocalDateTime time = Instant.ofEpochMilli(epochMillis).atZone(ZoneOffset.UTC).toLocalDateTime();
    return time.toLocalTime().equals(LocalTime.MIDNIGHT)
        ? time.toLocalDate().toString()
        : time.toString();
  }

  @Override
  long hash(int row, long seed) {
    return Xxh64.hash(seed, value(row), seed);
  }
}
