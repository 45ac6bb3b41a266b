package io.beamgrad.data.rows;

import io.beamgrad.schema.Column;
import io.beamgrad.schema.FileRange;
import io.beamgrad.schema.Reject;
import java.util.List;

/**
 * Rejects rows whose weight is negative. Rows with a missing or infinite weight were rejected
 * before.
 */
public final class WeightCheck implements RowSink {
  private final String file;
  private final String column;
  private final int index;
  private final RowSink to;

  private WeightCheck(String file, String column, int index, RowSink to) {
    this.file = file;
    this.column = column;
    this.index = index;
    this.to = to;
  }

  /**
   * A sink that checks weights and passes rows on; the given sink itself where rows have no
   * weights.
   */
  public static RowSink of(FileRange range, RowSink to) {
    List<Column> columns = range.getColumns();
    for (int c = 0; c < columns.size(); c++) {
      if (Columns.isWeight(columns.get(c))) {
        return new WeightCheck(range.getIdentity(), columns.get(c).getName(), c, to);
      }
    }
    return to;
  }

  @Override
  public void accept(long record, ColumnBlock row) {
    float weight = (float) row.column(index).number(0);
    if (weight >= 0) {
      to.accept(record, row);
    } else {
      String found = Float.toString(weight);
      to.reject(
          new Reject(
              file,
              record + 1,
              null,
              column,
              found,
              "expected a weight of at least 0, found '" + found + "'"));
    }
  }

  @Override
  public void reject(Reject reject) {
    to.reject(reject);
  }
}
