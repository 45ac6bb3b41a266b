package io.beamgrad.tensor;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.function.Executable;

class TensorTest {

  private static final Tensor MATRIX = Tensor.of(new float[][] {{1, 2, 3}, {4, 5, 6}});

  @Test
  void factoriesMakeWhatTheyAreNamedFor() {
    assertArrayEquals(new float[] {0, 0}, Tensor.zeros(2).toArray());
    assertArrayEquals(new float[] {1, 1}, Tensor.ones(2).toArray());
    assertArrayEquals(new float[] {0, 1, 2}, Tensor.arange(3).toArray());
    assertArrayEquals(new float[] {1, 1.5f, 2}, Tensor.arange(1, 2.5f, 0.5f).toArray());
    assertEquals(2.5f, Tensor.of(2.5f).item());
    assertArrayEquals(new int[0], Tensor.of(2.5f).shape());
    assertArrayEquals(new int[] {2, 3}, MATRIX.shape());
    assertArrayEquals(new float[] {4, 5, 6}, MATRIX.toRows()[1]);
    assertEquals(6, MATRIX.get(1, 2));
  }

  @Test
  void randomTensorsDependOnTheSeedAlone() {
    float[] one = Tensor.randn(new Generator(1), 4).toArray();
    assertArrayEquals(one, Tensor.randn(new Generator(1), 4).toArray());
    assertFalse(one[0] == Tensor.randn(new Generator(2), 4).get(0));
  }

  @Test
  void ofCopiesAndWrapShares() {
    float[] values = {1, 2};
    Tensor copy = Tensor.of(values);
    Tensor shared = Tensor.wrap(values, 2, 1);
    values[0] = 9;
    assertEquals(1, copy.get(0));
    assertEquals(9, shared.get(0, 0));
  }

  @Test
  void reductionsOfNoElementsAreThoseOfPyTorch() {
    Tensor empty = Tensor.zeros(2, 0);
    assertEquals(0, empty.sum().item());
    assertEquals(Float.NaN, empty.mean().item());
    assertArrayEquals(new float[] {0, 0}, empty.sum(1).toArray());
    assertArrayEquals(new int[] {0}, empty.sum(0).shape());
    assertArrayEquals(new int[] {2, 0}, empty.softmax(1).shape());
  }

  @Test
  void gradientsAddUpUntilTheyAreZeroed() {
    Tensor x = Tensor.of(3f).requiresGrad(true);
    assertNull(x.grad());
    x.mul(x).backward();
    x.mul(x).backward();
    assertEquals(12, x.grad().item());
    x.zeroGrad();
    assertEquals(0, x.grad().item());
  }

  @Test
  void aGradientThatWasZeroedIsZeroForEveryReaderAndSetAnewByTheNextBackward() {
    Tensor x = Tensor.of(new float[] {3f, -2f}).requiresGrad(true);
    Tensor w = Tensor.ones(2, 2).requiresGrad(true);
    for (int round = 0; round < 3; round++) {
      x.reshape(1, 2).matmul(w).sum().backward();
      assertArrayEquals(new float[] {2, 2}, x.gradData());
      assertArrayEquals(new float[] {3, 3, -2, -2}, w.gradData());
      x.zeroGrad();
      w.zeroGrad();
    }
    assertArrayEquals(new float[2], x.gradOfRows());
    Tensor seen = w.grad();
    assertArrayEquals(new float[4], seen.toArray());
    x.reshape(1, 2).matmul(w).sum().backward();
    assertArrayEquals(new float[] {3, 3, -2, -2}, seen.toArray());
    w.zeroGrad();
    assertArrayEquals(new float[4], seen.toArray());
    assertTrue(w.hasGrad());
  }

  @Test
  void aGradientOfRowsBeginsWithZeros() {
    Tensor w = Tensor.ones(2, 1).requiresGrad(true);
    w.sum().backward();
    w.zeroGrad();
    w.keepGradRows();
    assertArrayEquals(new float[2], w.gradOfRows());
  }

