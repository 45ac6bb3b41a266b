package io.beamgrad.tensor;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.Deque;
import java.util.List;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Supplier;

/**
 * The graph of operations. Each operation is a node that can compute its output again in place and
 * can add its part to its inputs' gradients; the order of recording is the order of the graph.
 */
public final class Autograd {

  private static final AtomicLong NUMBERS = new AtomicLong();
  private static final ThreadLocal<Mode> MODE = ThreadLocal.withInitial(Mode::new);

  private static final class Mode {
    boolean gradEnabled = true;
    RecordedStep recording;
  }

  private Autograd() {}

  /**
   * Computes {@code output} by {@code forward} and enters the operation into the graph. This is how
   * every operation is made, and how to add one.
   *
   * <p>Both closures read arrays through {@link Tensor#data} and {@link Tensor#gradData} each time
   * they run: a recorded step runs them again and again. {@code backward} runs only if an input
   * requires a gradient, and must look at {@link Tensor#requiresGrad} of each.
   *
   * @param forward fills the output's data from the inputs' data, whatever it held before
   * @param backward adds to the {@code gradData} of each input that requires a gradient
   */
  public static Tensor record(
      Tensor output, List<Tensor> inputs, Runnable forward, Runnable backward) {
    Mode mode = MODE.get();
    forward.run();
    boolean needsGrad = false;
    for (Tensor input : inputs) {
      needsGrad |= input.requiresGrad();
    }
    needsGrad &= mode.gradEnabled;
    if (needsGrad || mode.recording != null) {
      Node node = new Node(NUMBERS.getAndIncrement(), output, inputs, forward, backward);
      if (needsGrad) {
        output.attach(node);
      }
      if (mode.recording != null) {
        mode.recording.add(node);
      }
    }
    return output;
  }

  static boolean gradEnabled() {
    return MODE.get().gradEnabled;
  }

  static <T> T noGrad(Supplier<T> body) {
    Mode mode = MODE.get();
    boolean before = mode.gradEnabled;
    mode.gradEnabled = false;
    try {
      return body.get();
    } finally {
      mode.gradEnabled = before;
    }
  }

  /** Runs a body whose nodes are also entered into {@code step}. */
  static Tensor recordInto(RecordedStep step, Supplier<Tensor> body) {
    Mode mode = MODE.get();
    if (mode.recording != null) {
      throw new IllegalStateException("record: this thread is recording a step already");
    }
    mode.recording = step;
    try {
      return body.get();
    } finally {
      mode.recording = null;
    }
  }

  /** Adds the gradients of a tensor of one element to all that it was computed from. */
  static void backward(Tensor root) {
    checkRoot(root);
    if (root.node() == null) {
      root.gradData()[0] += 1f;
      return;
    }
    List<Node> nodes = reachable(root.node());
    root.gradData()[0] += 1f;
    for (Node node : nodes) {
      node.runBackward();
    }
    for (Node node : nodes) {
      node.free();
    }
  }

  static void checkRoot(Tensor root) {
    if (root.elements() != 1) {
      throw new IllegalStateException(
          "backward: the tensor has shape "
              + Shape.text(root.shape())
              + "; only a tensor of one element has a backward");
    }
    if (!root.requiresGrad()) {
      throw new IllegalStateException("backward: the tensor has no graph and requires no grad");
    }
  }

  /** The nodes that a root was computed from, itself included, the latest first. */
  static List<Node> reachable(Node root) {
    List<Node> nodes = new ArrayList<>();
    Deque<Node> open = new ArrayDeque<>();
    long mark = NUMBERS.getAndIncrement();
    root.markOnce(mark);
    open.push(root);
    while (!open.isEmpty()) {
      Node node = open.pop();
      nodes.add(node);
      for (Tensor input : node.inputs()) {
        if (input.node() != null && input.node().markOnce(mark)) {
          open.push(input.node());
        }
      }
    }
    nodes.sort(Comparator.comparingLong(Node::number).reversed());
    return nodes;
  }
}
