package io.beamgrad.job;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.beamgrad.job.JobSpec.Layer;
import io.beamgrad.schema.FileFormat;
import io.beamgrad.schema.LossKind;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import org.checkerframework.checker.nullness.qual.Nullable;

/** A spec from its tree and back; both have the keys of {@link SpecKeys}. */
final class SpecTree {
  private static final JsonNodeFactory NODES = JsonNodeFactory.instance;

  private SpecTree() {}

  /**
   * @param given the tree as the file has it
   * @param overrides {@code KEY=VALUE} texts to lay over it
   */
  static JobSpec toSpec(JsonNode given, Path file, List<String> overrides, SpecSource source) {
    if (given instanceof ObjectNode tree) {
      overrides.forEach(override -> source.override(tree, override));
    }
    ObjectNode tree = SpecResolver.resolve(given, source);
    if (tree.get("name").isNull()) {
      tree.set("name", nameOf(file, source));
    }
    long seed = tree.get("seed").longValue();
    JsonNode split = tree.get("split");
    JobSpec spec =
        new JobSpec(
            tree.get("name").textValue(),
            seed,
            data(tree.get("data"), source),
            new JobSpec.SplitSpec(
                split.get("validation").doubleValue(), split.get("seed").asLong(seed)),
            layers(tree.get("model")),
            LossKind.valueOf(tree.get("loss").textValue().toUpperCase(Locale.ROOT)),
            optimizer(tree.get("optimizer")),
            tree.get("batch").intValue(),
            tree.get("epochs").intValue(),
            path(tree.get("init"), "init", source),
            new JobSpec.Shuffle(tree.get("shuffle").get("full").longValue()),
            tree.get("blockCache").intValue(),
            new JobSpec.Sinks(tree.get("sinks").get("csv").booleanValue()));
    SpecRules.check(spec, source);
    return spec;
  }

  static ObjectNode of(JobSpec spec) {
    ObjectNode tree = NODES.objectNode();
    tree.put("name", spec.name());
    tree.put("seed", spec.seed());
    tree.set("data", of(spec.data(), spec.loss()));
    tree.putObject("split")
        .put("validation", spec.split().validation())
        .put("seed", spec.split().seed());
    tree.set("model", of(spec.model()));
    tree.put("loss", spec.loss().name().toLowerCase(Locale.ROOT));
    tree.set("optimizer", of(spec.optimizer()));
    tree.put("batch", spec.batch());
    tree.put("epochs", spec.epochs());
    tree.put("init", spec.init() == null ? null : spec.init().toString());
    tree.putObject("shuffle").put("full", spec.shuffle().full());
    tree.put("blockCache", spec.blockCache());
    tree.putObject("sinks").put("csv", spec.sinks().csv());
    return tree;
  }

  private static JsonNode nameOf(Path file, SpecSource source) {
    String name = file.getFileName().toString().replaceFirst("\\.ya?ml$", "");
    Allowed.name()
        .complaint(NODES.textNode(name))
        .ifPresent(
            complaint -> {
              throw source.error("name", "is the file's where left out, and " + complaint);
            });
    return NODES.textNode(name);
  }

  private static JobSpec.Data data(JsonNode tree, SpecSource source) {
    JsonNode generate = tree.get("generate");
    return new JobSpec.Data(
        FileFormat.valueOf(tree.get("format").textValue().toUpperCase(Locale.ROOT)),
        path(tree.get("dir"), "data.dir", source),
        tree.get("train").textValue(),
        tree.get("test").textValue(),
        texts(tree.get("features")),
        texts(tree.get("target")),
        tree.get("scale").isNull() ? null : tree.get("scale").doubleValue(),
        tree.get("standardise").booleanValue(),
        tree.get("maxRejects").doubleValue(),
        new JobSpec.Generate(
            generate.get("digits").isNull() ? null : generate.get("digits").intValue(),
            generate.get("seed").longValue()));
  }

