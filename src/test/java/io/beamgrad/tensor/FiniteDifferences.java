package io.beamgrad.tensor;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.util.List;
import java.util.function.Supplier;

/** Checks gradients against central differences of the loss. */
public final class FiniteDifferences {

  private static final float STEP = 0x1p-7f;

  private FiniteDifferences() {}

  /**
   * Checks the gradient of every element of the leaves, to a hundredth of each leaf's largest and
   * what float32 leaves of a difference.
   *
   * @param loss computes a tensor of one element from the leaves
   */
  public static void check(List<Tensor> leaves, Supplier<Tensor> loss) {
    leaves.forEach(leaf -> leaf.requiresGrad(true).zeroGrad());
    Tensor first = loss.get();
    double lost = 2 * Math.ulp(first.item()) / STEP;
    first.backward();
    for (Tensor leaf : leaves) {
      double largest = 0;
      for (float g : leaf.grad().data()) {
        largest = Math.max(largest, Math.abs(g));
      }
      double tolerance = 0.01 * largest + lost;
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
