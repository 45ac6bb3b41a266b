package io.beamgrad.tensor;

import java.util.ArrayList;
import java.util.List;
import java.util.function.Supplier;

/**
 * A computation of a loss that was recorded once and can be run again on the same arrays: no graph
 * is built and nothing is allocated. The closures are those of the first run, so the bits are the
 * same too. New inputs are written into the input tensors' {@link Tensor#data}.
 *
 * <p>Only the operations are repeated, not the Java code around them. A step in which that code
 * looked at values or made tensors from numbers is therefore not {@link #replayable}.
 */
public final class RecordedStep {

  private final List<Node> nodes = new ArrayList<>();
  private Node[] forwardOrder;
  private Node[] backwardOrder;
  private Tensor loss;
  private boolean replayable = true;

  private RecordedStep() {}

  /** Computes a loss, and keeps how. */
  public static RecordedStep record(Supplier<Tensor> computeLoss) {
    RecordedStep step = new RecordedStep();
    step.loss = Autograd.recordInto(step, computeLoss);
    Autograd.checkRoot(step.loss);
    step.forwardOrder = step.nodes.toArray(new Node[0]);
    step.backwardOrder =
        step.loss.node() == null
            ? new Node[0]
            : Autograd.reachable(step.loss.node()).toArray(new Node[0]);
    return step;
  }

  void add(Node node) {
    nodes.add(node);
  }

  void setNotReplayable() {
    replayable = false;
  }

  /** Whether {@link #forward} repeats all that the recorded code did. */
  public boolean replayable() {
    return replayable;
  }

  /** The loss of the last run: one element, the same tensor each time. */
  public Tensor loss() {
    return loss;
  }

  /** Computes the loss from what the input tensors and parameters hold now. */
  public void forward() {
    for (Node node : forwardOrder) {
      node.runForward();
    }
  }

  /** Adds the loss's gradients to the parameters' gradients; may be called after each forward. */
  public void backward() {
    for (Node node : backwardOrder) {
      node.zeroGrad();
    }
    loss.gradData()[0] += 1f;
    for (Node node : backwardOrder) {
      node.runBackward();
    }
  }
}
