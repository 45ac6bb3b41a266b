package io.beamgrad.benchmarks;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.Arrays;
import java.util.stream.LongStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class RowOrderTest {
  @ParameterizedTest
  @ValueSource(longs = {1, 2, 3, 100, 101, 9_999, 10_000, 10_001})
  void eachPlaceIsThatOfOneRow(long rows) {
    long[] places = places(1, rows);
    Arrays.sort(places);

    assertArrayEquals(LongStream.range(0, rows).toArray(), places);
  }

  @Test
  void anotherSeedGivesAnotherOrder() {
    assertArrayEquals(places(1, 1000), places(1, 1000));
    assertFalse(Arrays.equals(places(1, 1000), places(2, 1000)));
  }

  @Test
  void rowsNextToEachOtherAreNoNearerThanAnyTwo() {
    long rows = 100_000;
    long[] places = places(1, rows);
    long near = 0;
    for (int i = 1; i < rows; i++) {
      near += Math.abs(places[i] - places[i - 1]) < rows / 100 ? 1 : 0;
    }

    assertTrue(near > 1_700 && near < 2_300, near + " of about 2,000");
  }

  @Test
  void allTenthsOfTheRowsAreSpreadOverAllTenthsOfThePlaces() {
    int rows = 100_000;
    long[] places = places(3, rows);
    int[][] counts = new int[10][10];
    for (int i = 0; i < rows; i++) {
      counts[i * 10 / rows][(int) (places[i] * 10 / rows)]++;
    }

    for (int[] row : counts) {
      for (int count : row) {
        assertEquals(1_000, count, 150);
      }
    }
  }

  private static long[] places(long seed, long rows) {
    RowOrder order = new RowOrder(seed, rows);
    return LongStream.range(0, rows).map(order::place).toArray();
  }
}
