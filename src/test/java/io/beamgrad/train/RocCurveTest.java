package io.beamgrad.train;

import static org.junit.jupiter.api.Assertions.assertEquals;

import io.beamgrad.tensor.Generator;
import org.junit.jupiter.api.Test;

class RocCurveTest {
  private static final int ROWS = 20_000;

  @Test
  void moreRowsThanAreKeptGiveNearlyTheSameArea() {
    double exact = area(ROWS, 1);
    double coarse = area(1000, 1);

    assertEquals(0.76, exact, 0.01); // two normal distributions, one deviation apart
    assertEquals(exact, coarse, 1e-4);
  }

  @Test
  void theOrderOfRowsDoesNotShow() {
    assertEquals(area(ROWS, 1), area(ROWS, -1));
    assertEquals(area(1000, 1), area(1000, -1));
  }

  @Test
  void aWeightOfTwoIsTheRowTwice() {
    RocCurve weighted = new RocCurve();
    RocCurve twice = new RocCurve();
    Generator random = new Generator(2);
    for (int i = 0; i < 500; i++) {
      float score = random.nextLong(20); // many ties
      int times = 1 + (int) random.nextLong(3);
      weighted.add(score, i % 3 == 0, times);
      for (int j = 0; j < times; j++) {
        twice.add(score, i % 3 == 0, 1);
      }
    }
    assertEquals(twice.area(), weighted.area());
  }

  @Test
  void theOrderOfWeightedRowsDoesNotShow() {
    RocCurve forwards = new RocCurve();
    RocCurve backwards = new RocCurve();
    for (int i = 0; i < 1000; i++) {
      forwards.add(i % 7, i % 3 == 0, 0.1f + i);
      backwards.add((999 - i) % 7, (999 - i) % 3 == 0, 0.1f + (999 - i));
    }
    assertEquals(forwards.area(), backwards.area());
  }

  private static double area(int mostExact, int direction) {
    RocCurve curve = new RocCurve(mostExact);
    Generator random = new Generator(1);
    float[] scores = new float[ROWS];
    for (int i = 0; i < ROWS; i++) {
      scores[i] = (float) random.nextGaussian() + i % 2;
    }
    for (int i = 0; i < ROWS; i++) {
      int row = direction > 0 ? i : ROWS - 1 - i;
      curve.add(scores[row], row % 2 == 1, 1);
    }
    return curve.area();
  }
}
