package io.beamgrad.spec;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.beamgrad.failure.WrongInputException;
import io.beamgrad.metrics.Metric;
import io.beamgrad.model.Networks;
import io.beamgrad.nn.Loss;
import io.beamgrad.registry.gate.GateRule;
import io.beamgrad.schema.TargetScale;
import java.nio.file.Path;
import java.util.List;
import java.util.Objects;
import java.util.Set;

/** The values that are left out in a spec and that other keys decide. */
final class SpecDefaults {
  private static final JsonNodeFactory NODES = JsonNodeFactory.instance;
  private static final List<String> DECAYS = List.of("step", "exponential", "cosine", "cosineLog");

  private SpecDefaults() {}

  static void beforeResolving(ObjectNode tree, SpecErrors errors) {
    DatabaseKeys.complete(tree, errors);
    SweepKeys.complete(tree, errors);
    each(tree);
    validation(tree);
    missing(tree);
  }

  /** What becomes of missing values is that of all columns where a column does not say it. */
  private static void missing(ObjectNode tree) {
    boolean isFilled = "fill".equals(tree.at("/data/missing").textValue());
    if (isFilled && tree.at("/data/columns") instanceof ObjectNode columns) {
      columns.properties().forEach(column -> column.setValue(ColumnKind.filled(column.getValue())));
    }
  }

  /** A name alone is the key of models by key. */
  static void each(ObjectNode tree) {
    JsonNode given = tree.path("each");
    if (PlainScalar.isName(given) && !AllowedValues.isNothing(given)) {
      tree.putObject("each").set("key", given);
    }
  }

  /** The default share is for rows of which nothing else says that they validate. */
  private static void validation(ObjectNode tree) {
    JsonNode files = tree.at("/data/validation");
    boolean isSaid =
        PlainScalar.isName(tree.at("/split/by/column"))
            || PlainScalar.isName(files)
            || !files.isEmpty()
            || (isGiven(tree, "/folds") && !choosesEpochs(tree));
    JsonNode split = tree.get("split");
    if (isSaid && (split == null || AllowedValues.isNothing(split))) {
      split = tree.putObject("split");
    }
    if (isSaid && split instanceof ObjectNode keys && !keys.has("validation")) {
      keys.put("validation", 0);
    }
  }

  /** Folds take the place of validation rows, but where these say which epoch is best. */
  private static boolean choosesEpochs(ObjectNode tree) {
    return isGiven(tree, "/earlyStopping/patience")
        || isGiven(tree, "/earlyStopping/metric")
        || tree.path("refit").booleanValue()
        || SweepKeys.isOver(
            tree,
            Set.of("earlyStopping", "earlyStopping.patience", "earlyStopping.metric", "refit"));
  }

  private static boolean isGiven(ObjectNode tree, String pointer) {
    JsonNode value = tree.at(pointer);
    return !value.isMissingNode() && !AllowedValues.isNothing(value);
  }

  /**
   * @param tree with every key
   * @throws WrongInputException where two keys exclude each other
   */
  static void complete(ObjectNode tree, String source, SpecErrors errors) {
    if (tree.get("name").isNull()) {
      tree.put("name", nameOf(Path.of(source), errors));
    }
    csv(tree.withObject("/data"), errors);
    ObjectNode split = tree.withObject("/split");
    if (split.get("seed").isNull()) {
      split.set("seed", tree.get("seed"));
    }
    holdout(split, errors);
    heldOut(tree, errors);
    JsonNode schedule = tree.get("schedule");
    if (DECAYS.stream().filter(schedule::has).count() > 1) {
      throw errors.error(
          "schedule", "must have one of %s, was %s".formatted(String.join(", ", DECAYS), schedule));
    }
    Loss loss = Networks.loss(SpecRecords.record("loss", tree.get("loss")));
    boolean isOfClasses = loss.target() != Loss.Target.NUMBERS;
    int targets = target(tree.withObject("/data"), isOfClasses);
    outputs(tree, loss.target(), targets);
    folds(tree, isOfClasses);
    boolean isWeighted = tree.at("/data/weight").isTextual();
    gate(tree.withObject("/retrain/gate"), isOfClasses, isWeighted, errors);
  }

