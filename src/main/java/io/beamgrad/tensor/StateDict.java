package io.beamgrad.tensor;

import java.util.Arrays;
import java.util.LinkedHashSet;
import java.util.Map;
import java.util.Set;

/** The check that named tensors fit where they are to be loaded. */
public final class StateDict {

  private StateDict() {}

  /**
   * Checks names and shapes.
   *
   * @param who begins the message
   * @throws IllegalArgumentException if a name is missing or unknown, or a shape differs
   */
  public static void check(String who, Map<String, Tensor> expected, Map<String, Tensor> found) {
    Set<String> missing = new LinkedHashSet<>(expected.keySet());
    missing.removeAll(found.keySet());
    Set<String> unknown = new LinkedHashSet<>(found.keySet());
    unknown.removeAll(expected.keySet());
    if (!missing.isEmpty() || !unknown.isEmpty()) {
      throw new IllegalArgumentException(who + ": missing " + missing + ", unknown " + unknown);
    }
    expected.forEach(
        (name, tensor) -> {
          int[] shape = found.get(name).shape();
          if (!Arrays.equals(shape, tensor.shape())) {
            throw new IllegalArgumentException(
                who
                    + ": "
                    + name
                    + " has shape "
                    + Arrays.toString(shape)
                    + ", expected "
                    + Arrays.toString(tensor.shape()));
          }
        });
  }
}