  @Test
  void noGraphIsBuiltUnderNoGradOrFromADetachedTensor() {
    Tensor x = Tensor.of(3f).requiresGrad(true);
    assertTrue(x.mul(2).requiresGrad());
    assertFalse(x.detach().mul(2).requiresGrad());
    assertFalse(Tensor.noGrad(() -> x.mul(2)).requiresGrad());
    Tensor.noGrad(() -> x.subInPlace(Tensor.of(1f)));
    assertEquals(2, x.item());
  }

  @Test
  void aGraphOfAHundredThousandNodesNeedsNoStack() {
    Tensor x = Tensor.of(1f).requiresGrad(true);
    Tensor sum = x;
    for (int i = 0; i < 100_000; i++) {
      sum = sum.add(x);
    }
    sum.backward();
    assertEquals(100_001, x.grad().item());
  }

  @Test
  void textIsThatOfPyTorch() {
    assertEquals("tensor([[1., 2., 3.],\n        [4., 5., 6.]])", MATRIX.toString());
    assertEquals("tensor(2.5000)", Tensor.of(2.5f).toString());
    assertEquals("tensor([], shape=[0])", Tensor.zeros(0).toString());
    assertEquals(
        "tensor([-1.5000,  0.2500], requiresGrad=true)",
        Tensor.of(new float[] {-1.5f, 0.25f}).requiresGrad(true).toString());
    assertEquals(
        "tensor([   0.,    1.,    2., ..., 1998., 1999., 2000.])", Tensor.arange(2001).toString());
    assertEquals("tensor([1.0000e-05, 1.0000e+00])", Tensor.of(new float[] {1e-5f, 1}).toString());
    assertEquals(
        "tensor([[[0., 1.],\n         [2., 3.]],\n\n        [[4., 5.],\n         [6., 7.]]])",
        Tensor.arange(8).reshape(2, 2, 2).toString());
  }

