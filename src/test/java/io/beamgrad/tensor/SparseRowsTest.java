package io.beamgrad.tensor;

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
}
