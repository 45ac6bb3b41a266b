package io.beamgrad.spec;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.beamgrad.data.formats.CsvStyle;
import io.beamgrad.data.formats.Format;
import io.beamgrad.data.split.Holdout;
import io.beamgrad.data.split.SplitRule;
import io.beamgrad.failure.WrongInputException;
import io.beamgrad.schema.FileFormat;
import java.math.BigDecimal;
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
      validateOnWhatSaysSo(tree);
    }
    ObjectNode tree = SpecResolver.resolve(given, source);
    if (tree.get("name").isNull()) {
      tree.set("name", nameOf(file, source));
    }
    long seed = tree.get("seed").longValue();
    JsonNode split = tree.get("split");
    JobSpec.Loss loss = TrainingTree.loss(tree.get("loss"));
    JsonNode stopping = tree.get("earlyStopping");
    JobSpec spec =
        new JobSpec(
            tree.get("name").textValue(),
            seed,
            data(tree.get("data"), source),
            split(split, seed, source),
            TrainingTree.layers(tree.get("model")),
            loss,
            TrainingTree.optimizer(tree.get("optimizer")),
            TrainingTree.schedule(tree.get("schedule"), source),
            number(tree.get("clipGradNorm")),
            new JobSpec.Penalty(
                tree.get("penalty").get("l1").doubleValue(),
                tree.get("penalty").get("l2").doubleValue()),
            new JobSpec.EarlyStopping(
                stopping.get("patience").isNull() ? null : stopping.get("patience").intValue(),
                stopping.get("minDelta").doubleValue()),
            tree.get("batch").intValue(),
            tree.get("epochs").intValue(),
            path(tree.get("init"), "init", source),
            new JobSpec.Shuffle(tree.get("shuffle").get("full").longValue()),
            tree.get("blockCache").intValue(),
            new JobSpec.Sinks(
                tree.get("sinks").get("csv").booleanValue(),
                tree.get("sinks").get("tensorboard").booleanValue()),
            RetrainTree.retrain(tree.get("retrain"), loss.isOfClasses(), source));
    SpecRules.check(spec, source);
    return spec;
  }

  static ObjectNode of(JobSpec spec) {
    ObjectNode tree = NODES.objectNode();
    tree.put("name", spec.name());
    tree.put("seed", spec.seed());
    tree.set("data", of(spec.data(), spec.loss()));
    tree.set("split", of(spec.split()));
    tree.set("model", TrainingTree.ofLayers(spec.model()));
    tree.set("loss", TrainingTree.of(spec.loss()));
    tree.set("optimizer", TrainingTree.of(spec.optimizer()));
    tree.set("schedule", TrainingTree.of(spec.schedule()));
    tree.put("clipGradNorm", spec.clipGradNorm());
    tree.putObject("penalty").put("l1", spec.penalty().l1()).put("l2", spec.penalty().l2());
    tree.putObject("earlyStopping")
        .put("patience", spec.earlyStopping().patience())
        .put("minDelta", spec.earlyStopping().minDelta());
    tree.put("batch", spec.batch());
    tree.put("epochs", spec.epochs());
    tree.put("init", spec.init() == null ? null : spec.init().toString());
    tree.putObject("shuffle").put("full", spec.shuffle().full());
    tree.put("blockCache", spec.blockCache());
    tree.putObject("sinks")
        .put("csv", spec.sinks().csv())
        .put("tensorboard", spec.sinks().tensorboard());
    tree.set("retrain", RetrainTree.of(spec.retrain()));
    return tree;
  }

  private static JsonNode nameOf(Path file, SpecSource source) {
    String name = file.getFileName().toString().replaceFirst("\\.ya?ml$", "");
    AllowedValues.name()
        .complaint(NODES.textNode(name))
        .ifPresent(
            complaint -> {
              throw source.error("name", "is the file's where left out, and " + complaint);
            });
    return NODES.textNode(name);
  }

  /** The default share is for rows of which nothing else says that they validate. */
  private static void validateOnWhatSaysSo(ObjectNode tree) {
    boolean isSaid =
        tree.at("/split/by/column").isTextual() || !texts(tree.at("/data/validation")).isEmpty();
    JsonNode split = tree.get("split");
    if (isSaid && (split == null || AllowedValues.isNothing(split))) {
      split = tree.putObject("split");
    }
    if (isSaid && split instanceof ObjectNode keys && !keys.has("validation")) {
      keys.put("validation", 0);
    }
  }

  private static JobSpec.SplitSpec split(JsonNode tree, long seed, SpecSource source) {
    JsonNode by = tree.get("by");
    String word = by.isTextual() ? by.textValue() : by.fieldNames().next();
    return new JobSpec.SplitSpec(
        tree.get("validation").doubleValue(),
        tree.get("test").doubleValue(),
        SplitRule.By.valueOf(word.toUpperCase(Locale.ROOT)),
        by.isTextual() ? null : by.get(word).textValue(),
        tree.get("seed").asLong(seed),
        holdout(tree.get("holdout"), source));
  }

  private static @Nullable Holdout holdout(JsonNode tree, SpecSource source) {
    double share = tree.get("share").doubleValue();
    String salt = tree.get("salt").textValue();
    if (share > 0 && salt == null) {
      throw source.error("split.holdout.share", "needs a split.holdout.salt, found none");
    }
    return share == 0 ? null : new Holdout(salt, BigDecimal.valueOf(share));
  }

  private static ObjectNode of(JobSpec.SplitSpec split) {
    ObjectNode tree = NODES.objectNode();
    tree.put("validation", split.validation());
    tree.put("test", split.test());
    String word = split.by().name().toLowerCase(Locale.ROOT);
    if (split.column() == null) {
      tree.put("by", word);
    } else {
      tree.putObject("by").put(word, split.column());
    }
    tree.put("seed", split.seed());
    Holdout holdout = split.holdout();
    tree.putObject("holdout")
        .put("share", holdout == null ? 0 : holdout.share().doubleValue())
        .put("salt", holdout == null ? null : holdout.salt());
    return tree;
  }

  private static JobSpec.Data data(JsonNode tree, SpecSource source) {
    JsonNode generate = tree.get("generate");
    return new JobSpec.Data(
        format(tree.get("format")),
        path(tree.get("dir"), "data.dir", source),
        texts(tree.get("train")),
        texts(tree.get("validation")),
        texts(tree.get("test")),
        csv(tree.get("csv"), "tsv".equals(tree.get("format").textValue()), source),
        texts(tree.get("features")),
        texts(tree.get("target")),
        tree.get("weight").textValue(),
        ColumnTree.columns(tree.get("columns")),
        ColumnTree.scale(tree.get("scale")),
        tree.get("maxRejects").doubleValue(),
        new JobSpec.Generate(
            generate.get("digits").isNull() ? null : generate.get("digits").intValue(),
            generate.get("seed").longValue()));
  }

  private static @Nullable FileFormat format(JsonNode word) {
    return word.isNull() ? null : Format.ofWord(word.textValue()).symbol();
  }

  /**
   * @throws WrongInputException where one character has two meanings
   */
  private static CsvStyle csv(JsonNode tree, boolean isTsv, SpecSource source) {
    String delimiter = tree.get("delimiter").textValue();
    String quote = tree.get("quote").textValue();
    String comment = tree.get("comment").textValue();
    String between = delimiter == null && isTsv ? "\t" : delimiter;
    if (quote.equals(between) || quote.equals(comment)) {
      throw source.error(
          "data.csv.quote",
          "must be another character than the %s, was %s"
              .formatted(
                  quote.equals(between) ? "delimiter" : "comment",
                  AllowedValues.shown(tree.get("quote"))));
    }
    if (comment != null && comment.equals(between == null ? "," : between)) {
      throw source.error(
          "data.csv.comment",
          "must be another character than the delimiter, was "
              + AllowedValues.shown(tree.get("comment")));
    }
    return new CsvStyle(
        between,
        quote,
        tree.get("header").booleanValue(),
        tree.get("encoding").textValue(),
        comment);
  }

  private static JsonNode ofNames(List<String> names) {
    return names.size() == 1 ? NODES.textNode(names.get(0)) : ofTexts(names);
  }

  private static ObjectNode of(JobSpec.Data data, JobSpec.Loss loss) {
    ObjectNode tree = NODES.objectNode();
    tree.put(
        "format", data.format() == null ? null : data.format().name().toLowerCase(Locale.ROOT));
    tree.put("dir", data.dir().toString());
    tree.set("train", ofNames(data.train()));
    tree.set("validation", data.validation().isEmpty() ? null : ofNames(data.validation()));
    tree.set("test", data.test().isEmpty() ? null : ofNames(data.test()));
    tree.putObject("csv")
        .put("delimiter", data.csv().delimiter())
        .put("quote", data.csv().quote())
        .put("header", data.csv().header())
        .put("encoding", data.csv().encoding())
        .put("comment", data.csv().comment());
    tree.set("features", data.features().isEmpty() ? null : ofTexts(data.features()));
    if (data.targets().isEmpty()) {
      tree.putNull("target");
    } else if (loss.isOfClasses()) {
      tree.put("target", data.targets().get(0));
    } else {
      tree.set("target", ofTexts(data.targets()));
    }
    tree.put("weight", data.weight());
    tree.set("columns", ColumnTree.of(data.columns()));
    tree.set("scale", ColumnTree.of(data.scale()));
    tree.put("maxRejects", data.maxRejects());
    tree.putObject("generate")
        .put("digits", data.generate().digits())
        .put("seed", data.generate().seed());
    return tree;
  }

  static @Nullable Path path(JsonNode text, String key, SpecSource source) {
    if (text.isNull()) {
      return null;
    }
    try {
      return Path.of(text.textValue()).toAbsolutePath().normalize();
    } catch (InvalidPathException e) {
      throw source.error(key, "must be a path, was " + AllowedValues.shown(text));
    }
  }

  static @Nullable Double number(JsonNode number) {
    return number.isNull() ? null : number.doubleValue();
  }

  private static ArrayNode ofTexts(List<String> texts) {
    ArrayNode tree = NODES.arrayNode();
    texts.forEach(tree::add);
    return tree;
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
