package io.beamgrad.nn;

import io.beamgrad.tensor.SparseRows;
import io.beamgrad.tensor.Tensor;
import java.nio.ByteBuffer;
import java.util.Arrays;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.function.IntFunction;
import java.util.function.Supplier;

/**
 * Models of the same layers, one for each key, beside the pooled one of all rows. The last number
 * of a row is the place of its model, from 1; 0 is the pooled one. A row's outputs are to the bit
 * those of a network with its model's weights, whatever other rows are in the batch.
 *
 * <p>{@code [batch, in + 1] -> [batch, out]}, where the layers have {@code [batch, in] -> [batch,
 * out]}. Safe for several threads; nothing is learned through it.
 */
public final class KeyedNetwork extends Module {
  private static final int POOLED = 0;

  private final Module pooled;
  private final int places;
  private final Networks networks;

  /** Networks that run the models of keys in turn, as many as threads have been at it at once. */
  private static final class Networks {
    private final Supplier<? extends Module> maker;
    private final IntFunction<ByteBuffer> weights;
    private final ConcurrentLinkedQueue<Scratch> idle = new ConcurrentLinkedQueue<>();

    Networks(Supplier<? extends Module> maker, IntFunction<ByteBuffer> weights) {
      this.maker = maker;
      this.weights = weights;
    }

    Scratch take() {
      Scratch scratch = idle.poll();
      return scratch == null ? new Scratch(maker.get()) : scratch;
    }

    void give(Scratch scratch) {
      idle.offer(scratch);
    }
  }

  /** A network of one thread at a time. */
  private static final class Scratch {
    private final Module network;
    private final PackedState state;
    private int place = POOLED; // whose weights it has; POOLED for those of its maker

    Scratch(Module network) {
      this.network = network;
      this.state = network.packedState();
      network.eval();
    }

    Module of(int wanted, IntFunction<ByteBuffer> weights) {
      if (place != wanted) {
        state.load(weights.apply(wanted));
        place = wanted;
      }
      return network;
    }
  }

  /** Runs some rows of a batch. */
  @FunctionalInterface
  private interface Rows {
    Tensor outputs(Module network, int[] rows);
  }

  /**
   * The networks of keys.
   *
   * @param pooled the network of rows of place 0
   * @param maker makes networks of the same layers, whose weights mean nothing
   * @param places how many models of keys there are
   * @param weights gives the weights of a place, as {@link PackedState} has them; is safe for
   *     several threads
   */
  public KeyedNetwork(
      Module pooled,
      Supplier<? extends Module> maker,
      int places,
      IntFunction<ByteBuffer> weights) {
    this.pooled = child("pooled", pooled);
    this.places = places;
    this.networks = new Networks(maker, weights);
  }

  @Override
  public Tensor forward(Tensor input) {
    if (input.dim() != 2 || input.size(1) < 2) {
      throw new IllegalArgumentException(
          "KeyedNetwork: expected [batch, in + 1], found " + Arrays.toString(input.shape()));
    }
    int width = input.size(1) - 1;
    float[] x = input.data();
    int[] place = new int[input.size(0)];
    for (int row = 0; row < place.length; row++) {
      place[row] = place(x[row * (width + 1) + width]);
    }
    return outputs(
        place,
        (network, rows) -> {
          float[] own = new float[rows.length * width];
          for (int i = 0; i < rows.length; i++) {
            System.arraycopy(x, rows[i] * (width + 1), own, i * width, width);
          }
          return network.forward(Tensor.wrap(own, rows.length, width));
        });
  }

  @Override
  public Tensor forward(SparseRows input) {
    int width = input.width() - 1;
    int[] place = new int[input.rows()];
    for (int row = 0; row < place.length; row++) {
      int last = input.starts()[row + 1] - 1;
      boolean isKeyed = last >= input.starts()[row] && input.columns()[last] == width;
      place[row] = isKeyed ? place(input.values()[last]) : POOLED;
    }
    return outputs(
        place,
        (network, rows) -> {
          SparseRows own = new SparseRows(width);
          for (int row : rows) {
            own.addColumns(input, row);
          }
          return network.forward(own);
        });
  }

  private int place(float number) {
    int place = (int) number;
    if (place != number || place < POOLED || place > places) {
      throw new IllegalArgumentException(
          "KeyedNetwork: place %s of %s models of keys".formatted(number, places));
    }
    return place;
  }

  /** Runs the rows of each place together, and puts their outputs in the order of the batch. */
  private Tensor outputs(int[] place, Rows rows) {
    if (place.length == 0) {
      return Tensor.noGrad(() -> rows.outputs(pooled, place));
    }
    long[] order = new long[place.length]; // by place, then row
    for (int row = 0; row < order.length; row++) {
      order[row] = (long) place[row] << Integer.SIZE | row;
    }
    Arrays.sort(order);
    Scratch scratch = null; // until a row has a key's model
    Tensor all = null;
    for (int from = 0, next; from < order.length; from = next) {
      int own = (int) (order[from] >>> Integer.SIZE);
      for (next = from; next < order.length && order[next] >>> Integer.SIZE == own; ) {
        next++;
      }
      int[] group = new int[next - from];
      for (int i = 0; i < group.length; i++) {
        group[i] = (int) order[from + i];
      }
      if (own != POOLED && scratch == null) {
        scratch = networks.take();
      }
      Module network = own == POOLED ? pooled : scratch.of(own, networks.weights);
      Tensor found = Tensor.noGrad(() -> rows.outputs(network, group));
      all = all == null ? like(found, place.length) : all;
      copy(found, group, all);
    }
    if (scratch != null) {
      networks.give(scratch);
    }
    return all;
  }

  private static Tensor like(Tensor outputs, int rows) {
    int[] shape = outputs.shape().clone();
    shape[0] = rows;
    return Tensor.zeros(shape);
  }

  private static void copy(Tensor from, int[] rows, Tensor to) {
    int width = from.elements() / rows.length;
    for (int i = 0; i < rows.length; i++) {
      System.arraycopy(from.data(), i * width, to.data(), rows[i] * width, width);
    }
  }

  @Override
  public String toString() {
    return "KeyedNetwork(%s, keys=%s)".formatted(pooled, places);
  }
}
