package io.beamgrad.data.counts;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.ObjectInputStream;
import java.io.ObjectOutputStream;
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

  @Test
  void manyNumbersOfOneExponentAreSummedWithoutOverflow() {
    for (double largest :
        new double[] {Math.nextDown(2.0), -Double.MAX_VALUE, -0x0.fffffffffffffp-1022}) {
      ExactSum sum = new ExactSum();
      for (int i = 0; i < 5000; i++) {
        sum.add(largest);
      }
      sum.add(1);
      BigDecimal expected = new BigDecimal(largest).multiply(BigDecimal.valueOf(5000));
      assertEquals(
          expected.add(BigDecimal.ONE).stripTrailingZeros(), sum.value().stripTrailingZeros());
    }
  }

  @Test
  void theSumHasTheFewestDigitsThatAreExact() {
    ExactSum sum = new ExactSum();
    assertEquals(BigDecimal.ZERO, sum.value());
    sum.add(1000);
    assertEquals(new BigDecimal("1000"), sum.value());
    sum.add(-0.125);
    assertEquals(new BigDecimal("999.875"), sum.value());
    sum.add(-999.875);
    assertEquals(BigDecimal.ZERO, sum.value());
  }

  @Test
  void aSumThatWasSentElsewhereGoesOn() throws IOException, ClassNotFoundException {
    ExactSum sum = new ExactSum();
    sum.add(0.1);
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    try (ObjectOutputStream out = new ObjectOutputStream(bytes)) {
      out.writeObject(sum);
    }
    ObjectInputStream in = new ObjectInputStream(new ByteArrayInputStream(bytes.toByteArray()));
    ExactSum sent = (ExactSum) in.readObject();
    double first = 0.1;
    double second = 0.2;
    assertEquals(new BigDecimal(first), sent.value());
    sent.add(second);
    assertEquals(new BigDecimal(first).add(new BigDecimal(second)), sent.value());
  }
}
