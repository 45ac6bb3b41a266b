package io.beamgrad.data.encoding;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.util.stream.DoubleStream;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class NumberTransformTest {

  @Test
  void logarithmsAreTheSameWhetherLookedUpOrComputed() {
    NumberTransform log = new NumberTransform(null, null, true);
    DoubleStream counts = IntStream.rangeClosed(-1030, 1030).asDoubleStream();
    DoubleStream others =
        DoubleStream.of(-0.0, 0.5, -0.5, 1023.5, 0.1, 1e30, Integer.MAX_VALUE, 4294967297.0);
    DoubleStream.concat(counts, others)
        .forEach(
            x -> {
              double expected = Math.copySign(StrictMath.log1p(Math.abs(x)), x);
              assertEquals(
                  (float) x == x ? (float) expected : expected, log.apply(x), () -> x + "");
            });
    assertEquals(Double.NaN, log.apply(Double.NaN));
  }

  @Test
  void aNumberIsClippedBeforeItsLogarithmIsTaken() {
    NumberTransform transform = new NumberTransform(1.0, 7.0, true);
    assertEquals((float) StrictMath.log1p(7), transform.apply(2000));
    assertEquals((float) StrictMath.log1p(1), transform.apply(-3));
  }
}
