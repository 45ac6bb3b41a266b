package io.beamgrad.data.counts;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import java.math.BigDecimal;
import java.util.Random;
import org.junit.jupiter.api.Test;

class ExactSumTest {
  private static final double[] EXTREMES = {
    Double.MIN_VALUE,
    -Double.MIN_VALUE,
    Double.MIN_NORMAL,
    1e-300,
    -1e300,
    Double.MAX_VALUE,
    -Double.MAX_VALUE,
    1,
    -1,
    0,
    -0.0,
    0.1,
    1e16,
    Math.nextDown(1.0)
  };

  @Test
  void sumsAnyDoublesWithoutRounding() {
    Random random = new Random(1);
    ExactSum sum = new ExactSum();
    BigDecimal expected = BigDecimal.ZERO;
    for (int i = 0; i < 2000; i++) {
      double value = value(random, i);
      sum.add(value);
      expected = expected.add(new BigDecimal(value));
    }
    assertEquals(0, expected.compareTo(sum.value()));
  }

  @Test
  void partsMergeToTheSameSumInAnyOrder() {
    Random random = new Random(2);
    ExactSum whole = new ExactSum();
    ExactSum[] parts = {new ExactSum(), new ExactSum(), new ExactSum()};
    for (int i = 0; i < 500; i++) {
      double value = value(random, i);
      whole.add(value);
      parts[random.nextInt(parts.length)].add(value);
    }
    ExactSum merged = new ExactSum();
    for (int p = parts.length - 1; p >= 0; p--) {
      merged.add(parts[p]);
    }
    assertEquals(whole.value(), merged.value());
  }

  private static double value(Random random, int i) {
    if (i < EXTREMES.length) {
      return EXTREMES[i];
    }
    double value = Double.longBitsToDouble(random.nextLong());
    return Double.isFinite(value) ? value : 0;
  }

  @Test
  void refusesWhatIsNotFinite() {
    assertEquals(
        "value must be finite, was NaN",
        assertThrows(IllegalArgumentException.class, () -> new ExactSum().add(Double.NaN))
            .getMessage());
  }
}
