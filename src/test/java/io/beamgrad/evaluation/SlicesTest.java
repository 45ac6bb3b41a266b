package io.beamgrad.evaluation;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.beamgrad.data.rows.Columns;
import io.beamgrad.data.rows.Rows;
import io.beamgrad.nn.MSELoss;
import io.beamgrad.schema.Column;
import io.beamgrad.schema.ColumnType;
import io.beamgrad.tensor.Tensor;
import io.beamgrad.train.Evaluation;
import io.beamgrad.train.Evaluator;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

class SlicesTest {
  private static final List<Column> COLUMNS =
      List.of(
          Columns.feature("shop", ColumnType.STRINGS, List.of()),
          Columns.feature("price", ColumnType.FLOATS, List.of()));

  private static SlicedColumn sliced(int column, List<Object[]> rows) {
    SlicedColumn sliced = new SlicedColumn(COLUMNS, column);
    rows.forEach(row -> sliced.add(Rows.block(COLUMNS, row)));
    return sliced;
  }

  private static Integer[] numbers(int count) {
    return IntStream.range(0, count).boxed().toArray(Integer[]::new);
  }

  private static Object[] row(String shop, double price) {
    return new Object[] {shop, new float[] {(float) price}};
  }

  @Test
  void rowsAreTogetherByTheirText() {
    List<Object[]> rows = new ArrayList<>();
    for (int i = 0; i < 40; i++) {
      rows.add(row(i % 2 == 0 ? "north" : null, 1));
    }
    List<SlicedColumn.Rows> slices = sliced(0, rows).slices(numbers(40));
    assertEquals(2, slices.size());
    assertEquals("north", slices.get(0).value());
    assertNull(slices.get(1).value());
    assertEquals(1, slices.get(1).values());
    assertEquals(20, slices.get(1).rows().size());
  }

  @Test
  void rareTextsAreTogetherInTheOrderOfEvaluation() {
    List<Object[]> rows = new ArrayList<>();
    for (int i = 0; i < 30; i++) {
      rows.add(row(i < 12 ? "often" : "rare" + i % 3, 1));
    }
    Integer[] backwards = IntStream.range(0, 30).map(i -> 29 - i).boxed().toArray(Integer[]::new);
    List<SlicedColumn.Rows> slices = sliced(0, rows).slices(backwards);
    assertEquals(2, slices.size());
    SlicedColumn.Rows rare = slices.get(1);
    assertEquals(3, rare.values());
    assertEquals(List.of(29, 28, 27), rare.rows().subList(0, 3));
    assertEquals(18, rare.rows().size());
  }

  @Test
  void aSingleRareTextStaysByItself() {
    List<Object[]> rows = new ArrayList<>();
    for (int i = 0; i < 30; i++) {
      rows.add(row(i < 27 ? "often" : "rare", 1));
    }
    assertEquals(
        List.of("often", "rare"),
        sliced(0, rows).slices(numbers(30)).stream().map(SlicedColumn.Rows::value).toList());
  }

  @Test
  void manyNumbersAreTenRangesInWhichEqualOnesAreTogether() {
    List<Object[]> rows = new ArrayList<>();
    for (int i = 0; i < 100; i++) {
      rows.add(row("a", i < 30 ? 0 : 100 - i)); // 30 zeros, then 70 to 1
    }
    rows.add(new Object[] {"a", new float[] {Float.NaN}});
    List<SlicedColumn.Rows> slices = sliced(1, rows).slices(numbers(101));
    assertEquals(
        Stream.of(
                "0",
                "1 to 10",
                "11 to 20",
                "21 to 30",
                "31 to 40",
                "41 to 50",
                "51 to 60",
                "61 to 70",
                null)
            .toList(),
        slices.stream().map(SlicedColumn.Rows::value).toList());
    assertEquals(30, slices.get(0).rows().size());
    assertEquals(List.of(90, 91), slices.get(1).rows().subList(0, 2));
    assertEquals(101, slices.stream().mapToInt(slice -> slice.rows().size()).sum());
  }

