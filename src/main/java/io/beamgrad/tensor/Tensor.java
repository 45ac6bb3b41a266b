package io.beamgrad.tensor;

import java.util.Arrays;
import java.util.List;
import java.util.function.Supplier;

/**
 * Float32 numbers in a dense row-major array, with PyTorch's words and semantics. The shape never
 * changes. A tensor owns its array; {@link #reshape} and its kin share it, all else copies.
 *
 * <p>Class labels and indices are floats that hold whole numbers.
 *
 * <p>A dimension may be negative and then counts from the end. Operations throw {@link
 * IllegalArgumentException} where shapes or dimensions do not fit, and name both.
 */
public final class Tensor {

  private final int[] shape;
  private float[] data;
  private float[] grad;
  private boolean gradIsZero; // whatever its array holds; zeros are written when it is asked for
  private Tensor gradTensor;
  private GradRows gradRows; // null where they are not kept
  private boolean requiresGrad;
  private Node node;

  private Tensor(float[] data, int[] shape) {
    this.data = data;
    this.shape = shape;
  }

  // Factories

  /** A scalar, of shape []. */
  public static Tensor of(float value) {
    return wrap(new float[] {value});
  }

  /** A vector with a copy of the values. */
  public static Tensor of(float[] values) {
    return wrap(values.clone(), values.length);
  }

  /** A matrix with a copy of the rows, which must be of one length. */
  public static Tensor of(float[][] rows) {
    int columns = rows.length == 0 ? 0 : rows[0].length;
    float[] data = new float[rows.length * columns];
    for (int i = 0; i < rows.length; i++) {
      if (rows[i].length != columns) {
        throw new IllegalArgumentException(
            "of: row " + i + " has " + rows[i].length + " values, row 0 has " + columns);
      }
      System.arraycopy(rows[i], 0, data, i * columns, columns);
    }
    return wrap(data, rows.length, columns);
  }

  /** A tensor around the array itself: whoever writes to one writes to the other. */
  public static Tensor wrap(float[] data, int... shape) {
    if (data.length != Shape.elements(shape)) {
      throw new IllegalArgumentException(
          "wrap: " + data.length + " values do not fill the shape " + Shape.text(shape));
    }
    return new Tensor(data, shape.clone());
  }

  public static Tensor zeros(int... shape) {
    return new Tensor(new float[Shape.elements(shape)], shape.clone());
  }

  public static Tensor ones(int... shape) {
    return full(1f, shape);
  }

  /** A tensor with one value everywhere. */
  public static Tensor full(float value, int... shape) {
    Tensor out = zeros(shape);
    Arrays.fill(out.data, value);
    return out;
  }

  /** Uniform numbers from 0 inclusive to 1 exclusive. */
  public static Tensor rand(Generator generator, int... shape) {
    Tensor out = wrap(new float[Shape.elements(shape)], shape);
    for (int i = 0; i < out.data.length; i++) {
      out.data[i] = generator.nextFloat();
    }
    return out;
  }

  /** Numbers of the standard normal distribution. */
  public static Tensor randn(Generator generator, int... shape) {
    Tensor out = wrap(new float[Shape.elements(shape)], shape);
    for (int i = 0; i < out.data.length; i++) {
      out.data[i] = (float) generator.nextGaussian();
    }
    return out;
  }

  /** The vector 0, 1, ... up to {@code end} exclusive. */
  public static Tensor arange(int end) {
    return arange(0f, end, 1f);
  }

  /** The vector start, start + step, ... up to {@code end} exclusive. */
  public static Tensor arange(float start, float end, float step) {
    if (!(step != 0f && (end - start) / step >= 0f)) {
      throw new IllegalArgumentException(
          "arange: a step of " + step + " does not lead from " + start + " to " + end);
    }
    Tensor out = zeros((int) Math.ceil(((double) end - start) / step));
    for (int i = 0; i < out.data.length; i++) {
      out.data[i] = (float) (start + (double) i * step);
    }
    return out;
  }

  // The data

  /** A copy of the sizes. */
  public int[] shape() {
    return shape.clone();
  }

  /** The size of one dimension. */
  public int size(int dim) {
    return shape[Shape.dim("size", dim, shape.length)];
  }

  /** The number of dimensions. */
  public int dim() {
    return shape.length;
  }

  /** The number of elements. */
  public int elements() {
    return data.length;
  }

  /** The array itself, row-major: writes show in the tensor. For operations and loaders. */
  public float[] data() {
    return data;
  }

  /** Puts another array of the same length in the place of this tensor's, without copying. */
  public void setData(float[] newData) {
    if (newData.length != data.length) {
      throw new IllegalArgumentException(
          "setData: " + newData.length + " values do not fill the shape " + Shape.text(shape));
    }
    data = newData;
  }