  /**
   * One form of what is predicted: where nothing more is said of them, the columns alone.
   *
   * @return how many columns of numbers there are
   */
  private static int target(ObjectNode data, boolean isOfClasses) {
    JsonNode target = data.get("target");
    JsonNode columns = target.isObject() ? target.get("columns") : target;
    if (!isOfClasses && columns.isTextual()) {
      columns = NODES.arrayNode().add(columns);
    }
    boolean isPlain =
        !target.isObject()
            || (target.get("scale").textValue().equals(EnumWord.of(TargetScale.NONE))
                && !target.get("clip").booleanValue());
    data.set("target", isPlain ? columns : ((ObjectNode) target).set("columns", columns));
    return columns.size();
  }

  /**
   * The outputs of the last linear layer that the spec itself tells: of numbers, and of the one
   * logit of two classes.
   */
  private static void outputs(ObjectNode tree, Loss.Target target, int targets) {
    ObjectNode last = null;
    for (JsonNode layer : tree.get("model")) {
      last = layer.get("linear") instanceof ObjectNode linear ? linear : last;
    }
    String out = last == null ? null : last.get("out").textValue();
    if (AllowedValues.NUMBERS.equals(out) && target == Loss.Target.NUMBERS) {
      last.set("out", whole(targets));
    } else if (AllowedValues.CLASSES.equals(out) && target == Loss.Target.BINARY) {
      last.set("out", whole(1));
    }
  }

  /** One form of the folds. */
  private static void folds(ObjectNode tree, boolean isOfClasses) {
    JsonNode given = tree.get("folds");
    if (given.isNull()) {
      return;
    }
    JsonNode by = given.path("by");
    if (by.isMissingNode() || by.isNull()) {
      JsonNode split = tree.at("/split/by");
      boolean isByKey = split.has("group") || split.has("time");
      by = isByKey ? split : NODES.textNode(isOfClasses ? "stratified" : "random");
    }
    ObjectNode folds = NODES.objectNode();
    folds.set("count", given.isObject() ? given.get("count") : given);
    folds.set("by", by);
    tree.set("folds", folds);
  }

  private static JsonNode whole(int number) {
    return AllowedValues.outputs().canonical(NODES.numberNode(number));
  }

  private static String nameOf(Path file, SpecErrors errors) {
    String name = file.getFileName().toString().replaceFirst("\\.ya?ml$", "");
    AllowedValues.name()
        .complaint(NODES.textNode(name))
        .ifPresent(
            complaint -> {
              throw errors.error("name", "is the file's where left out, and " + complaint);
            });
    return name;
  }

  /** TSV is CSV with tabs. */
  static void csv(ObjectNode data, SpecErrors errors) {
    ObjectNode csv = data.withObject("/csv");
    if ("tsv".equals(data.get("format").textValue())) {
      data.put("format", "csv");
      if (csv.get("delimiter").isNull()) {
        csv.put("delimiter", "\t");
      }
    }
    String quote = csv.get("quote").textValue();
    String comment = csv.get("comment").textValue();
    String delimiter = csv.get("delimiter").textValue();
    if (quote.equals(delimiter) || quote.equals(comment)) {
      String other = quote.equals(delimiter) ? "delimiter" : "comment";
      throw errors.error("data.csv.quote", another(other, csv.get("quote")));
    }
    if (comment != null && comment.equals(Objects.requireNonNullElse(delimiter, ","))) {
      throw errors.error("data.csv.comment", another("delimiter", csv.get("comment")));
    }
    String escape = csv.get("escape").textValue();
    if (escape != null && escape.equals(Objects.requireNonNullElse(delimiter, ","))) {
      throw errors.error("data.csv.escape", another("delimiter", csv.get("escape")));
    }
    if (csv.get("decimal").equals(csv.get("thousands"))) {
      throw errors.error("data.csv.thousands", another("decimal", csv.get("thousands")));
    }
  }

