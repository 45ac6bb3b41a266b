package io.beamgrad.tensor;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.function.Executable;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Products of sparse rows against those of the same rows with their zeros. */
class SparseOpsTest {

  private final Generator random = new Generator(3);

  /** Rows of up to seven values, some of them zero, and some rows of none. */
  private SparseRows rows(int count, int width) {
    SparseRows rows = new SparseRows(width);
    for (int i = 0; i < count; i++) {
      int[] columns = new int[(int) (random.nextFloat() * 8)];
      Arrays.setAll(columns, c -> (int) (random.nextFloat() * width));
      Arrays.sort(columns);
      for (int column : columns) {
        rows.add(column, random.nextFloat() < 0.1f ? 0f : (float) random.nextGaussian());
      }
      rows.endRow();
    }
    return rows;
  }

  @ParameterizedTest
  @CsvSource({"1, 1, 1", "13, 50, 1", "13, 200, 3", "32, 70, 17", "5, 130, 128"})
  void theLinearLayerHasTheBitsOfTheDenseOne(int batch, int in, int out) {
    SparseRows sparse = rows(batch, in);
    Tensor dense = sparse.toDense();
    Tensor weight = Tensor.randn(random, out, in);
    Tensor turned = weight.t().detach().requiresGrad(true).keepGradRows();
    Tensor bias = Tensor.randn(random, out).requiresGrad(true);
    Tensor turnedBias = Tensor.of(bias.data()).requiresGrad(true);
    weight.requiresGrad(true);
    Tensor expected = dense.linear(weight, bias);
    Tensor found = sparse.linear(turned, turnedBias);
    assertArrayEquals(expected.shape(), found.shape());
    assertArrayEquals(expected.data(), found.data());
    Tensor factors = Tensor.randn(random, batch, out);
    expected.mul(factors).sum().backward();
    found.mul(factors).sum().backward();
    assertArrayEquals(weight.grad().t().data(), turned.grad().data());
    assertArrayEquals(bias.grad().data(), turnedBias.grad().data());
  }

  @ParameterizedTest
  @CsvSource({"1", "5"})
  void gradientsAreThoseOfFiniteDifferences(int out) {
    SparseRows rows = rows(6, 9);
    Tensor weight = Tensor.randn(random, 9, out);
    Tensor bias = Tensor.randn(random, out);
    FiniteDifferences.check(List.of(weight, bias), () -> rows.linear(weight, bias).tanh().sum());
  }

  @Test
  void whatHasNoValuesIsNotTouched() {
    SparseRows rows = new SparseRows(4);
    rows.add(1, 2);
    rows.add(3, 5);
    rows.endRow();
    float nan = Float.NaN;
    Tensor weight = Tensor.of(new float[][] {{nan}, {1}, {nan}, {1}});
    weight.requiresGrad(true).keepGradRows();
    weight.gradOfRows()[2] = nan;
    weight.zeroGrad();
    Tensor out = rows.linear(weight, Tensor.zeros(1));
    assertEquals(7f, out.item());
    out.sum().backward();
    assertArrayEquals(new float[] {0, 2, nan, 5}, weight.gradOfRows());
    assertFalse(weight.gradRows().all());
    weight.gradRows().sort();
    assertArrayEquals(
        new int[] {1, 3}, Arrays.copyOf(weight.gradRows().rows(), weight.gradRows().count()));
    weight.zeroGrad();
    assertArrayEquals(new float[] {0, 0, nan, 0}, weight.gradOfRows());
    assertEquals(0, weight.gradRows().count());
  }

  @Test
  void whoeverGetsTheWholeGradientMayWriteAnywhere() {
    Tensor weight = Tensor.zeros(3, 2).requiresGrad(true).keepGradRows();
    weight.gradData()[4] = 1;
    assertTrue(weight.gradRows().all());
    weight.zeroGrad();
    assertFalse(weight.gradRows().all());
    assertArrayEquals(new float[6], weight.gradOfRows());
    weight.grad().data()[5] = 1;
    assertTrue(weight.gradRows().all());
    weight.zeroGrad();
    assertArrayEquals(new float[6], weight.grad().data());
  }

  @Test
  void manyRowsOfAGradientAreEachThereOnceAndInOrderWhenSorted() {
    GradRows rows = new GradRows(1000);
    int[] columns = new int[3000];
    for (int i = 0; i < columns.length; i++) {
      columns[i] = 999 - i % 700;
    }
    rows.addAll(columns, 0, 500);
    rows.addAll(columns, 500, 3000);
    assertEquals(700, rows.count());
    rows.sort();
    for (int i = 0; i < 700; i++) {
      assertEquals(300 + i, rows.rows()[i]);
    }
    rows.clear();
    rows.addAll(columns, 0, 1);
    assertEquals(1, rows.count());
    assertEquals(999, rows.rows()[0]);
  }

  @Test
  void aRecordedStepTakesOtherRowsOfTheSameNumber() {
    SparseRows batch = new SparseRows(9);
    batch.setData(rows(6, 9));
    Tensor weight = Tensor.randn(random, 9, 2).requiresGrad(true);
    Tensor bias = Tensor.randn(random, 2).requiresGrad(true);
    RecordedStep step = RecordedStep.record(() -> batch.linear(weight, bias).tanh().sum());
    SparseRows others = rows(6, 9);
    batch.setData(others);
    step.forward();
    assertEquals(others.linear(weight, bias).tanh().sum().item(), step.loss().item());
    batch.setData(rows(5, 9));
    assertEquals(
        "linear: recorded for 6 sparse rows, found 5",
        assertThrows(IllegalStateException.class, step::forward).getMessage());
  }

  @Test
  void whatDoesNotFitIsSaidInOneLine() {
    SparseRows rows = rows(2, 9);
    refused(
        "linear: sparse rows of 9 columns x [2, 9]: expected a weight [9, out]",
        () -> rows.linear(Tensor.zeros(2, 9), Tensor.zeros(2)));
    refused(
        "linear: weight [9, 2] of sparse rows needs a bias [2], not [9]",
        () -> rows.linear(Tensor.zeros(9, 2), Tensor.zeros(9)));
    refused("keepGradRows: shape [3] is not a matrix", () -> Tensor.zeros(3).keepGradRows());
    refused("setData: rows of 8 columns, expected 9", () -> rows.setData(new SparseRows(8)));
    refused(
        "SparseRows: row 2 of 2 rows of 9 columns, expected rows of 9",
        () -> new SparseRows(9).addRow(rows, 2));
    refused(
        "SparseRows: row 0 of 2 rows of 9 columns, expected rows of 8",
        () -> new SparseRows(8).addRow(rows, 0));
  }

  private static void refused(String message, Executable body) {
    assertEquals(message, assertThrows(IllegalArgumentException.class, body).getMessage());
  }
}