  /** A copy of the elements, row-major. */
  public float[] toArray() {
    return data.clone();
  }

  /** A copy of a matrix's rows. */
  public float[][] toRows() {
    if (shape.length != 2) {
      throw new IllegalArgumentException("toRows: shape " + Shape.text(shape) + " is not a matrix");
    }
    float[][] rows = new float[shape[0]][];
    for (int i = 0; i < rows.length; i++) {
      rows[i] = Arrays.copyOfRange(data, i * shape[1], (i + 1) * shape[1]);
    }
    return rows;
  }

  /** The value of a tensor of one element. */
  public float item() {
    if (data.length != 1) {
      throw new IllegalArgumentException(
          "item: a tensor of shape "
              + Shape.text(shape)
              + " has "
              + data.length
              + " elements, not one");
    }
    return data[0];
  }

  /** The element at a position, one index for each dimension. */
  public float get(int... index) {
    if (index.length != shape.length) {
      throw new IllegalArgumentException(
          "get: " + index.length + " indices for shape " + Shape.text(shape));
    }
    int at = 0;
    for (int i = 0; i < index.length; i++) {
      if (index[i] < 0 || index[i] >= shape[i]) {
        throw new IllegalArgumentException(
            "get: index " + Shape.text(index) + " is outside shape " + Shape.text(shape));
      }
      at = at * shape[i] + index[i];
    }
    return data[at];
  }

  @Override
  public String toString() {
    return TensorText.of(this);
  }

  // Gradients

  public boolean requiresGrad() {
    return requiresGrad;
  }

  /** Whether no operation of a graph computed this tensor. */
  public boolean isLeaf() {
    return node == null;
  }

  /** This tensor, as a leaf that gradients are kept for, or not. */
  public Tensor requiresGrad(boolean required) {
    if (node != null) {
      throw new IllegalStateException(
          "requiresGrad: only a leaf can be changed, and this tensor was computed; detach it");
    }
    requiresGrad = required;
    return this;
  }

  /** The gradient, which later backward passes add to; null before the first. */
  public Tensor grad() {
    if (grad == null) {
      return null;
    }
    if (gradTensor == null) {
      gradTensor = new Tensor(gradData(), shape);
    }
    return gradTensor;
  }

  /** Whether there is a gradient. */
  public boolean hasGrad() {
    return grad != null;
  }

  /** The gradient's array, made of zeros if there is none yet. For operations and optimisers. */
  public float[] gradData() {
    if (gradRows != null) {
      gradRows.setAll(); // whoever has the array may write anywhere
    }
    return gradOfRows();
  }

  /**
   * This matrix, which from now on knows the rows of its gradient that are not zero, so that what
   * changes only those is in proportion to them.
   */
  public Tensor keepGradRows() {
    if (shape.length != 2) {
      throw new IllegalArgumentException(
          "keepGradRows: shape " + Shape.text(shape) + " is not a matrix");
    }
    if (gradIsZero) {
      gradOfRows();
    }
    gradRows = new GradRows(shape[0]);
    return this;
  }

  /**
   * The rows of the gradient that may be other than zero; null without {@link #keepGradRows}. All,
   * once {@link #grad} or {@link #gradData} has given the whole away.
   */
  public GradRows gradRows() {
    return gradRows;
  }

  /** As {@link #gradData}, for who writes to the rows of {@link #gradRows} alone. */
  public float[] gradOfRows() {
    if (grad == null) {
      grad = new float[data.length];
    } else if (gradIsZero) {
      Arrays.fill(grad, 0f);
    }
    gradIsZero = false;
    return grad;
  }

  /**
   * Whether the gradient is zero, of which the array may hold anything: if so, the caller sets each
   * element of {@link #gradData} where it would otherwise add to it.
   */
  boolean claimZeroGrad() {
    boolean isZero = gradRows == null && (grad == null || gradIsZero);
    gradIsZero &= !isZero;
    return isZero;
  }

  /** Adds this tensor's gradients to all leaves it was computed from, and frees the graph. */
  public void backward() {
    Autograd.backward(this);
  }

  /** Sets the gradient to zeros, if there is one. */
  public void zeroGrad() {
    if (grad == null) {
      return;
    }
    if (gradRows == null && gradTensor == null) {
      gradIsZero = true;
    } else if (gradRows == null || gradRows.all()) {
      Arrays.fill(grad, 0f);
    } else {
      zeroRows(gradRows.rows(), gradRows.count(), shape[1]);
    }
    if (gradRows != null) {
      gradRows.clear();
      gradTensor = null; // who still has it would write to rows that are not kept
    }
  }

