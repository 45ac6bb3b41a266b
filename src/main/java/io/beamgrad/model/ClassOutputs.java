package io.beamgrad.model;

import io.beamgrad.schema.LinearLayer;
import java.util.ArrayList;
import java.util.List;

/**
 * The outputs of layers whose last linear layer has one for each class of the training rows, how
 * many of them there ever are. Until that is known its {@code outFeatures} are {@link #OPEN}, and
 * no network can be built.
 */
public final class ClassOutputs {
  /** In place of a number of outputs. */
  public static final int OPEN = 0;

  private ClassOutputs() {}

  /** Whether the number of outputs is yet to be learned. */
  public static boolean areOpen(List<Object> layers) {
    return layers.stream().anyMatch(ClassOutputs::isOpen);
  }

  private static boolean isOpen(Object layer) {
    return layer instanceof LinearLayer linear && linear.getOutFeatures() == OPEN;
  }

  /** The layers with a number of outputs; the same ones where they have it already. */
  public static List<Object> of(List<Object> layers, int classes) {
    List<Object> known = new ArrayList<>();
    for (Object layer : layers) {
      known.add(isOpen(layer) ? withOutputs((LinearLayer) layer, classes) : layer);
    }
    return List.copyOf(known);
  }

  private static LinearLayer withOutputs(LinearLayer open, int classes) {
    return LinearLayer.newBuilder(open).setOutFeatures(classes).build();
  }
}
