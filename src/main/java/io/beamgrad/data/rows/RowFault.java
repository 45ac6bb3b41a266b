package io.beamgrad.data.rows;

import java.util.LinkedHashMap;
import java.util.Map;
import org.checkerframework.checker.nullness.qual.Nullable;

/** The first fault of a row, and the first of each of its columns. */
public final class RowFault {
  private String column;
  private String value;
  private String reason;
  private final Map<String, String> ofColumns = new LinkedHashMap<>();
  private boolean isOfRecord;

  /** Forgets the faults of the row before. */
  public void clear() {
    if (reason != null) {
      reason = null;
      ofColumns.clear();
      isOfRecord = false;
    }
  }

  /** Keeps a fault where it is the row's or the column's first. */
  public void set(@Nullable String faultyColumn, @Nullable String faultyValue, String why) {
    if (reason == null) {
      column = faultyColumn;
      value = faultyValue == null ? null : RejectText.cut(faultyValue);
      reason = why;
    }
    if (faultyColumn == null) {
      isOfRecord = true;
    } else {
      ofColumns.putIfAbsent(faultyColumn, why);
    }
  }

  /** True where columns alone are faulty, and the record is not. */
  boolean isOfColumns() {
    return !isOfRecord && !ofColumns.isEmpty();
  }

  /** The first fault of each faulty column, by its name. */
  Map<String, String> ofColumns() {
    return ofColumns;
  }

  boolean isSet() {
    return reason != null;
  }

  /** The faulty column; null where the whole record is faulty. */
  @Nullable String column() {
    return column;
  }

  /** The faulty value, cut; null where there is none. */
  @Nullable String value() {
    return value;
  }

  String reason() {
    return reason;
  }
}