  private void zeroRows(int[] rows, int count, int width) {
    if (width == 1) {
      for (int i = 0; i < count; i++) {
        grad[rows[i]] = 0f;
      }
      return;
    }
    for (int i = 0; i < count; i++) {
      Arrays.fill(grad, rows[i] * width, (rows[i] + 1) * width, 0f);
    }
  }

  /** Runs a body in which no graph is built. */
  public static void noGrad(Runnable body) {
    Autograd.noGrad(
        () -> {
          body.run();
          return null;
        });
  }

  /** The result of a body in which no graph is built. */
  public static <T> T noGrad(Supplier<T> body) {
    return Autograd.noGrad(body);
  }

  /** The same array without the graph. */
  public Tensor detach() {
    return new Tensor(data, shape);
  }

  /** Subtracts in place, as {@code w -= ...} in a training loop by hand; needs noGrad. */
  public Tensor subInPlace(Tensor other) {
    if (requiresGrad && Autograd.gradEnabled()) {
      throw new IllegalStateException(
          "subInPlace: a tensor that requires grad can be changed inside noGrad only");
    }
    if (!Arrays.equals(shape, Shape.broadcast("subInPlace", shape, other.shape))) {
      throw new IllegalArgumentException(
          "subInPlace: " + Shape.text(other.shape) + " does not fit into " + Shape.text(shape));
    }
    System.arraycopy(Autograd.noGrad(() -> sub(other)).data, 0, data, 0, data.length);
    return this;
  }

  // Arithmetic, broadcast as NumPy does: aligned at the last dimension, size 1 repeats

  public Tensor add(Tensor other) {
    return ArithmeticOps.add(this, other);
  }

  public Tensor sub(Tensor other) {
    return ArithmeticOps.sub(this, other);
  }

  public Tensor mul(Tensor other) {
    return ArithmeticOps.mul(this, other);
  }

  public Tensor div(Tensor other) {
    return ArithmeticOps.div(this, other);
  }

  public Tensor add(float number) {
    return add(full(number));
  }

  public Tensor sub(float number) {
    return sub(full(number));
  }

  public Tensor mul(float number) {
    return mul(full(number));
  }

  public Tensor div(float number) {
    return div(full(number));
  }

  public Tensor neg() {
    return mul(-1f);
  }

  /** 1 where the elements are equal and 0 where not; has no gradient. */
  public Tensor eq(Tensor other) {
    return ArithmeticOps.eq(this, other);
  }

  // Functions of each element

  public Tensor pow(float exponent) {
    return ElementOps.pow(this, exponent);
  }

  public Tensor exp() {
    return ElementOps.exp(this);
  }

  /** The natural logarithm. */
  public Tensor log() {
    return ElementOps.log(this);
  }

  public Tensor abs() {
    return ElementOps.abs(this);
  }

  public Tensor relu() {
    return ElementOps.relu(this);
  }

  public Tensor sigmoid() {
    return ElementOps.sigmoid(this);
  }

  public Tensor tanh() {
    return ElementOps.tanh(this);
  }

  /** Scaled exponential linear units, see {@link FloatMath#selu}. */
  public Tensor selu() {
    return ElementOps.selu(this);
  }

  /** {@code x * tanh(log(1 + exp(x)))}, see {@link FloatMath#mish}. */
  public Tensor mish() {
    return ElementOps.mish(this);
  }

  /** {@code x * sigmoid(x)}. */
  public Tensor silu() {
    return ElementOps.silu(this);
  }

  /** x times the standard normal distribution's probability of less than x. */
  public Tensor gelu() {
    return ElementOps.gelu(this);
  }

  /** {@link #gelu} as approximated by tanh, see {@link FloatMath#geluTanh}. */
  public Tensor geluTanh() {
    return ElementOps.geluTanh(this);
  }

  /** x above 0, else {@code slope * x}. */
  public Tensor leakyRelu(float slope) {
    return ElementOps.leakyRelu(this, slope);
  }

  // Products

  /**
   * The product of two matrices.
   *
   * <p>{@code [m, k] x [k, n] -> [m, n]}
   */
  public Tensor matmul(Tensor other) {
    return ProductOps.matmul(this, other);
  }

  /**
   * A fully connected layer in one operation: {@code this x weight^T + bias}.
   *
   * <p>{@code [batch, in] x [out, in] + [out] -> [batch, out]}
   */
  public Tensor linear(Tensor weight, Tensor bias) {
    return ProductOps.linear(this, weight, bias, 1f);
  }

  /**
   * The same with a factor: {@code factor * (this x weight^T) + bias}, as {@code torch.addmm} with
   * its alpha. A factor other than 1 is multiplied in by one fused multiply-add of each output.
   */
  public Tensor linear(Tensor weight, Tensor bias, float factor) {
    return ProductOps.linear(this, weight, bias, factor);
  }

