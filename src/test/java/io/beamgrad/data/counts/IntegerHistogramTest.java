package io.beamgrad.data.counts;

import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.HashMap;
import java.util.Map;
import java.util.function.IntToLongFunction;
import org.junit.jupiter.api.Test;

class IntegerHistogramTest {
  private static final int KEYS = 1000;

  @Test
  void keysWhoseLastBitsAreZeroHaveSlotsOfTheirOwn() {
    requireSpread(i -> i);
    requireSpread(i -> -i);
    requireSpread(NumberOrder::of);
    requireSpread(i -> NumberOrder.of(-i / 4.0));
    requireSpread(i -> 1_767_261_600_000L + 86_400_000L * i);
  }

  /** A slot of an empty histogram has up to four times its share of the keys. */
  private static void requireSpread(IntToLongFunction keys) {
    IntegerHistogram empty = new IntegerHistogram(KEYS);
    Map<Integer, Integer> counts = new HashMap<>();
    for (int i = 0; i < KEYS; i++) {
      counts.merge(empty.slot(keys.applyAsLong(i)), 1, Integer::sum);
    }
    int most = counts.values().stream().max(Integer::compare).orElseThrow();
    assertTrue(most <= 4 * KEYS / 64, counts.toString());
  }
}
