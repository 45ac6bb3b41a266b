package io.beamgrad.data;

import io.beamgrad.schema.BlockRef;
import io.beamgrad.schema.Column;
import io.beamgrad.schema.ColumnScaling;
import java.io.Serializable;
import java.math.BigDecimal;
import java.math.MathContext;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/**
 * The exact count, sum and sum of squares of each feature column, from which mean and standard
 * deviation follow. Exact, hence the same in whatever order rows are added and parts are merged.
 */
public final class ColumnMoments implements Serializable {
  private static final long serialVersionUID = 1L;
  private static final MathContext PRECISION = new MathContext(60);

  private final long[] counts;
  private final ExactSum[] sums;
  private final ExactSum[] squares;

  public ColumnMoments(int features) {
    counts = new long[features];
    sums = new ExactSum[features];
    squares = new ExactSum[features];
    for (int f = 0; f < features; f++) {
      sums[f] = new ExactSum();
      squares[f] = new ExactSum();
    }
  }

  /** The moments of a block's rows. */
  public static ColumnMoments ofBlock(BlockRef block, List<Column> columns) {
    BlockRows rows = new BlockRows(columns);
    BlockStore.read(block, rows);
    ColumnMoments moments = new ColumnMoments(Columns.features(columns).size());
    int feature = 0;
    for (int c = 0; c < columns.size(); c++) {
      if (!Columns.isFeature(columns.get(c))) {
        continue;
      }
      int width = ColumnLayout.valuesPerRow(columns.get(c));
      if (rows.values()[c] instanceof byte[] bytes) {
        moments.addBytes(feature++, bytes, rows.rows() * width);
      } else {
        float[] floats = (float[]) rows.values()[c];
        moments.addFloats(feature++, floats, rows.rows() * width);
      }
    }
    return moments;
  }

  private void addBytes(int feature, byte[] values, int count) {
    // A block has far fewer than 2^37 bytes, so that neither long can overflow, and both sums are
    // below 2^53 and so exact as doubles.
    long sum = 0;
    long square = 0;
    for (int i = 0; i < count; i++) {
      int value = values[i] & 0xff;
      sum += value;
      square += (long) value * value;
    }
    counts[feature] += count;
    sums[feature].add((double) sum);
    squares[feature].add((double) square);
  }

  private void addFloats(int feature, float[] values, int count) {
    for (int i = 0; i < count; i++) {
      sums[feature].add(values[i]);
      squares[feature].add((double) values[i] * values[i]); // exact: 24 + 24 bits of mantissa
    }
    counts[feature] += count;
  }

  /** Adds all that another one counted. */
  public ColumnMoments add(ColumnMoments other) {
    for (int f = 0; f < counts.length; f++) {
      counts[f] += other.counts[f];
      sums[f].add(other.sums[f]);
      squares[f].add(other.squares[f]);
    }
    return this;
  }

  /** For each feature column its mean as shift and its standard deviation, of n, as scale. */
  public List<ColumnScaling> standardise(List<Column> columns) {
    List<ColumnScaling> scaling = new ArrayList<>();
    for (Column column : columns) {
      if (Columns.isFeature(column)) {
        int f = scaling.size();
        BigDecimal n = BigDecimal.valueOf(counts[f]);
        BigDecimal mean = sums[f].value().divide(n, PRECISION);
        BigDecimal variance =
            squares[f].value().divide(n, PRECISION).subtract(mean.multiply(mean), PRECISION);
        float deviation = (float) Math.sqrt(Math.max(0, variance.doubleValue()));
        // A constant column becomes zeros.
        scaling.add(
            new ColumnScaling(column.getName(), mean.floatValue(), deviation > 0 ? deviation : 1));
      }
    }
    return scaling;
  }

  @Override
  public boolean equals(Object other) {
    return other instanceof ColumnMoments moments
        && Arrays.equals(counts, moments.counts)
        && Arrays.equals(sums, moments.sums)
        && Arrays.equals(squares, moments.squares);
  }

  @Override
  public int hashCode() {
    return 31 * Arrays.hashCode(counts) + Arrays.hashCode(sums);
  }
}
