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
   * @param expected the shapes by name
   * @throws IllegalArgumentException if a name is missing or unknown, or a shape differs
   */
  public static void check(String who, Map<String, int[]> expected, Map<String, Tensor> found) {
    Set<String> missing = new LinkedHashSet<>(expected.keySet());
    missing.removeAll(found.keySet());
    Set<String> unknown = new LinkedHashSet<>(found.keySet());
    unknown.removeAll(expected.keySet());
    if (!missing.isEmpty() || !unknown.isEmpty()) {
      throw new IllegalArgumentException(who + ": missing " + missing + ", unknown " + unknown);
    }
    expected.forEach(
        (name, wanted) -> {
          int[] shape = found.get(name).shape();
          if (!Arrays.equals(shape, wanted)) {
            throw new IllegalArgumentException(
                who
                    + ": "
                    + name
                    + " has shape "
                    + Arrays.toString(shape)
                    + ", expected "
                    + Arrays.toString(wanted));
          }
        });
  }
}
