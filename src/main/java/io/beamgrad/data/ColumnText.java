package io.beamgrad.data;

import io.beamgrad.schema.Column;
import io.beamgrad.schema.ValueKind;
import java.time.Instant;

/** A raw value as a person reads it. */
final class ColumnText {
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
      return times[index] == Long.MIN_VALUE ? "" : Instant.ofEpochMilli(times[index]).toString();
    }
    String text = ((String[]) values)[index];
    return text == null ? "" : Rejects.onOneLine(Rejects.cut(text));
  }
}