  @Test
  void fewNumbersAreEachByThemselves() {
    List<Object[]> rows = new ArrayList<>();
    for (int i = 0; i < 200; i++) {
      rows.add(row("a", i % SlicedColumn.MOST_NUMBERS));
    }
    assertEquals(20, sliced(1, rows).slices(numbers(200)).size());
    assertEquals(10, sliced(1, rows).slices(numbers(180)).size());
  }

  @Test
  void sharesHaveWilsonsInterval() {
    Interval eight = Interval.ofShare(0.8, 10);
    assertEquals(0.4901624715366418, eight.low(), 1e-12);
    assertEquals(0.9433178485456248, eight.high(), 1e-12);
    assertEquals(1, Interval.ofShare(1, 5).high());
    assertEquals(0.5655175352168251, Interval.ofShare(1, 5).low(), 1e-12);
  }

  private static Slice slice(float[] errors, double[] weights) {
    Evaluator evaluator = new Evaluator(new MSELoss());
    float[] floats = new float[weights.length];
    for (int i = 0; i < floats.length; i++) {
      floats[i] = (float) weights[i];
    }
    evaluator.add(
        Tensor.wrap(errors, errors.length, 1),
        Tensor.zeros(errors.length, 1),
        Tensor.wrap(floats, floats.length));
    double[] scores = new double[errors.length];
    Arrays.setAll(scores, i -> Math.abs(errors[i]));
    return Slice.of(
        new SlicedColumn.Rows("v", 1, List.of(numbers(errors.length))),
        evaluator.result(),
        scores,
        weights);
  }

  @Test
  void errorsHaveTheIntervalOfTheirMean() {
    float[] errors = {1, -2, 4, 5, 0.5f, 3, -3, 2, 2, 1, -6};
    Slice slice = slice(errors, ones(11));
    assertEquals(29.5 / 11, slice.score(), 1e-12);
    assertEquals(1.5155690521, slice.interval().low(), 1e-4); // SciPy's t
    assertEquals(3.8480673116, slice.interval().high(), 1e-4);
    assertNull(slice(new float[] {1, 2, 3}, ones(3)).interval());
  }

  private static double[] ones(int count) {
    double[] ones = new double[count];
    Arrays.fill(ones, 1);
    return ones;
  }

  @Test
  void aWeightThatAllRowsHaveChangesNoInterval() {
    float[] errors = {1, -2, 4, 5, 0.5f, 3, -3, 2, 2, 1, -6};
    double[] fours = new double[11];
    Arrays.fill(fours, 4);
    Slice one = slice(errors, ones(11));
    Slice four = slice(errors, fours);
    assertEquals(one.interval().low(), four.interval().low(), 1e-12);
    assertEquals(one.interval().high(), four.interval().high(), 1e-12);
  }

  @Test
  void rangesAreTenthsOfAnyNumberOfRows() {
    for (int count : new int[] {86, 101, 1003}) {
      List<Object[]> rows = new ArrayList<>();
      for (int i = 0; i < count; i++) {
        rows.add(row("a", i));
      }
      List<SlicedColumn.Rows> slices = sliced(1, rows).slices(numbers(count));
      assertEquals(10, slices.size());
      for (SlicedColumn.Rows slice : slices) {
        assertEquals(count / 10.0, slice.rows().size(), 1);
      }
    }
  }

  @Test
  void theWorstIsFirstAndWhatHasNoScoreLast() {
    Evaluation few = slice(new float[] {1}, new double[] {1}).evaluation();
    Slice bad = new Slice("bad", 1, few, 9, null);
    Slice good = new Slice("good", 1, few, 1, null);
    Slice rare = new Slice(null, 3, few, 99, null);
    Slice none = new Slice("new", 1, few, Double.NaN, null);
    assertEquals(
        List.of(rare, bad, good, none),
        Stream.of(none, rare, good, bad).sorted(Slice.WORST_FIRST).toList());
    assertTrue(Slice.WORST_FIRST.compare(bad, good) < 0);
  }
}
