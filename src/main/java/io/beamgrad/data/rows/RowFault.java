package io.beamgrad.data.rows;

import org.checkerframework.checker.nullness.qual.Nullable;

/** The first fault of a row. */
public final class RowFault {
  private String column;
  private String value;
  private String reason;

  /** Forgets the fault of the row before. */
  public void clear() {
    reason = null;
  }

  /** Keeps a fault where it is the row's first. */
  public void set(@Nullable String faultyColumn, @Nullable String faultyValue, String why) {
    if (reason == null) {
      column = faultyColumn;
      value = faultyValue == null ? null : RejectText.cut(faultyValue);
      reason = why;
    }
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
