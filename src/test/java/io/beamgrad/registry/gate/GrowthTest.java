package io.beamgrad.registry.gate;

import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.beamgrad.registry.Profiles;
import io.beamgrad.schema.Distribution;
import java.util.Random;
import java.util.function.DoubleUnaryOperator;
import java.util.stream.DoubleStream;
import org.junit.jupiter.api.Test;

class GrowthTest {
  private final Random random = new Random(7);

  /** Whole numbers from one up to before another. */
  private static Distribution range(int from, int to) {
    return Profiles.numbers("x", DoubleStream.iterate(from, x -> x + 1).limit(to - from).toArray());
  }

  private Distribution gaussians(int rows, DoubleUnaryOperator of) {
    return Profiles.numbers(
        "x", random.doubles(rows).map(u -> of.applyAsDouble(random.nextGaussian())).toArray());
  }

  private Distribution uniform(int rows, double from, double to) {
    return Profiles.numbers("x", random.doubles(rows, from, to).toArray());
  }

  @Test
  void idsThatGoOnGrow() {
    assertTrue(Growth.isOf(range(1, 241), range(241, 391)));
    assertTrue(Growth.isOf(range(1, 241), range(241, 2000))); // many rows at once
    assertTrue(Growth.isOf(range(1, 2000), range(2001, 2050)));
  }

  @Test
  void timesGrowOverAWeekendAndAYear() {
    double friday = 1_764_345_600; // seconds since 1970
    assertTrue(
        Growth.isOf(
            uniform(500, friday + 32_400, friday + 61_200),
            uniform(500, friday + 3 * 86_400 + 32_400, friday + 3 * 86_400 + 61_200)));
    assertTrue(
        Growth.isOf(
            Profiles.numbers("x", 20261230, 20261231), Profiles.numbers("x", 20270101, 20270101)));
    assertTrue(Growth.isOf(Profiles.numbers("x", 1, 1), Profiles.numbers("x", 2, 2)));
    assertTrue(Growth.isOf(Profiles.numbers("x", 1, 1, 2, 2), Profiles.numbers("x", 3, 3)));
  }

  @Test
  void floatsThatHaveBeenCoarsenedGrow() {
    Distribution before = Distribution.newBuilder(range(100, 200)).setShift(10).build();
    Distribution now = Distribution.newBuilder(range(200, 220)).setShift(10).build();
    assertTrue(Growth.isOf(before, now));
  }

  @Test
  void aShiftIsNoGrowth() {
    Distribution before = gaussians(1000, z -> 1000 * z);
    assertFalse(Growth.isOf(before, gaussians(1000, z -> 1000 * (z + 3))));
    assertFalse(Growth.isOf(before, gaussians(1000, z -> 1000 * (z + 5))));
    assertFalse(Growth.isOf(before, gaussians(1000, z -> 1000 * (z + 8))));
    assertFalse(Growth.isOf(before, gaussians(1000, z -> 1000 * (z + 100))));
    assertFalse(Growth.isOf(uniform(1000, 0, 1000), uniform(1000, 400, 1400)));
    assertFalse(Growth.isOf(uniform(1000, 0, 1000), uniform(1000, 1300, 2300)));
  }

  @Test
  void anotherUnitIsNoGrowth() {
    assertFalse(
        Growth.isOf(
            gaussians(500, z -> 2000 + 300 * z), gaussians(500, z -> 100 * (2000 + 300 * z))));
    assertFalse(Growth.isOf(uniform(500, -10, 35), uniform(500, 263, 308))); // Celsius, kelvins
    assertFalse(Growth.isOf(uniform(500, 0, 2), uniform(500, 0, 200))); // shares, per cent
    assertFalse(Growth.isOf(uniform(500, 10, 100), uniform(500, 20, 200)));
    assertFalse(Growth.isOf(uniform(500, 980, 1040), uniform(500, 98_000, 104_000)));
  }

  @Test
  void whatGoesBackOrHasNoValuesDoesNotGrow() {
    assertFalse(Growth.isOf(range(100, 200), range(1, 100)));
    assertFalse(Growth.isOf(range(1, 100), range(1, 100)));
    assertFalse(Growth.isOf(Profiles.numbers("x"), range(1, 100)));
    assertFalse(Growth.isOf(range(1, 100), Profiles.numbers("x")));
  }
}