  private static ObjectNode of(JobSpec.Data data, LossKind loss) {
    ObjectNode tree = NODES.objectNode();
    tree.put("format", data.format().name().toLowerCase(Locale.ROOT));
    tree.put("dir", data.dir().toString());
    tree.put("train", data.train());
    tree.put("test", data.test());
    tree.set("features", data.features().isEmpty() ? null : of(data.features()));
    if (data.targets().isEmpty()) {
      tree.putNull("target");
    } else if (loss == LossKind.CROSS_ENTROPY) {
      tree.put("target", data.targets().get(0));
    } else {
      tree.set("target", of(data.targets()));
    }
    tree.put("scale", data.scale());
    tree.put("standardise", data.standardise());
    tree.put("maxRejects", data.maxRejects());
    tree.putObject("generate")
        .put("digits", data.generate().digits())
        .put("seed", data.generate().seed());
    return tree;
  }

  private static List<Layer> layers(JsonNode tree) {
    List<Layer> layers = new ArrayList<>();
    for (JsonNode layer : tree) {
      String kind = layer.isTextual() ? layer.textValue() : layer.fieldNames().next();
      layers.add(
          switch (kind) {
            case "flatten" -> new Layer.Flatten();
            case "linear" -> new Layer.Linear(layer.get(kind).get("out").intValue());
            case "relu" -> new Layer.Relu();
            default -> throw new IllegalStateException("a layer without code: " + kind);
          });
    }
    return layers;
  }

  private static ArrayNode of(List<?> layersOrNames) {
    ArrayNode tree = NODES.arrayNode();
    for (Object entry : layersOrNames) {
      if (entry instanceof Layer.Linear linear) {
        tree.addObject().putObject("linear").put("out", linear.out());
      } else if (entry instanceof Layer layer) {
        tree.add(layer instanceof Layer.Flatten ? "flatten" : "relu");
      } else {
        tree.add((String) entry);
      }
    }
    return tree;
  }

  private static JobSpec.Optimizer optimizer(JsonNode tree) {
    JsonNode sgd = tree.get("sgd");
    if (sgd != null) {
      return new JobSpec.Sgd(
          sgd.get("lr").doubleValue(),
          sgd.get("momentum").doubleValue(),
          sgd.get("nesterov").booleanValue(),
          sgd.get("weightDecay").doubleValue());
    }
    JsonNode adam = tree.get("adam");
    return new JobSpec.Adam(
        adam.get("lr").doubleValue(),
        adam.get("beta1").doubleValue(),
        adam.get("beta2").doubleValue(),
        adam.get("eps").doubleValue(),
        adam.get("weightDecay").doubleValue());
  }

  private static ObjectNode of(JobSpec.Optimizer optimizer) {
    ObjectNode tree = NODES.objectNode();
    if (optimizer instanceof JobSpec.Sgd sgd) {
      tree.putObject("sgd")
          .put("lr", sgd.lr())
          .put("momentum", sgd.momentum())
          .put("nesterov", sgd.nesterov())
          .put("weightDecay", sgd.weightDecay());
    } else if (optimizer instanceof JobSpec.Adam adam) {
      tree.putObject("adam")
          .put("lr", adam.lr())
          .put("beta1", adam.beta1())
          .put("beta2", adam.beta2())
          .put("eps", adam.eps())
          .put("weightDecay", adam.weightDecay());
    }
    return tree;
  }

  private static @Nullable Path path(JsonNode text, String key, SpecSource source) {
    if (text.isNull()) {
      return null;
    }
    try {
      return Path.of(text.textValue()).toAbsolutePath().normalize();
    } catch (InvalidPathException e) {
      throw source.error(key, "must be a path, was " + Allowed.shown(text));
    }
  }

  private static List<String> texts(JsonNode textOrList) {
    List<String> texts = new ArrayList<>();
    if (textOrList.isTextual()) {
      texts.add(textOrList.textValue());
    }
    textOrList.forEach(text -> texts.add(text.textValue()));
    return List.copyOf(texts);
  }
}
