package io.beamgrad.data.rows;

import org.checkerframework.checker.nullness.qual.Nullable;

/** What is wrong with a row: the first of its wrong values. */
public final class RowFault {
  private String column;
  private String value;
  private String reason;

  /** Forgets the last row's. */
  public void clear() {
    reason = null;
  }

  /** Takes a fault, if it is the first. */
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

  /** Null where no single column is at fault. */
  @Nullable String column() {
    return column;
  }

  /** The value found, cut; null where there is none. */
  @Nullable String value() {
    return value;
  }

  String reason() {
    return reason;
  }
}
