package io.beamgrad.data.encoding;

import io.beamgrad.data.rows.RawColumn;
import io.beamgrad.schema.BooleanEncoding;
import io.beamgrad.tensor.SparseRows;

/** Encodes true and false as 1 and 0, then the indicator of missing values. */
final class BooleanEncoder implements ColumnEncoder {
  private final float filling;
  private final boolean hasIndicator;

  BooleanEncoder(BooleanEncoding encoding) {
    this.filling = Boolean.TRUE.equals(encoding.getFilling()) ? 1 : 0;
    this.hasIndicator = encoding.getIndicator();
  }

  @Override
  public int width() {
    return hasIndicator ? 2 : 1;
  }

  @Override
  public void encode(RawColumn values, int row, float[] to, int at) {
    float x = (float) values.number(row);
    to[at] = Float.isNaN(x) ? filling : x;
    if (hasIndicator) {
      to[at + 1] = Float.isNaN(x) ? 1 : 0;
    }
  }

  @Override
  public void encodeSparse(RawColumn values, int row, SparseRows to, int at) {
    float x = (float) values.number(row);
    float encoded = Float.isNaN(x) ? filling : x;
    if (encoded != 0) {
      to.add(at, encoded);
    }
    if (hasIndicator && Float.isNaN(x)) {
      to.add(at + 1, 1);
    }
  }
}