  // Reductions

  /** The sum of all elements. */
  public Tensor sum() {
    return ReduceOps.sum(this);
  }

  public Tensor sum(int dim) {
    return sum(dim, false);
  }

  /** The sums along a dimension, which is left out or kept with size 1. */
  public Tensor sum(int dim, boolean keepDim) {
    return ReduceOps.sum(this, dim, keepDim);
  }

  /** The mean of all elements. */
  public Tensor mean() {
    return ReduceOps.sum(this).div(data.length);
  }

  public Tensor mean(int dim) {
    return mean(dim, false);
  }

  /** The means along a dimension, which is left out or kept with size 1. */
  public Tensor mean(int dim, boolean keepDim) {
    int along = Shape.dim("mean", dim, shape.length);
    return ReduceOps.sum(this, along, keepDim).div(shape[along]);
  }

  /** The largest element; equal ones share the gradient. */
  public Tensor max() {
    return ReduceOps.max(this);
  }

  /** The largest elements along a dimension and where they are. */
  public record Max(Tensor values, Tensor indices) {}

  /** The largest elements along a dimension, the first among equals, which takes the gradient. */
  public Max max(int dim) {
    return ReduceOps.max(this, dim);
  }

  /** The index of the largest of all elements, the first among equals. */
  public Tensor argmax() {
    return noGrad(() -> flatten(0).max(0).indices());
  }

  /** The indices of the largest elements along a dimension, the first among equals. */
  public Tensor argmax(int dim) {
    int along = Shape.dim("argmax", dim, shape.length);
    return noGrad(() -> max(along).indices());
  }

  /** exp(x) / sum(exp(x)) along a dimension. */
  public Tensor softmax(int dim) {
    return SoftmaxOps.softmax(this, dim);
  }

  /** The softmax over all elements. */
  public Tensor softmax() {
    return flatten(0).softmax(0).reshape(shape);
  }

  /** log(softmax(x)) along a dimension, without the overflow. */
  public Tensor logSoftmax(int dim) {
    return SoftmaxOps.logSoftmax(this, dim);
  }

  /** The log-softmax over all elements. */
  public Tensor logSoftmax() {
    return flatten(0).logSoftmax(0).reshape(shape);
  }

  // Shapes

  /** The same elements in another shape, in which one size may be -1. */
  public Tensor reshape(int... newShape) {
    return ShapeOps.reshape(this, Shape.resolve(newShape, shape));
  }

  /** The dimensions from {@code startDim} on made one. */
  public Tensor flatten(int startDim) {
    return ShapeOps.flatten(this, startDim);
  }

  /** A dimension of size 1 inserted before {@code dim}. */
  public Tensor unsqueeze(int dim) {
    return ShapeOps.unsqueeze(this, dim);
  }

  /** The dimension left out if its size is 1. */
  public Tensor squeeze(int dim) {
    int at = Shape.dim("squeeze", dim, shape.length);
    return ShapeOps.reshape(this, shape[at] == 1 ? Shape.reduced(shape, at, false) : shape);
  }

  /** All dimensions of size 1 left out. */
  public Tensor squeeze() {
    return ShapeOps.reshape(this, Arrays.stream(shape).filter(size -> size != 1).toArray());
  }

  /** The transposed matrix; a vector or a scalar is its own. */
  public Tensor t() {
    return ShapeOps.transpose(this);
  }

  /** The rows of the first dimension in a range, as {@code x[from:to]}. */
  public Tensor slice(int fromInclusive, int toExclusive) {
    return ShapeOps.slice(this, fromInclusive, toExclusive);
  }

  /** One row of the first dimension, which is left out, as {@code x[row]}. */
  public Tensor select(int row) {
    return ShapeOps.select(this, row);
  }

  /** The named rows of the first dimension, as {@code x[rows]}; a row may be named twice. */
  public Tensor indexSelect(int... rows) {
    return ShapeOps.indexSelect(this, rows);
  }

  // For the operations of this package

  /** The same array in another shape: the result of a reshape before it is recorded. */
  Tensor view(int[] newShape) {
    return new Tensor(data, newShape);
  }

  /** Points this view at its source's array, which may have been replaced. */
  void shareDataOf(Tensor source) {
    data = source.data;
  }

  int[] sharedShape() {
    return shape;
  }

  Node node() {
    return node;
  }

  void attach(Node newNode) {
    node = newNode;
    requiresGrad = true;
  }

  void dropGrad() {
    grad = null;
    gradIsZero = false;
    gradTensor = null;
  }

  static List<Tensor> inputs(Tensor... tensors) {
    return List.of(tensors);
  }
}
