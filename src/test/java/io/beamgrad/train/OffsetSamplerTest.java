package io.beamgrad.train;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import org.junit.jupiter.api.Test;

class OffsetSamplerTest {
  private static long[] rows(Sampler sampler, int epoch) {
    long[] rows = new long[10];
    assertEquals(10, sampler.order(epoch).next(rows, 10));
    return rows;
  }

  @Test
  void theFirstEpochHasTheOrderThatWouldHaveComeNext() {
    Sampler sampler = new RandomSampler(10, 1);
    Sampler later = new OffsetSampler(sampler, 3);
    assertEquals(10, later.size());
    assertArrayEquals(rows(sampler, 4), rows(later, 1));
  }

  @Test
  void aNegativeNumberOfEpochsIsRefused() {
    assertEquals(
        "OffsetSampler: epochsBefore must be at least 0, was -1",
        assertThrows(
                IllegalArgumentException.class,
                () -> new OffsetSampler(new RandomSampler(1, 1), -1))
            .getMessage());
  }
}
