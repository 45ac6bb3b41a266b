package io.beamgrad.spec;

import com.fasterxml.jackson.databind.JsonNode;
import io.beamgrad.schema.BinaryCrossEntropy;
import io.beamgrad.schema.CrossEntropy;
import io.beamgrad.schema.DropoutLayer;
import io.beamgrad.schema.FlattenLayer;
import io.beamgrad.schema.Huber;
import io.beamgrad.schema.LinearLayer;
import io.beamgrad.schema.MeanAbsoluteError;
import io.beamgrad.schema.SigmoidLayer;
import io.beamgrad.schema.TanhLayer;
import java.util.List;
import java.util.stream.Collectors;

/** The layers and the loss of a plan or a model file in the words of a spec. */
public final class NetworkText {
  private static final int MOST_WEIGHTS = 20;

  private NetworkText() {}

  /** The loss as a spec has it. */
  public static JsonNode tree(Object loss) {
    if (loss instanceof CrossEntropy crossEntropy) {
      return TrainingTree.of(
          new JobSpec.Loss.CrossEntropy(
              crossEntropy.getLabelSmoothing(),
              crossEntropy.getClassWeights().stream()
                  .map(weight -> Double.valueOf(weight.toString()))
                  .toList()));
    }
    return TrainingTree.of(
        loss instanceof Huber huber ? new JobSpec.Loss.Huber(huber.getDelta()) : otherLoss(loss));
  }

  private static JobSpec.Loss otherLoss(Object loss) {
    if (loss instanceof BinaryCrossEntropy) {
      return new JobSpec.Loss.BinaryCrossEntropy();
    }
    return loss instanceof MeanAbsoluteError ? new JobSpec.Loss.L1() : new JobSpec.Loss.Mse();
  }

  public static List<String> layers(List<Object> layers) {
    return layers.stream().map(NetworkText::layer).toList();
  }

  private static String layer(Object layer) {
    if (layer instanceof LinearLayer linear) {
      return "linear " + linear.getOutFeatures();
    }
    if (layer instanceof DropoutLayer dropout) {
      return "dropout " + dropout.getP();
    }
    if (layer instanceof FlattenLayer) {
      return "flatten";
    }
    if (layer instanceof TanhLayer) {
      return "tanh";
    }
    return layer instanceof SigmoidLayer ? "sigmoid" : "relu";
  }

  public static String loss(Object loss) {
    if (loss instanceof CrossEntropy crossEntropy) {
      List<Float> weights = crossEntropy.getClassWeights();
      String some =
          weights.stream()
              .limit(MOST_WEIGHTS)
              .map(Object::toString)
              .collect(Collectors.joining(", "));
      return "cross_entropy"
          + (crossEntropy.getLabelSmoothing() == 0
              ? ""
              : ", label smoothing " + crossEntropy.getLabelSmoothing())
          + (weights.isEmpty() ? "" : ", class weights " + some)
          + (weights.size() > MOST_WEIGHTS ? ", ... (%,d)".formatted(weights.size()) : "");
    }
    if (loss instanceof BinaryCrossEntropy) {
      return "binary_cross_entropy";
    }
    if (loss instanceof Huber huber) {
      return "huber, delta " + huber.getDelta();
    }
    return loss instanceof MeanAbsoluteError ? "l1" : "mse";
  }
}
