package io.beamgrad.details;

import io.beamgrad.data.encoding.Encoding;
import io.beamgrad.data.encoding.RowEncoder;
import io.beamgrad.data.rows.ColumnBlock;
import io.beamgrad.nn.Loss;
import java.util.Arrays;
import java.util.List;

/** Counts the rows of each class that a model knows. */
public final class ClassTally {
  private final RowEncoder encoder;
  private final long[] rows;
  private final float[] label = new float[1];

  public ClassTally(Encoding encoding) {
    this.encoder = new RowEncoder(encoding);
    this.rows = new long[encoding.labels().size()];
  }

  /** Adds rows. */
  public void add(ColumnBlock block, int fromInclusive, int toExclusive) {
    for (int row = fromInclusive; row < toExclusive; row++) {
      encoder.encodeTargets(block, row, label, 0);
      add(label, 1);
    }
  }

  /** Adds the first of some encoded rows, which have these classes as targets. */
  public void add(float[] labels, int count) {
    for (int row = 0; row < count; row++) {
      if (labels[row] != Loss.UNKNOWN_CLASS) {
        rows[(int) labels[row]]++;
      }
    }
  }

  /** The rows of each class, by its index. */
  public List<Long> rows() {
    return Arrays.stream(rows).boxed().toList();
  }
}
