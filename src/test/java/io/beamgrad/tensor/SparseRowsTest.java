package io.beamgrad.tensor;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import java.util.Arrays;
import org.junit.jupiter.api.Test;

class SparseRowsTest {

  @Test
  void rowsKeepTheirValuesInOrder() {
    SparseRows rows = new SparseRows(10);
    rows.add(2, 1);
    rows.add(9, 3);
    rows.endRow();
    rows.endRow();
    rows.add(0, 4);
    rows.endRow();

    assertEquals(3, rows.rows());
    assertEquals("[0, 2, 2, 3]", Arrays.toString(Arrays.copyOf(rows.starts(), 4)));
    assertEquals("[2, 9, 0]", Arrays.toString(Arrays.copyOf(rows.columns(), 3)));
    assertEquals("[1.0, 3.0, 4.0]", Arrays.toString(Arrays.copyOf(rows.values(), 3)));
  }

  @Test
  void aColumnAddedTwiceGetsTheSum() {
    SparseRows rows = new SparseRows(10);
    rows.add(2, 1);
    rows.add(2, 0.5f);
    rows.endRow();

    assertEquals(1, rows.starts()[1]);
    assertEquals(1.5f, rows.values()[0]);
  }

  @Test
  void arraysGrowAndAreUsedAgain() {
    SparseRows rows = new SparseRows(10_000);
    for (int row = 0; row < 200; row++) {
      for (int column = 0; column < 50; column++) {
        rows.add(column * 100, row);
      }
      rows.endRow();
    }
    assertEquals(10_000, rows.starts()[200]);
    assertEquals(199f, rows.values()[9_999]);

    rows.clear();
    rows.add(1, 7);
    rows.endRow();
    assertEquals(1, rows.rows());
    assertEquals(7f, rows.values()[0]);
  }

  @Test
  void aColumnOutOfOrderOrRangeIsRefused() {
    SparseRows rows = new SparseRows(10);
    rows.add(5, 1);

    assertEquals(
        "SparseRows: column 4 of 10 after column 5",
        assertThrows(IllegalArgumentException.class, () -> rows.add(4, 1)).getMessage());
    assertEquals(
        "SparseRows: column 10 of 10 after column 5",
        assertThrows(IllegalArgumentException.class, () -> rows.add(10, 1)).getMessage());
  }

  @Test
  void manyValuesAtOnceAreThoseThatAreAddedOneByOne() {
    SparseRows expected = new SparseRows(4000);
    SparseRows rows = new SparseRows(4000);
    for (int row = 0; row < 3; row++) {
      float[] numbers = new float[1200]; // more than there is room for at first
      int[] ones = new int[1200];
      for (int i = 0; i < numbers.length; i++) {
        numbers[i] = i % 3 == row ? 0 : i % 3 == 0 ? -0f : i;
        ones[i] = 1300 + 2 * i;
      }
      for (int i = 0; i < 1100; i++) {
        if (numbers[100 + i] != 0) {
          expected.add(7 + i, numbers[100 + i]);
        }
      }
      rows.addNonZero(7, numbers, 100, 1100);
      for (int i = 5; i < 1200; i++) {
        expected.add(ones[i], 1);
      }
      rows.addOnes(ones, 5, 1195);
      rows.addOnes(ones, 0, 0);
      expected.endRow();
      rows.endRow();
    }
    int values = expected.starts()[3];
    assertArrayEquals(Arrays.copyOf(expected.starts(), 4), Arrays.copyOf(rows.starts(), 4));
    assertArrayEquals(
        Arrays.copyOf(expected.columns(), values), Arrays.copyOf(rows.columns(), values));
    assertArrayEquals(
        Arrays.copyOf(expected.values(), values), Arrays.copyOf(rows.values(), values));
  }

  @Test
  void manyValuesAtOnceAscendToo() {
    SparseRows rows = new SparseRows(10);
    rows.addOnes(new int[] {2, 5}, 0, 2);
    assertEquals(
        "SparseRows: column 5 of 10 after column 5",
        assertThrows(
                IllegalArgumentException.class, () -> rows.addNonZero(5, new float[] {1}, 0, 1))
            .getMessage());
    assertEquals(
        "SparseRows: column 10 of 10 after column 5",
        assertThrows(IllegalArgumentException.class, () -> rows.addNonZero(8, new float[3], 0, 3))
            .getMessage());
    assertEquals(
        "SparseRows: column 6 of 10 after column 7",
        assertThrows(IllegalArgumentException.class, () -> rows.addOnes(new int[] {7, 6, 9}, 0, 3))
            .getMessage());
    assertEquals(
        "SparseRows: column 3 of 10 after column 5",
        assertThrows(IllegalArgumentException.class, () -> rows.addOnes(new int[] {3, 6}, 0, 2))
            .getMessage());
  }
}
