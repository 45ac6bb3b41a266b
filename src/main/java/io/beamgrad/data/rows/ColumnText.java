package io.beamgrad.data.rows;

import io.beamgrad.schema.Column;
import io.beamgrad.schema.ValueKind;
import java.time.Instant;
import java.time.LocalDateTime;
import java.time.LocalTime;
import java.time.ZoneOffset;

/** A raw value as a person reads it. */
public final class ColumnText {
  private ColumnText() {}

  /** The value at an index of a column's array; empty where it is missing. */
  static String of(Column column, Object values, int index) {
    if (values instanceof byte[] bytes) {
      return Integer.toString(bytes[index] & 0xff);
    }
    if (values instanceof float[] numbers) {
      float number = numbers[index];
      if (Float.isNaN(number)) {
        return "";
      }
      if (column.getKind() == ValueKind.BOOLEAN) {
        return number == 0 ? "false" : "true";
      }
      return number == Math.rint(number) && Math.abs(number) < 1e9f
          ? Long.toString((long) number)
          : Float.toString(number);
    }
    if (values instanceof long[] times) {
      return times[index] == Long.MIN_VALUE ? "" : time(times[index]);
    }
    String text = ((String[]) values)[index];
    return text == null ? "" : RejectText.onOneLine(RejectText.cut(text));
  }

  /**
   * A date such as 2026-11-23, or a time such as 2026-11-23T10:15 where it is not midnight, in UTC.
   */
  public static String time(long epochMillis) {
    LocalDateTime time = Instant.ofEpochMilli(epochMillis).atZone(ZoneOffset.UTC).toLocalDateTime();
    return time.toLocalTime().equals(LocalTime.MIDNIGHT)
        ? time.toLocalDate().toString()
        : time.toString();
  }
}
