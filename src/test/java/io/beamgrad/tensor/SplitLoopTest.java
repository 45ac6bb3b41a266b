package io.beamgrad.tensor;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import java.util.Arrays;
import org.junit.jupiter.api.Test;

class SplitLoopTest {

  private static final int[] COUNTS = {
    0, 1, 8191, 16_383, 16_384, 16_385, 65_536, 100_001, 1_000_000
  };

  @Test
  void eachElementIsInOneRangeWithAnyNumberOfThreads() {
    for (int threads = 1; threads <= 4; threads++) {
      for (int count : COUNTS) {
        int[] runs = new int[count + 1];
        SplitLoop loop =
            new SplitLoop(
                new Workers(threads),
                (from, to) -> {
                  for (int i = from; i < to; i++) {
                    runs[i]++; // plain writes: the caller must see what the helpers did
                  }
                });
        for (int round = 0; round < 3; round++) {
          loop.run(count);
        }
        int[] expected = new int[count + 1];
        Arrays.fill(expected, 0, count, 3);
        assertArrayEquals(expected, runs, count + " elements");
      }
    }
  }

  @Test
  void fewElementsAreOneRange() {
    int[] ranges = new int[1];
    new SplitLoop(new Workers(2), (from, to) -> ranges[0]++).run(16_383);
    assertEquals(1, ranges[0]);
  }

  @Test
  void whatARangeThrowsComesToTheCaller() {
    SplitLoop loop =
        new SplitLoop(
            new Workers(2),
            (from, to) -> {
              throw new IllegalStateException("from " + from);
            });
    assertThrows(IllegalStateException.class, () -> loop.run(100_000));
    assertThrows(IllegalStateException.class, () -> loop.run(10));
  }
}
