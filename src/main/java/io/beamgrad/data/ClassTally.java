package io.beamgrad.data;

import java.util.Arrays;
import java.util.List;

/** Counts the rows of each class. */
final class ClassTally {
  private final RowEncoder encoder;
  private final long[] rows;
  private final float[] label = new float[1];

  ClassTally(BlockDataset.Encoding encoding) {
    this.encoder = new RowEncoder(encoding);
    this.rows = new long[encoding.labels().size()];
  }

  /**
   * Adds rows.
   *
   * @param values of each column, as {@link RowEncoder#encodeTargets} takes them
   */
  void add(Object[] values, int fromInclusive, int toExclusive) {
    for (int row = fromInclusive; row < toExclusive; row++) {
      encoder.encodeTargets(values, row, label, 0);
      rows[(int) label[0]]++;
    }
  }

  /** By the index of the class. */
  List<Long> rows() {
    return Arrays.stream(rows).boxed().toList();
  }
}
