package io.beamgrad.data.shuffle;

import io.beamgrad.data.encoding.BlockEncoder;
import io.beamgrad.data.encoding.EncodedRows;
import io.beamgrad.data.encoding.RowEncoder;
import io.beamgrad.schema.BlockRef;
import io.beamgrad.tensor.SparseRows;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.checkerframework.checker.nullness.qual.Nullable;

/**
 * The rows that one key has in one split, encoded, in the order of the shuffle. A {@link KeyReader}
 * fills it again for each key; what lies behind the last row in its arrays means nothing. Not
 * thread-safe.
 */
public final class KeyRows {

  /** Neighbouring rows of a block, which are those of the key. */
  private record Run(BlockRef block, int fromInclusive, int toExclusive) {}

  private final BlockEncoder encoder;
  private final int inputWidth;
  private final int targetWidth;
  private final boolean isWeighted;
  private final List<Run> runs = new ArrayList<>();
  private final @Nullable SparseRows sparse; // null where rows are dense
  private int rows;
  private float[] inputs = {}; // (rows, inputs)
  private float[] targets = {}; // (rows, targets)
  private float[] weights = {}; // (rows)

  KeyRows(BlockEncoder encoder) {
    RowEncoder shapes = encoder.rowEncoder();
    this.encoder = encoder;
    this.inputWidth = shapes.inputWidth();
    this.targetWidth = shapes.targetWidth();
    this.isWeighted = shapes.isWeighted();
    this.sparse = shapes.isSparse() ? new SparseRows(inputWidth) : null;
  }

  /** How many rows there are, also where they are too many to be in memory. */
  public int rows() {
    return rows;
  }

  /** The inputs, {@code (rows, inputs)}; empty where rows are sparse. */
  public float[] inputs() {
    return inputs;
  }

  /** The inputs where rows are sparse, {@code (rows, inputs)}; null where they are dense. */
  public @Nullable SparseRows sparse() {
    return sparse;
  }

  /** The targets, {@code (rows, targets)}; a class is its index. */
  public float[] targets() {
    return targets;
  }

  /** The weights, {@code (rows)}; empty where rows have none. */
  public float[] weights() {
    return weights;
  }

  /** References to the rows alone, with ranks from 0, as a split of their own has them. */
  public List<BlockRef> blocks() {
    List<BlockRef> blocks = new ArrayList<>();
    long rank = 0;
    for (Run run : runs) {
      BlockRef ref = RowSelection.range(run.block, run.fromInclusive, run.toExclusive);
      blocks.add(BlockRef.newBuilder(ref).setFirstRank(rank).build());
      rank += ref.getRows();
    }
    return blocks;
  }

  /** The same dense rows, which stay when the next key is read; where they lie it does not know. */
  public KeyRows copy() {
    KeyRows copy = new KeyRows(encoder);
    copy.rows = rows;
    copy.inputs = Arrays.copyOf(inputs, rows * inputWidth);
    copy.targets = Arrays.copyOf(targets, rows * targetWidth);
    copy.weights = isWeighted ? Arrays.copyOf(weights, rows) : weights;
    return copy;
  }

  void clear() {
    rows = 0;
    runs.clear();
    if (sparse != null) {
      sparse.clear();
    }
  }

  /** Adds neighbouring rows of a block, of which only the number is known at first. */
  void addRun(BlockRef block, int fromInclusive, int toExclusive) {
    runs.add(new Run(block, fromInclusive, toExclusive));
    rows = Math.addExact(rows, toExclusive - fromInclusive);
  }

  /** Copies the rows that were added last. All rows take less than 2^31 bytes. */
  void copyLastRun(EncodedRows from) {
    Run run = runs.get(runs.size() - 1);
    int count = run.toExclusive - run.fromInclusive;
    int at = rows - count;
    if (sparse == null) {
      inputs = withRoom(inputs, rows * inputWidth);
    }
    for (int row = run.fromInclusive; row < run.toExclusive; row++) {
      if (sparse != null) {
        encoder.copySparse(from, row, sparse);
        sparse.endRow();
      } else {
        encoder.copyInputs(from, row, inputs, (at + row - run.fromInclusive) * inputWidth);
      }
    }
    targets = withRoom(targets, rows * targetWidth);
    int first = run.fromInclusive * targetWidth;
    System.arraycopy(from.targets(), first, targets, at * targetWidth, count * targetWidth);
    if (isWeighted) {
      weights = withRoom(weights, rows);
      System.arraycopy(from.weights(), run.fromInclusive, weights, at, count);
    }
  }

  private static float[] withRoom(float[] array, int length) {
    return array.length >= length
        ? array
        : Arrays.copyOf(array, Math.max(length, 2 * array.length));
  }
}
