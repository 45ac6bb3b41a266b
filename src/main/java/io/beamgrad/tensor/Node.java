package io.beamgrad.tensor;

import java.util.List;

/** One operation of the graph. */
final class Node {

  private final long number;
  private final Tensor output;
  private List<Tensor> inputs;
  private Runnable forward;
  private Runnable backward;
  private long mark = -1;

  Node(long number, Tensor output, List<Tensor> inputs, Runnable forward, Runnable backward) {
    this.number = number;
    this.output = output;
    this.inputs = inputs;
    this.forward = forward;
    this.backward = backward;
  }

  long number() {
    return number;
  }

  List<Tensor> inputs() {
    if (inputs == null) {
      throw new IllegalStateException(
          "backward: the graph was freed by an earlier backward; compute the loss again");
    }
    return inputs;
  }

  /** Whether this is the first visit with this mark. */
  boolean markOnce(long newMark) {
    boolean first = mark != newMark;
    mark = newMark;
    return first;
  }

  void runForward() {
    forward.run();
  }

  /** Passes the output's gradient on to the inputs, if it has been given one. */
  void runBackward() {
    if (output.hasGrad()) {
      backward.run();
    }
  }

  void zeroGrad() {
    output.zeroGrad();
  }

  /** Lets go of what only backward needs: the closures, the inputs, and the output's gradient. */
  void free() {
    inputs = null;
    forward = null;
    backward = null;
    output.dropGrad();
  }
}
