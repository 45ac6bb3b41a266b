package io.beamgrad.tensor;

import java.util.ArrayList;
import java.util.List;
import java.util.function.Supplier;

/**
 * A computation of a loss that was recorded once and can be run again on the same arrays: no graph
 * is built and nothing is allocated. The closures are those of the first run, so the bits are the
 * same too. New inputs are written into the input tensors' {@link Tensor#data}.
 *
 * <p>Only the operations are repeated, not the Java code around them. Numbers that this code
 * computed, branches that it took, tensors that it made or read values of, and whether a parameter
 * required a gradient stay those of the first run, and nothing looks for such code: record only
 * what is known to depend on the input tensors and parameters alone. The {@code Trainer} records
 * only models and losses that consist of this library's own classes.
 */
public final class RecordedStep {

  private final List<Node> nodes = new ArrayList<>();
  private Node[] forwardOrder;
  private Node[] backwardOrder;
  private Tensor loss;

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

  /** Computes outputs without gradients, and keeps how: it has no loss and no backward. */
  public static RecordedStep recordForward(Supplier<Tensor> computeOutputs) {
    RecordedStep step = new RecordedStep();
    Tensor.noGrad(() -> Autograd.recordInto(step, computeOutputs));
    step.forwardOrder = step.nodes.toArray(new Node[0]);
    return step;
  }

  void add(Node node) {
    nodes.add(node);
  }

  /** The loss of the last run: one element, the same tensor each time; null of a forward alone. */
  public Tensor loss() {
    return loss;
  }

  /** Computes the loss, or the outputs, from what the input tensors and parameters hold now. */
  public void forward() {
    for (Node node : forwardOrder) {
      node.runForward();
    }
  }

  /**
   * Adds the loss's gradients to the parameters' gradients; may be called after each forward.
   *
   * @throws IllegalStateException if only a forward was recorded
   */
  public void backward() {
    if (loss == null) {
      throw new IllegalStateException("backward: only a forward was recorded");
    }
    for (Node node : backwardOrder) {
      node.zeroGrad();
    }
    loss.gradData()[0] += 1f;
    for (Node node : backwardOrder) {
      node.runBackward();
    }
  }
}
