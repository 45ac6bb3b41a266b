package io.beamgrad.spec;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.beamgrad.failure.WrongInputException;
import io.beamgrad.schema.SchedulePer;
import io.beamgrad.spec.JobSpec.Layer;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/** Model, loss, optimiser and schedule of a spec from their trees and back. */
final class TrainingTree {
  private static final JsonNodeFactory NODES = JsonNodeFactory.instance;

  private TrainingTree() {}

  static List<Layer> layers(JsonNode tree) {
    List<Layer> layers = new ArrayList<>();
    for (JsonNode layer : tree) {
      String kind = layer.isTextual() ? layer.textValue() : layer.fieldNames().next();
      layers.add(
          switch (kind) {
            case "flatten" -> new Layer.Flatten();
            case "linear" -> new Layer.Linear(layer.get(kind).get("out").intValue());
            case "relu" -> new Layer.Relu();
            case "tanh" -> new Layer.Tanh();
            case "sigmoid" -> new Layer.Sigmoid();
            case "dropout" -> new Layer.Dropout(layer.get(kind).get("p").doubleValue());
            default -> throw new IllegalStateException("a layer without code: " + kind);
          });
    }
    return layers;
  }

  static ArrayNode ofLayers(List<Layer> layers) {
    ArrayNode tree = NODES.arrayNode();
    for (Layer layer : layers) {
      if (layer instanceof Layer.Linear linear) {
        tree.addObject().putObject("linear").put("out", linear.out());
      } else if (layer instanceof Layer.Dropout dropout) {
        tree.addObject().putObject("dropout").put("p", dropout.p());
      } else {
        tree.add(layer.getClass().getSimpleName().toLowerCase(Locale.ROOT));
      }
    }
    return tree;
  }

  static JobSpec.Loss loss(JsonNode tree) {
    String kind = tree.isTextual() ? tree.textValue() : tree.fieldNames().next();
    JsonNode keys = tree.get(kind);
    return switch (kind) {
      case "cross_entropy" -> {
        List<Double> weights = new ArrayList<>();
        keys.get("classWeights").forEach(weight -> weights.add(weight.doubleValue()));
        yield new JobSpec.Loss.CrossEntropy(keys.get("labelSmoothing").doubleValue(), weights);
      }
      case "binary_cross_entropy" -> new JobSpec.Loss.BinaryCrossEntropy();
      case "mse" -> new JobSpec.Loss.Mse();
      case "l1" -> new JobSpec.Loss.L1();
      case "huber" -> new JobSpec.Loss.Huber(keys.get("delta").doubleValue());
      default -> throw new IllegalStateException("a loss without code: " + kind);
    };
  }

  static JsonNode of(JobSpec.Loss loss) {
    ObjectNode tree = NODES.objectNode();
    if (loss instanceof JobSpec.Loss.CrossEntropy crossEntropy) {
      ObjectNode keys = tree.putObject("cross_entropy");
      keys.put("labelSmoothing", crossEntropy.labelSmoothing());
      keys.putNull("classWeights");
      if (!crossEntropy.classWeights().isEmpty()) {
        crossEntropy.classWeights().forEach(keys.putArray("classWeights")::add);
      }
      return tree;
    }
    if (loss instanceof JobSpec.Loss.Huber huber) {
      tree.putObject("huber").put("delta", huber.delta());
      return tree;
    }
    return NODES.textNode(loss.word());
  }

  static JobSpec.Optimizer optimizer(JsonNode tree) {
    String kind = tree.fieldNames().next();
    JsonNode keys = tree.get(kind);
    if (kind.equals("sgd")) {
      return new JobSpec.Sgd(
          keys.get("lr").doubleValue(),
          keys.get("momentum").doubleValue(),
          keys.get("nesterov").booleanValue(),
          keys.get("weightDecay").doubleValue());
    }
    return new JobSpec.Adam(
        keys.get("lr").doubleValue(),
        keys.get("beta1").doubleValue(),
        keys.get("beta2").doubleValue(),
        keys.get("eps").doubleValue(),
        keys.get("weightDecay").doubleValue(),
        kind.equals("adamw"));
  }

  static ObjectNode of(JobSpec.Optimizer optimizer) {
    ObjectNode tree = NODES.objectNode();
    if (optimizer instanceof JobSpec.Sgd sgd) {
      tree.putObject("sgd")
          .put("lr", sgd.lr())
          .put("momentum", sgd.momentum())
          .put("nesterov", sgd.nesterov())
          .put("weightDecay", sgd.weightDecay());
    } else if (optimizer instanceof JobSpec.Adam adam) {
      tree.putObject(adam.decoupled() ? "adamw" : "adam")
          .put("lr", adam.lr())
          .put("beta1", adam.beta1())
          .put("beta2", adam.beta2())
          .put("eps", adam.eps())
          .put("weightDecay", adam.weightDecay());
    }
    return tree;
  }

  /**
   * @throws WrongInputException where there is more than one decay
   */
  static JobSpec.Schedule schedule(JsonNode tree, SpecSource source) {
    List<JobSpec.Decay> decays = new ArrayList<>();
    if (tree.get("step") instanceof ObjectNode step) {
      decays.add(
          new JobSpec.StepDecay(step.get("size").longValue(), step.get("gamma").doubleValue()));
    }
    if (tree.get("exponential") instanceof ObjectNode exponential) {
      decays.add(new JobSpec.ExponentialDecay(exponential.get("gamma").doubleValue()));
    }
    if (tree.get("cosine") instanceof ObjectNode cosine) {
      JsonNode length = cosine.get("length");
      decays.add(
          new JobSpec.CosineDecay(
              length.isNull() ? null : length.longValue(), cosine.get("min").doubleValue()));
    }
    if (decays.size() > 1) {
      throw source.error("schedule", "must have one of step, exponential, cosine, was " + tree);
    }
    JsonNode warmUp = tree.get("warmUp");
    return new JobSpec.Schedule(
        SchedulePer.valueOf(tree.get("per").textValue().toUpperCase(Locale.ROOT)),
        warmUp == null
            ? null
            : new JobSpec.WarmUp(
                warmUp.get("length").longValue(), warmUp.get("start").doubleValue()),
        decays.isEmpty() ? null : decays.get(0));
  }

  static ObjectNode of(JobSpec.Schedule schedule) {
    ObjectNode tree = NODES.objectNode();
    tree.put("per", schedule.per().name().toLowerCase(Locale.ROOT));
    if (schedule.warmUp() != null) {
      tree.putObject("warmUp")
          .put("length", schedule.warmUp().length())
          .put("start", schedule.warmUp().start());
    }
    if (schedule.decay() instanceof JobSpec.StepDecay step) {
      tree.putObject("step").put("size", step.size()).put("gamma", step.gamma());
    } else if (schedule.decay() instanceof JobSpec.ExponentialDecay exponential) {
      tree.putObject("exponential").put("gamma", exponential.gamma());
    } else if (schedule.decay() instanceof JobSpec.CosineDecay cosine) {
      tree.putObject("cosine").put("length", cosine.length()).put("min", cosine.min());
    }
    return tree;
  }
}
