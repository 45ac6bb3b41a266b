package io.beamgrad.tensor;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.util.List;
import java.util.function.Supplier;

/** Checks gradients against central differences of the loss. */
public final class FiniteDifferences {

  private static final float STEP = 1e-2f;

  private FiniteDifferences() {}

  /**
   * Checks the gradient of every element of the leaves.
   *
   * @param loss computes a tensor of one element from the leaves
   */
  public static void check(List<Tensor> leaves, Supplier<Tensor> loss, double tolerance) {
    leaves.forEach(leaf -> leaf.requiresGrad(true).zeroGrad());
    loss.get().backward();
    for (Tensor leaf : leaves) {
      for (int i = 0; i < leaf.elements(); i++) {
        float value = leaf.data()[i];
        leaf.data()[i] = value + STEP;
        double up = loss.get().item();
        leaf.data()[i] = value - STEP;
        double down = loss.get().item();
        leaf.data()[i] = value;
        double slope = (up - down) / (((double) value + STEP) - ((double) value - STEP));
        assertEquals(slope, leaf.grad().data()[i], tolerance, "element " + i);
      }
    }
  }
}