  @Test
  void whatDoesNotFitIsSaidInOneLine() {
    Tensor wide = Tensor.zeros(32, 784);
    Tensor x = Tensor.of(3f).requiresGrad(true);
    argument(
        "matmul: [32, 784] x [10, 784]: inner sizes 784 and 10 differ",
        () -> wide.matmul(Tensor.zeros(10, 784)));
    argument(
        "matmul: [32, 784] x [784]: both must be matrices", () -> wide.matmul(Tensor.zeros(784)));
    argument(
        "linear: [32, 784] x [10, 700]: inner sizes 784 and 700 differ",
        () -> wide.linear(Tensor.zeros(10, 700), Tensor.zeros(10)));
    argument(
        "linear: weight [10, 784] needs a bias [10], not [9]",
        () -> wide.linear(Tensor.zeros(10, 784), Tensor.zeros(9)));
    argument(
        "add: [2, 3] and [2]: sizes 3 and 2 do not broadcast", () -> MATRIX.add(Tensor.zeros(2)));
    argument(
        "sub: [2, 3] and [2]: sizes 3 and 2 do not broadcast", () -> MATRIX.sub(Tensor.zeros(2)));
    argument(
        "mul: [2, 3] and [3, 3]: sizes 2 and 3 do not broadcast",
        () -> MATRIX.mul(Tensor.zeros(3, 3)));
    argument(
        "div: [2, 3] and [2]: sizes 3 and 2 do not broadcast", () -> MATRIX.div(Tensor.zeros(2)));
    argument(
        "eq: [2, 3] and [2]: sizes 3 and 2 do not broadcast", () -> MATRIX.eq(Tensor.zeros(2)));
    argument("subInPlace: [2, 3] does not fit into [3]", () -> Tensor.zeros(3).subInPlace(MATRIX));
    argument("sum: dimension 2 is outside a tensor of 2 dimensions", () -> MATRIX.sum(2));
    argument("softmax: dimension -3 is outside a tensor of 2 dimensions", () -> MATRIX.softmax(-3));
    argument("mean: dimension 2 is outside a tensor of 2 dimensions", () -> MATRIX.mean(2));
    argument("max: dimension 2 is outside a tensor of 2 dimensions", () -> MATRIX.max(2));
    argument("argmax: dimension 2 is outside a tensor of 2 dimensions", () -> MATRIX.argmax(2));
    argument("logSoftmax: dimension 0 is outside a tensor of 0 dimensions", () -> x.logSoftmax(0));
    argument("flatten: dimension 2 is outside a tensor of 2 dimensions", () -> MATRIX.flatten(2));
    argument(
        "unsqueeze: no dimension 3 can be inserted into a tensor of 2 dimensions",
        () -> MATRIX.unsqueeze(3));
    argument("squeeze: dimension -3 is outside a tensor of 2 dimensions", () -> MATRIX.squeeze(-3));
    argument("size: dimension 2 is outside a tensor of 2 dimensions", () -> MATRIX.size(2));
    argument("setData: 5 values do not fill the shape [2, 3]", () -> MATRIX.setData(new float[5]));
    argument(
        "linear: [784] x [10, 784]: both must be matrices",
        () -> Tensor.zeros(784).linear(Tensor.zeros(10, 784), Tensor.zeros(10)));
    argument("max: no elements", () -> Tensor.zeros(2, 0).max(1));
    argument("max: no elements", () -> Tensor.zeros(0).max());
    argument(
        "reshape: [2, 3] has 6 elements, which do not fit [4, -1]", () -> MATRIX.reshape(4, -1));
    argument(
        "reshape: [-1, -1]: sizes are at least 0, and one may be -1", () -> MATRIX.reshape(-1, -1));
    argument("slice: rows 1 to 3 are outside shape [2, 3]", () -> MATRIX.slice(1, 3));
    argument("select: row 2 is outside shape [2, 3]", () -> MATRIX.select(2));
    argument("indexSelect: row -1 is outside shape [2, 3]", () -> MATRIX.indexSelect(0, -1));
    argument("slice: a scalar has no rows", () -> x.slice(0, 1));
    argument("t: shape [1, 1, 1] has more than two dimensions", () -> Tensor.zeros(1, 1, 1).t());
    argument("item: a tensor of shape [2, 3] has 6 elements, not one", MATRIX::item);
    argument("get: index [0, 3] is outside shape [2, 3]", () -> MATRIX.get(0, 3));
    argument("get: 1 indices for shape [2, 3]", () -> MATRIX.get(0));
    argument("toRows: shape [] is not a matrix", x::toRows);
    argument("wrap: 3 values do not fill the shape [2]", () -> Tensor.wrap(new float[3], 2));
    argument("of: row 1 has 1 values, row 0 has 2", () -> Tensor.of(new float[][] {{1, 2}, {3}}));
    argument("shape [2, -1]: a size is negative", () -> Tensor.zeros(2, -1));
    argument(
        "shape [65536, 65536]: more elements than an array can hold",
        () -> Tensor.zeros(65536, 65536));
    argument("arange: a step of 0.0 does not lead from 0.0 to 3.0", () -> Tensor.arange(0, 3, 0));
    argument("nextLong: bound must be positive, was 0", () -> new Generator(1).nextLong(0));
  }

  @Test
  void whatComesInTheWrongOrderIsSaidInOneLine() {
    Tensor x = Tensor.ones(2).requiresGrad(true);
    Tensor loss = x.mul(x).sum();
    loss.backward();
    state(
        "backward: the graph was freed by an earlier backward; compute the loss again",
        loss::backward);
    state(
        "backward: the tensor has shape [2]; only a tensor of one element has a backward",
        () -> x.mul(x).backward());
    state("backward: the tensor has no graph and requires no grad", () -> Tensor.of(1f).backward());
    state(
        "requiresGrad: only a leaf can be changed, and this tensor was computed; detach it",
        () -> x.mul(x).requiresGrad(false));
    state(
        "subInPlace: a tensor that requires grad can be changed inside noGrad only",
        () -> x.subInPlace(x));
    state(
        "record: this thread is recording a step already",
        () -> RecordedStep.record(() -> RecordedStep.record(x::sum).loss()));
  }

  private static void argument(String message, Executable body) {
    assertEquals(message, assertThrows(IllegalArgumentException.class, body).getMessage());
  }

  private static void state(String message, Executable body) {
    assertEquals(message, assertThrows(IllegalStateException.class, body).getMessage());
  }
}
