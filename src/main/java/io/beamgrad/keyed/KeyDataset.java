package io.beamgrad.keyed;

import io.beamgrad.data.encoding.RowEncoder;
import io.beamgrad.data.shuffle.KeyRows;
import io.beamgrad.train.Dataset;
import io.beamgrad.train.RowBatch;

/** The rows of one key after the other in one split, which are in memory. */
final class KeyDataset implements Dataset {
  private final RowEncoder rows;
  private final boolean isClass;
  private final int inputs; // numbers of a row
  private final int targets;
  private KeyRows rowsOfKey;

  KeyDataset(RowEncoder rows, boolean isClass) {
    this.rows = rows;
    this.isClass = isClass;
    this.inputs = rows.inputWidth();
    this.targets = rows.targetWidth();
  }

  /** Takes the rows of the next key. */
  KeyDataset of(KeyRows next) {
    rowsOfKey = next;
    return this;
  }

  /** A data set of the same rows, which stay when this one takes those of the next key. */
  KeyDataset copy() {
    return new KeyDataset(rows, isClass).of(rowsOfKey.copy());
  }

  /** What the numbers of its rows take, in bytes. */
  long bytes() {
    return Float.BYTES * size() * (inputs + targets);
  }

  KeyRows rowsOfKey() {
    return rowsOfKey;
  }

  @Override
  public long size() {
    return rowsOfKey.rows();
  }

  @Override
  public int[] inputShape() {
    return rows.inputShape();
  }

  @Override
  public int[] targetShape() {
    return isClass ? new int[0] : new int[] {targets};
  }

  @Override
  public boolean isSparse() {
    return rows.isSparse();
  }

  @Override
  public boolean isWeighted() {
    return rows.isWeighted();
  }

  @Override
  public void copyRows(long[] rowNumbers, int count, RowBatch to) {
    for (int i = 0; i < count; i++) {
      int row = (int) rowNumbers[i];
      if (rows.isSparse()) {
        to.sparseInputs().addRow(rowsOfKey.sparse(), row);
      } else {
        System.arraycopy(rowsOfKey.inputs(), row * inputs, to.inputs(), i * inputs, inputs);
      }
      System.arraycopy(rowsOfKey.targets(), row * targets, to.targets(), i * targets, targets);
      if (rows.isWeighted()) {
        to.weights()[i] = rowsOfKey.weights()[row];
      }
    }
  }
}
