package io.beamgrad.data.counts;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.math.BigDecimal;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.Random;
import java.util.function.IntToDoubleFunction;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class QuartileSearchTest {
  private static final Random RANDOM = new Random(3);

  private static double[] numbers(int count, IntToDoubleFunction of) {
    return IntStream.range(0, count).mapToDouble(of).toArray();
  }

  private static Quartiles search(int maxBins, double[] numbers) {
    QuartileSearch search = new QuartileSearch(maxBins);
    do {
      for (double number : numbers) {
        search.add(number, 0, 1);
      }
    } while (search.endPass());
    return search.quartiles();
  }

  private static int passes(int maxBins, double[] numbers) {
    QuartileSearch search = new QuartileSearch(maxBins);
    int passes = 0;
    do {
      Arrays.stream(numbers).forEach(number -> search.add(number, 0, 1));
      passes++;
    } while (search.endPass());
    return passes;
  }

  /** The quartile as it is defined, of all numbers sorted. */
  private static BigDecimal quartile(double[] numbers, int quarter) {
    double[] sorted = numbers.clone();
    Arrays.sort(sorted);
    long place = (long) (sorted.length - 1) * quarter;
    BigDecimal here = new BigDecimal(sorted[(int) (place / 4)]);
    BigDecimal next = new BigDecimal(sorted[(int) ((place + 3) / 4)]);
    BigDecimal part = BigDecimal.valueOf(place % 4).multiply(new BigDecimal("0.25"));
    return here.add(next.subtract(here).multiply(part));
  }

  private static void assertExact(String name, double[] numbers) {
    for (int maxBins : new int[] {63, 4095}) {
      Quartiles found = search(maxBins, numbers);
      assertEquals(0, found.lower().compareTo(quartile(numbers, 1)), name);
      assertEquals(0, found.median().compareTo(quartile(numbers, 2)), name);
      assertEquals(0, found.upper().compareTo(quartile(numbers, 3)), name);
      assertEquals(0, found.least().compareTo(quartile(numbers, 0)), name);
      assertEquals(0, found.largest().compareTo(quartile(numbers, 4)), name);
    }
  }

  @Test
  void quartilesAreExactWhereverTheNumbersLie() {
    assertExact("years", numbers(9_999, i -> 1990 + RANDOM.nextInt(31)));
    assertExact("milliseconds", numbers(9_998, i -> 1.7e12 + RANDOM.nextInt(1_000_000)));
    assertExact("coordinates", numbers(9_997, i -> 13.3771 + 0.0028 * RANDOM.nextDouble()));
    assertExact("prices", numbers(9_996, i -> Math.exp(8 + 3 * RANDOM.nextGaussian())));
    assertExact("whole numbers", numbers(9_995, i -> RANDOM.nextInt(2_000_000) - 1_000_000));
    assertExact("counts", numbers(9_994, i -> (int) (1 / (RANDOM.nextDouble() + 1e-4)) - 1));
    assertExact("signs", numbers(9_993, i -> RANDOM.nextBoolean() ? -0.0 : -3e-9));
    assertExact("tiny ones", numbers(9_992, i -> 4e-41 * (1 + 1e-9 * RANDOM.nextInt(9_000))));
    assertExact("all sizes", numbers(9_991, i -> Math.pow(-10, i % 90 - 45) * RANDOM.nextDouble()));
  }

  /** Half of the numbers are so close that a sketch of all sizes cannot tell them apart. */
  @Test
  void aCrowdAmongNumbersOfAllSizesIsToldApart() {
    double[] numbers =
        numbers(
            20_000,
            i ->
                i % 5 < 2
                    ? Math.exp(20 * RANDOM.nextGaussian())
                    : 5_630_000 + 1e-3 * RANDOM.nextDouble());
    assertExact("crowd", numbers);
  }

  @Test
  void fewNumbersAreEnough() {
    assertExact("one", new double[] {7});
    for (int count = 2; count < 12; count++) {
      assertExact(count + " numbers", numbers(count, i -> i * i * 0.1));
    }
    assertEquals(Quartiles.NONE, search(63, new double[0]));
  }

  @Test
  void neitherTheOrderNorTheNumberOfBinsShows() {
    List<Double> numbers =
        IntStream.range(0, 30_000)
            .mapToObj(i -> Math.exp(30 * RANDOM.nextGaussian()) * (i % 3 - 1))
            .toList();
    Quartiles expected = null;
    for (int maxBins : new int[] {63, 64, 500, 4095}) {
      List<Double> shuffled = new ArrayList<>(numbers);
      Collections.shuffle(shuffled, RANDOM);
      Quartiles found =
          search(maxBins, shuffled.stream().mapToDouble(Double::doubleValue).toArray());
      expected = expected == null ? found : expected;
      assertEquals(expected, found);
    }
  }

  @Test
  void onePassIsEnoughForFewNumbersAndTwoAreForMany() {
    assertEquals(1, passes(4095, numbers(100_000, i -> RANDOM.nextInt(4_000))));
    assertEquals(1, passes(255, numbers(1_000, i -> 7)));
    assertEquals(2, passes(4095, numbers(300_000, i -> RANDOM.nextGaussian())));
    assertEquals(2, passes(4095, numbers(300_000, i -> Math.exp(3 * RANDOM.nextGaussian()))));
    assertTrue(passes(63, numbers(300_000, i -> RANDOM.nextGaussian())) <= 4);
  }

  @Test
  void wholeNumbersBeyondDoublesAreTheirOwn() {
    long from = (1L << 60) + 1;
    QuartileSearch search = new QuartileSearch(63);
    do {
      for (int i = 0; i <= 4_000; i++) {
        long whole =
            from + i * 1_999L % 4_001; // each once, as 1999 and 4001 are prime to each other
        double nearest = whole;
        search.add(nearest, (int) (whole - (long) nearest), 1);
      }
    } while (search.endPass());
    Quartiles found = search.quartiles();
    assertEquals(0, found.lower().compareTo(BigDecimal.valueOf(from + 1_000)));
    assertEquals(0, found.median().compareTo(BigDecimal.valueOf(from + 2_000)));
    assertEquals(0, found.upper().compareTo(BigDecimal.valueOf(from + 3_000)));
    assertEquals(0, found.least().compareTo(BigDecimal.valueOf(from)));
    assertEquals(0, found.largest().compareTo(BigDecimal.valueOf(from + 4_000)));
    assertEquals(2_000, found.spread());
    assertEquals(
        0,
        new BigDecimal(found.center())
            .add(new BigDecimal(found.centerRest()))
            .compareTo(found.median()));
    assertTrue(found.isWide());
  }

  @Test
  void theSpreadIsHalfOfTheRangeWhereTheQuartilesAreTheSame() {
    double[] rare = numbers(100, i -> i == 0 ? 40 : i == 1 ? -2 : 3);
    assertEquals(21, search(63, rare).spread());
    assertEquals(0, search(63, new double[] {0.1, 0.1, 0.1}).spread());
    assertEquals(
        Double.MAX_VALUE, search(63, new double[] {-1.7e308, -1.7e308, 1.7e308, 1.7e308}).spread());
    assertFalse(search(63, new double[] {0.5, 1}).isWide());
    assertTrue(search(63, new double[] {0.1, 1}).isWide());
    assertEquals(0, search(63, new double[] {0.1, 0.3}).centerRest());
  }

  @Test
  void aNumberMayCountManyTimes() {
    QuartileSearch search = new QuartileSearch(63);
    search.add(0, 0, 3_100_000_000L);
    search.add(200, 0, 900_000_001L);
    assertTrue(search.isOpen());
    assertThrows(IllegalStateException.class, search::quartiles);
    assertFalse(search.endPass());
    assertEquals(0, search.quartiles().center());
    assertEquals(0, search.quartiles().upper().compareTo(BigDecimal.ZERO));
    assertEquals(100, search.quartiles().spread());
  }
}
