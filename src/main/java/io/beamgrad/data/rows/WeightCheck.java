package io.beamgrad.data.rows;

import io.beamgrad.schema.Column;
import io.beamgrad.schema.FileRange;
import io.beamgrad.schema.Reject;
import java.util.List;

/** Rejects rows of which the weight is below 0; a missing or infinite one never gets here. */
public final class WeightCheck implements RowSink {
  private final String file;
  private final String column;
  private final int place;
  private final RowSink to;

  private WeightCheck(String file, String column, int place, RowSink to) {
    this.file = file;
    this.column = column;
    this.place = place;
    this.to = to;
  }

  /** The sink itself where rows have no weights, or one that hands it those that are weighted. */
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
    float weight = (float) row.column(place).number(0);
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
