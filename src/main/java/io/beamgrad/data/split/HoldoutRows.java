package io.beamgrad.data.split;

import io.beamgrad.data.rows.ColumnBlock;
import io.beamgrad.schema.Column;
import java.util.List;

/** stub */
public final class HoldoutRows {
  private final Holdout holdout;

  public HoldoutRows(Holdout holdout, List<Column> columns) {
    this.holdout = holdout;
  }

  public boolean isHeldOut(String identity, long record, ColumnBlock row) {
    return Long.compareUnsigned(
            holdout.rowsOf(identity).hash(record),
            SplitRule.ofAllHashes(holdout.share()).longValue())
        < 0;
  }

  public long group(String identity, long record, ColumnBlock row) {
    return holdout.rowsOf(identity).hash(record);
  }
}
