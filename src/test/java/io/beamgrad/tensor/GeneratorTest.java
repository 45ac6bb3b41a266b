package io.beamgrad.tensor;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.Arrays;
import org.junit.jupiter.api.Test;

class GeneratorTest {

  // By another implementation of SplitMix64 and xoshiro256++.
  private static final long FIRST = 0xd0764d4f4476689fL;
  private static final long SECOND = 0x519e4174576f3791L;
  private static final long DERIVED = 0x4e60477278131691L;

  @Test
  void theNumbersOfASeedNeverChange() {
    Generator generator = new Generator(42);
    assertEquals(FIRST, generator.nextLong());
    assertEquals(SECOND, generator.nextLong());
    assertEquals(DERIVED, Generator.derive(42, "order", 1).nextLong());
  }

  @Test
  void purposeAndEachCoordinateMatter() {
    long base = Generator.derive(1, "order", 2, 3).nextLong();
    assertEquals(base, Generator.derive(1, "order", 2, 3).nextLong());
    assertNotEquals(base, Generator.derive(2, "order", 2, 3).nextLong());
    assertNotEquals(base, Generator.derive(1, "init", 2, 3).nextLong());
    assertNotEquals(base, Generator.derive(1, "order", 3, 2).nextLong());
    assertNotEquals(base, Generator.derive(1, "order", 2).nextLong());
  }

  @Test
  void boundedNumbersAreEquallyLikely() {
    int[] counts = new int[7];
    Generator generator = new Generator(5);
    for (int i = 0; i < 70_000; i++) {
      counts[(int) generator.nextLong(7)]++;
    }
    assertTrue(Arrays.stream(counts).allMatch(count -> Math.abs(count - 10_000) < 400));
  }

  @Test
  void normalNumbersHaveMeanZeroAndVarianceOne() {
    Generator generator = new Generator(6);
    double sum = 0;
    double squares = 0;
    for (int i = 0; i < 100_000; i++) {
      double x = generator.nextGaussian();
      sum += x;
      squares += x * x;
    }
    assertEquals(0, sum / 100_000, 0.02);
    assertEquals(1, squares / 100_000, 0.02);
  }

  @Test
  void aShuffleKeepsTheElementsAndLeavesTheRestAlone() {
    long[] values = {0, 1, 2, 3, 4, 5, 6, 7, 8, 9};
    new Generator(1).shuffle(values, 2, 8);
    assertEquals(9, values[9]);
    assertEquals(1, values[1]);
    Arrays.sort(values);
    assertEquals(3, values[3]);
  }
}