  private static String another(String other, JsonNode found) {
    return "must be another character than the %s, was %s"
        .formatted(other, AllowedValues.shown(found));
  }

  private static void holdout(ObjectNode split, SpecErrors errors) {
    ObjectNode holdout = split.withObject("/holdout");
    double share = holdout.get("share").doubleValue();
    if (share > 0 && holdout.get("salt").isNull()) {
      throw errors.error("split.holdout.share", "needs a split.holdout.salt, found none");
    }
    if (share == 0) {
      holdout.putNull("salt").putNull("key").putNull("content");
    }
    boolean isByKey = !holdout.get("key").isNull();
    if (isByKey && !holdout.get("content").isNull()) {
      throw errors.error("split.holdout.content", "and split.holdout.key exclude each other");
    }
    if (split.get("by").has("group") && !holdout.get("content").isNull()) {
      throw errors.error("split.holdout.content", "must be left out where split.by has a group");
    }
    requireGroup("split.holdout.key", holdout.get("key"), split, errors);
  }

  /** How retrain holds out rows must fit the job's split. */
  private static void heldOut(ObjectNode tree, SpecErrors errors) {
    JsonNode holdout = tree.at("/retrain/holdout");
    ObjectNode split = (ObjectNode) tree.get("split");
    if (holdout.has("key")) {
      requireGroup("retrain.holdout.key", holdout.get("key"), split, errors);
    }
    if (holdout.has("by") && split.get("by").has("group")) {
      throw errors.error("retrain.holdout.by", "must be left out where split.by has a group");
    }
  }

  /** Rows of one group stay together, and so must those of one key. */
  private static void requireGroup(String name, JsonNode key, ObjectNode split, SpecErrors errors) {
    JsonNode group = split.path("by").path("group");
    if (key.isNull() || group.isMissingNode()) {
      return;
    }
    Set<String> groups = Set.copyOf(SpecBinder.names(group));
    if (!groups.equals(Set.copyOf(SpecBinder.names(key)))) {
      throw errors.error(
          name,
          "must be that of split.by where it has a group, %s, was %s"
              .formatted(AllowedValues.shown(group), AllowedValues.shown(key)));
    }
  }

  private static void gate(
      ObjectNode gate, boolean isOfClasses, boolean isWeighted, SpecErrors errors) {
    double minGain = gate.get("minGain").doubleValue();
    boolean mayBeWorse = gate.get("maxLoss").isNumber();
    if (mayBeWorse && minGain > 0) {
      throw errors.error(
          "retrain.gate.maxLoss",
          "is for a challenger that may be worse, but retrain.gate.minGain is " + minGain);
    }
    if (gate.get("segment").isNull() && !gate.get("segmentFloors").isNull()) {
      throw errors.error("retrain.gate.segmentFloors", "needs a retrain.gate.segment, found none");
    }
    if (gate.get("metric").isNull()) {
      gate.put("metric", (isOfClasses ? Metric.ACCURACY : Metric.LOSS).word());
    }
    if (gate.get("test").isNull()) {
      Metric metric = Metric.of(gate.get("metric").textValue()).orElseThrow();
      gate.put("test", EnumWord.of(fitting(metric, mayBeWorse || isWeighted)));
    }
  }

  /**
   * The test of a metric.
   *
   * @param needsMeans whether counts of rows do not say all that the test must tell
   */
  private static GateRule.Test fitting(Metric metric, boolean needsMeans) {
    if (!needsMeans && metric == Metric.ACCURACY) {
      return GateRule.Test.MCNEMAR;
    }
    return metric.isMeanOfRows() ? GateRule.Test.BOOTSTRAP : GateRule.Test.NONE;
  }
}
