package io.beamgrad.data.encoding;

import io.beamgrad.data.rows.LongsColumn;
import io.beamgrad.data.rows.RawColumn;
import io.beamgrad.schema.DateEncoding;
import io.beamgrad.schema.DatePartEncoding;
import io.beamgrad.tensor.SparseRows;
import java.time.ZoneId;
import java.time.ZonedDateTime;
import java.util.Arrays;
import java.util.List;

/**
 * Encodes the parts of dates: cyclic parts as sine and cosine of their share of the cycle, so that
 * the end of a year is next to its beginning; other parts standardised. A part that a time of day
 * does not have is 0. Then the indicator of missing values.
 */
final class DateEncoder implements ColumnEncoder {
  private final ZoneId zone;
  private final List<DatePartEncoding> parts;
  private final boolean hasIndicator;
  private final int numbers;
  private final ThreadLocal<float[]> scratch = ThreadLocal.withInitial(() -> new float[width()]);

  DateEncoder(DateEncoding encoding) {
    this.zone = ZoneId.of(encoding.getZone());
    this.parts = encoding.getParts();
    this.hasIndicator = encoding.getIndicator();
    this.numbers = parts.stream().mapToInt(p -> DateParts.isCyclic(p.getPart()) ? 2 : 1).sum();
  }

  @Override
  public int width() {
    return numbers + (hasIndicator ? 1 : 0);
  }

  @Override
  public void encode(RawColumn values, int row, float[] to, int at) {
    long time = ((LongsColumn) values).value(row);
    boolean isMissing = values.isMissing(row);
    if (hasIndicator) {
      to[at + numbers] = isMissing ? 1 : 0;
    }
    if (isMissing) {
      Arrays.fill(to, at, at + numbers, 0);
      return;
    }
    ZonedDateTime date = DateParts.at(time, zone);
    int next = at;
    for (DatePartEncoding part : parts) {
      double value = DateParts.value(part.getPart(), date);
      if (!DateParts.has(part.getPart(), time)) {
        for (int i = DateParts.isCyclic(part.getPart()) ? 2 : 1; i > 0; i--) {
          to[next++] = 0;
        }
      } else if (DateParts.isCyclic(part.getPart())) {
        // StrictMath has the same last bit on every JVM.
        to[next++] = (float) StrictMath.sin(2 * Math.PI * value);
        to[next++] = (float) StrictMath.cos(2 * Math.PI * value);
      } else {
        to[next++] =
            part.getScale() == 0 ? 0 : (float) ((value - part.getShift()) / part.getScale());
      }
    }
  }

  @Override
  public void encodeSparse(RawColumn values, int row, SparseRows to, int at) {
    float[] dense = scratch.get();
    encode(values, row, dense, 0);
    to.addNonZero(at, dense, 0, dense.length);
  }
}
