package io.beamgrad.data.encoding;

import io.beamgrad.data.rows.BytesColumn;
import io.beamgrad.data.rows.ColumnLayout;
import io.beamgrad.data.rows.FloatsColumn;
import io.beamgrad.data.rows.RawColumn;
import io.beamgrad.schema.Column;
import io.beamgrad.schema.ColumnType;
import io.beamgrad.schema.NumberEncoding;
import io.beamgrad.tensor.SparseRows;
import org.checkerframework.checker.nullness.qual.Nullable;

/**
 * Encodes numbers, vectors and images: {@code (transformed x - shift) / scale}, clipped smoothly
 * where asked for, then the indicator of missing values.
 */
final class NumberEncoder implements ColumnEncoder {
  private final NumberTransform transform;
  private final boolean isPlain; // shift and scale alone
  private final double[] shift; // one for each number, or one for all
  private final double[] rest; // of the shift, which no double holds; one for each, or none
  private final double[] scale;
  private final @Nullable SmoothClip smoothClip;
  private final double filling; // replaces missing values; NaN where nothing does
  private final boolean hasIndicator;
  private final int numbers;
  private final boolean isImage; // of bytes, computed in float32
  private final float[] numbersOfBytes; // null where they are not all alike
  private final ThreadLocal<float[]> scratch = ThreadLocal.withInitial(() -> new float[width()]);

  NumberEncoder(Column column, NumberEncoding encoding) {
    this.transform =
        new NumberTransform(encoding.getClipLow(), encoding.getClipHigh(), encoding.getLog());
    this.isPlain = transform.isIdentity() && encoding.getSmoothClip() == null;
    this.shift = encoding.getShift().stream().mapToDouble(Double::doubleValue).toArray();
    this.rest =
        encoding.getRest() == null
            ? new double[shift.length]
            : encoding.getRest().stream().mapToDouble(Double::doubleValue).toArray();
    this.scale = encoding.getScale().stream().mapToDouble(Double::doubleValue).toArray();
    this.smoothClip =
        encoding.getSmoothClip() == null ? null : new SmoothClip(encoding.getSmoothClip());
    this.filling = encoding.getFilling() == null ? Double.NaN : encoding.getFilling();
    this.hasIndicator = encoding.getIndicator();
    this.numbers = ColumnLayout.valuesPerRow(column);
    this.isImage = column.getType() == ColumnType.BYTES;
    boolean isAlike = isImage && shift.length == 1 && scale.length == 1 && !hasIndicator;
    this.numbersOfBytes = isAlike ? numbersOfBytes(column) : null;
  }

  private float[] numbersOfBytes(Column column) {
    byte[] all = new byte[256];
    for (int i = 0; i < all.length; i++) {
      all[i] = (byte) i;
    }
    float[] encoded = new float[all.length];
    encode(new BytesColumn(column, all), 0, all.length, encoded, 0);
    return encoded;
  }

  @Override
  public float[] numbersOfBytes() {
    return numbersOfBytes;
  }

  @Override
  public int width() {
    return numbers + (hasIndicator ? 1 : 0);
  }

  @Override
  public void encode(RawColumn values, int row, float[] to, int at) {
    boolean isMissing = encode(values, row * numbers, numbers, to, at);
    if (hasIndicator) {
      to[at + numbers] = isMissing ? 1 : 0;
    }
  }

  @Override
  public void encodeRows(RawColumn values, int rows, float[] to, int at, int stride) {
    boolean isSimple = numbers == 1 && rest[0] == 0 && scale[0] != 0;
    if (isSimple && values instanceof FloatsColumn floats && !floats.isWide()) {
      encodeRows(floats, rows, shift[0], scale[0], to, at, stride);
    } else {
      ColumnEncoder.super.encodeRows(values, rows, to, at, stride);
    }
  }

  /** A loop over one number in each row, of which no rest is to be taken. */
  private void encodeRows(
      FloatsColumn values, int rows, double from, double by, float[] to, int at, int stride) {
    for (int row = 0, i = at; row < rows; row++, i += stride) {
      double x = values.number(row);
      boolean isMissing = Double.isNaN(x);
      double scaled = ((isMissing ? filling : transform.apply(x)) - from) / by;
      to[i] = (float) (smoothClip == null ? scaled : smoothClip.apply(scaled));
      if (hasIndicator) {
        to[i + 1] = isMissing ? 1 : 0;
      }
    }
  }

  /** Encodes some numbers, and says whether one is missing. */
  private boolean encode(RawColumn values, int from, int count, float[] to, int at) {
    if (isImage && isPlain && scale[0] != 0) {
      values.scale(from, count, to, at, (float) shift[0], (float) scale[0]);
      return false;
    }
    if (numbersOfBytes != null) {
      for (int i = 0; i < count; i++) {
        to[at + i] = numbersOfBytes[(int) values.number(from + i)];
      }
      return false;
    }
    boolean isMissing = false;
    for (int i = 0; i < count; i++) {
      double x = values.number(from + i);
      isMissing |= Double.isNaN(x);
      to[at + i] = encoded(x, values, from + i, i);
    }
    return isMissing;
  }

  /**
   * @param index of x among the values
   * @param number of x in its row
   */
  private float encoded(double x, RawColumn values, int index, int number) {
    double transformed = Double.isNaN(x) ? filling : transform.apply(x);
    return scaled(transformed, transformed == x ? values.rest(index) : 0, number);
  }

  /** Computes in double, as the difference of two floats may be too large for a float. */
  private float scaled(double x, double restOfX, int number) {
    int own = shift.length == 1 ? 0 : number;
    double distance = x - shift[own];
    double more = restOfX - rest[own];
    if (more != 0) {
      distance += more;
    }
    if (scale[own] == 0) {
      return 0;
    }
    double scaled = distance / scale[own];
    return (float) (smoothClip == null ? scaled : smoothClip.apply(scaled));
  }

  @Override
  public void encodeSparse(RawColumn values, int row, SparseRows to, int at) {
    if (numbers == 1 && !isImage) {
      encodeOne(values, row, to, at);
      return;
    }
    float[] dense = scratch.get();
    encode(values, row, dense, 0);
    to.addNonZero(at, dense, 0, dense.length);
  }

  private void encodeOne(RawColumn values, int row, SparseRows to, int at) {
    double x = values.number(row);
    float encoded = encoded(x, values, row, 0);
    if (encoded != 0) {
      to.add(at, encoded);
    }
    if (hasIndicator && Double.isNaN(x)) {
      to.add(at + 1, 1);
    }
  }
}
