package io.beamgrad.tensor;

import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.VectorMask;
import jdk.incubator.vector.VectorShuffle;
import jdk.incubator.vector.VectorSpecies;

/** Turns matrices: where vectors have eight floats, in squares of eight by eight in registers. */
final class VectorTurn {

  private static final int SIDE = 8;
  private static final boolean HAS_SQUARES = VectorTiles.WIDTH == SIDE;
  private static final VectorSpecies<Float> EIGHT = FloatVector.SPECIES_256;

  // Of a pair of rows, the lanes with a bit set of the first change places with those without it
  // of the second: first for halves, then for pairs of lanes, then for single ones.
  private static final VectorShuffle<Float> FOUR_ON = shuffle(4);
  private static final VectorShuffle<Float> TWO_ON = shuffle(2);
  private static final VectorShuffle<Float> ONE_ON = shuffle(1);
  private static final VectorMask<Float> FOUR = mask(4);
  private static final VectorMask<Float> TWO = mask(2);
  private static final VectorMask<Float> ONE = mask(1);

  private VectorTurn() {}

  private static VectorShuffle<Float> shuffle(int distance) {
    return VectorShuffle.fromOp(EIGHT, lane -> lane ^ distance);
  }

  private static VectorMask<Float> mask(int distance) {
    boolean[] lanes = new boolean[SIDE];
    for (int lane = 0; lane < SIDE; lane++) {
      lanes[lane] = (lane & distance) != 0;
    }
    return VectorMask.fromArray(EIGHT, lanes, 0);
  }

  /** turned[p, j] = b[j, p], for n rows of b and k columns; rows are rowB and rowT long. */
  static void turn(
      float[] b, int fromB, int rowB, float[] turned, int fromT, int rowT, int n, int k) {
    int rows = HAS_SQUARES ? n - n % SIDE : 0;
    int columns = rows == 0 ? 0 : k - k % SIDE;
    for (int j = 0; j < rows; j += SIDE) {
      squares(b, fromB + j * rowB, rowB, turned, fromT + j, rowT, columns);
    }
    plainly(b, fromB + columns, rowB, turned, fromT + columns * rowT, rowT, rows, k - columns);
    plainly(b, fromB + rows * rowB, rowB, turned, fromT + rows, rowT, n - rows, k);
  }

  /** Turns eight rows; in one method, so that what shuffles is read once. */
  private static void squares(
      float[] b, int fromB, int rowB, float[] turned, int fromT, int rowT, int k) {
    for (int p = 0; p < k; p += SIDE) {
      int from = fromB + p;
      int to = fromT + p * rowT;
      FloatVector a0 = FloatVector.fromArray(EIGHT, b, from);
      FloatVector a1 = FloatVector.fromArray(EIGHT, b, from + rowB);
      FloatVector a2 = FloatVector.fromArray(EIGHT, b, from + 2 * rowB);
      FloatVector a3 = FloatVector.fromArray(EIGHT, b, from + 3 * rowB);
      FloatVector a4 = FloatVector.fromArray(EIGHT, b, from + 4 * rowB);
      FloatVector a5 = FloatVector.fromArray(EIGHT, b, from + 5 * rowB);
      FloatVector a6 = FloatVector.fromArray(EIGHT, b, from + 6 * rowB);
      FloatVector a7 = FloatVector.fromArray(EIGHT, b, from + 7 * rowB);
      FloatVector s0 = a0.blend(a4.rearrange(FOUR_ON), FOUR);
      FloatVector s4 = a0.rearrange(FOUR_ON).blend(a4, FOUR);
      FloatVector s1 = a1.blend(a5.rearrange(FOUR_ON), FOUR);
      FloatVector s5 = a1.rearrange(FOUR_ON).blend(a5, FOUR);
      FloatVector s2 = a2.blend(a6.rearrange(FOUR_ON), FOUR);
      FloatVector s6 = a2.rearrange(FOUR_ON).blend(a6, FOUR);
      FloatVector s3 = a3.blend(a7.rearrange(FOUR_ON), FOUR);
      FloatVector s7 = a3.rearrange(FOUR_ON).blend(a7, FOUR);
      FloatVector t0 = s0.blend(s2.rearrange(TWO_ON), TWO);
      FloatVector t2 = s0.rearrange(TWO_ON).blend(s2, TWO);
      FloatVector t1 = s1.blend(s3.rearrange(TWO_ON), TWO);
      FloatVector t3 = s1.rearrange(TWO_ON).blend(s3, TWO);
      FloatVector t4 = s4.blend(s6.rearrange(TWO_ON), TWO);
      FloatVector t6 = s4.rearrange(TWO_ON).blend(s6, TWO);
      FloatVector t5 = s5.blend(s7.rearrange(TWO_ON), TWO);
      FloatVector t7 = s5.rearrange(TWO_ON).blend(s7, TWO);
      FloatVector u0 = t0.blend(t1.rearrange(ONE_ON), ONE);
      FloatVector u1 = t0.rearrange(ONE_ON).blend(t1, ONE);
      FloatVector u2 = t2.blend(t3.rearrange(ONE_ON), ONE);
      FloatVector u3 = t2.rearrange(ONE_ON).blend(t3, ONE);
      FloatVector u4 = t4.blend(t5.rearrange(ONE_ON), ONE);
      FloatVector u5 = t4.rearrange(ONE_ON).blend(t5, ONE);
      FloatVector u6 = t6.blend(t7.rearrange(ONE_ON), ONE);
      FloatVector u7 = t6.rearrange(ONE_ON).blend(t7, ONE);
      u0.intoArray(turned, to);
      u1.intoArray(turned, to + rowT);
      u2.intoArray(turned, to + 2 * rowT);
      u3.intoArray(turned, to + 3 * rowT);
      u4.intoArray(turned, to + 4 * rowT);
      u5.intoArray(turned, to + 5 * rowT);
      u6.intoArray(turned, to + 6 * rowT);
      u7.intoArray(turned, to + 7 * rowT);
    }
  }

  private static void plainly(
      float[] b, int fromB, int rowB, float[] turned, int fromT, int rowT, int n, int k) {
    int j = 0;
    for (; j + 8 <= n; j += 8) { // eight at a time, to fill lines of the cache
      int from = fromB + j * rowB;
      for (int p = 0; p < k; p++) {
        int to = fromT + p * rowT + j;
        turned[to] = b[from + p];
        turned[to + 1] = b[from + rowB + p];
        turned[to + 2] = b[from + 2 * rowB + p];
        turned[to + 3] = b[from + 3 * rowB + p];
        turned[to + 4] = b[from + 4 * rowB + p];
        turned[to + 5] = b[from + 5 * rowB + p];
        turned[to + 6] = b[from + 6 * rowB + p];
        turned[to + 7] = b[from + 7 * rowB + p];
      }
    }
    for (; j < n; j++) {
      for (int p = 0; p < k; p++) {
        turned[fromT + p * rowT + j] = b[fromB + j * rowB + p];
      }
    }
  }
}
