package io.beamgrad.details;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;

import io.beamgrad.nn.Loss;
import io.beamgrad.tensor.Tensor;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;

class NotableRowsTest {

  private static List<Long> rows(List<NotableRows.Pick> picks) {
    return picks.stream().map(NotableRows.Pick::row).toList();
  }

  @Test
  void mistakesAreThoseOfWrongClassesTheMostProbableFirst() {
    NotableRows highlights = new NotableRows(Loss.Target.CLASS);
    highlights.add(
        Tensor.wrap(new float[] {0, 1, 0, 3, 9, 0, 0, 2}, 4, 2),
        Tensor.wrap(new float[] {0, 0, 0, 1}, 4));

    assertEquals(List.of(1L, 0L), rows(highlights.worst()));
    assertEquals(List.of(0L, 1L, 2L, 3L), rows(highlights.first()));
    assertArrayEquals(
        new double[] {1 / (1 + Math.exp(3)), 1 / (1 + Math.exp(-3))},
        highlights.probabilities(highlights.worst().get(0)),
        1e-12);
  }

  @Test
  void ofTwoClassesWithOneLogitTheSignSaysTheClass() {
    NotableRows highlights = new NotableRows(Loss.Target.BINARY);
    highlights.add(
        Tensor.wrap(new float[] {2, -1, 3, 0}, 4, 1), Tensor.wrap(new float[] {0, 1, 1, 0}, 4, 1));

    assertEquals(List.of(0L, 1L), rows(highlights.worst()));
    assertEquals(
        1 / (1 + Math.exp(-2)), highlights.probabilities(highlights.worst().get(0))[1], 1e-12);
  }

  @Test
  void ofNumbersTheLargestErrorsComeFirst() {
    NotableRows highlights = new NotableRows(Loss.Target.NUMBERS);
    highlights.add(
        Tensor.wrap(new float[] {1, 1, 2, 2, 5, 1}, 3, 2),
        Tensor.wrap(new float[] {1, 1, 2, 1, 1, 1}, 3, 2));

    assertEquals(List.of(2L, 1L), rows(highlights.worst()));
    assertEquals(16, highlights.worst().get(0).badness());
  }

  @Test
  void theSizeOfTheBatchesDoesNotShow() {
    Random random = new Random(1);
    float[] outputs = new float[3000];
    float[] labels = new float[1000];
    for (int i = 0; i < 3000; i++) {
      outputs[i] = random.nextInt(40); // with many that are equally bad
      labels[i / 3] = random.nextInt(3);
    }
    List<List<Long>> worst = new ArrayList<>();
    for (int batch : new int[] {1000, 7, 1}) {
      NotableRows highlights = new NotableRows(Loss.Target.CLASS);
      for (int from = 0; from < 1000; from += batch) {
        int rows = Math.min(batch, 1000 - from);
        highlights.add(
            Tensor.wrap(
                java.util.Arrays.copyOfRange(outputs, 3 * from, 3 * from + 3 * rows), rows, 3),
            Tensor.wrap(java.util.Arrays.copyOfRange(labels, from, from + rows), rows));
      }
      assertEquals(NotableRows.SAMPLES, highlights.first().size());
      assertEquals(1000, highlights.rows());
      worst.add(rows(highlights.worst()));
    }
    assertEquals(NotableRows.MISTAKES, worst.get(0).size());
    assertEquals(worst.get(0), worst.get(1));
    assertEquals(worst.get(0), worst.get(2));
  }
}
