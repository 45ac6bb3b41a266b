package io.beamgrad.spec;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.beamgrad.metrics.Metric;
import io.beamgrad.sweep.SweepSpec;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.checkerframework.checker.nullness.qual.Nullable;

/** The keys below {@code sweep}, whose names are in part keys of the spec themselves. */
final class SweepKeys {
  /** The keys that a sweep itself has, in their order; all others are those of its grid. */
  static final Set<String> OWN = Set.of("grid", "draw", "trials", "seed", "metric", "halving");

  /** Each is a part of the job's graph. */
  private static final int MOST_STAGES = 16;

  /** Of all folds of all trials: each is a plan in the job, and one worker ranks them in memory. */
  private static final int MOST_TRAININGS = 1_000;

  private static final double MOST_WHOLE = 1L << 53;

  private static final Set<String> SHARED =
      Set.of(
          "name", "preset", "split", "folds", "sweep", "retrain", "sinks", "blockCache", "shuffle");

  /** What may differ of {@code data}: how columns become input, not which rows are read. */
  private static final List<String> PREPARATION =
      List.of(
          "data.scale",
          "data.categories",
          "data.columns",
          "data.crosses",
          "data.target.scale",
          "data.target.clip");

  private SweepKeys() {}

  /**
   * Brings a sweep into its one form, in which all its own keys are.
   *
   * @param tree as given
   */
  static void complete(ObjectNode tree, SpecErrors errors) {
    JsonNode given = tree.get("sweep");
    if (given == null || AllowedValues.isNothing(given)) {
      return;
    }
    ObjectNode sweep = map(given, "sweep", errors);
    ObjectNode grid = tree.objectNode();
    for (Map.Entry<String, JsonNode> entry : sweep.properties()) {
      // A list of seeds is one of the spec's.
      boolean isSeeds = entry.getKey().equals("seed") && entry.getValue().isArray();
      if (!OWN.contains(entry.getKey()) || isSeeds) {
        grid.set(entry.getKey(), values(entry.getKey(), entry.getValue(), errors));
      }
    }
    for (Map.Entry<String, JsonNode> entry : below(sweep, "grid", errors).properties()) {
      grid.set(entry.getKey(), values(entry.getKey(), entry.getValue(), errors));
    }
    ObjectNode draws = tree.objectNode();
    for (Map.Entry<String, JsonNode> entry : below(sweep, "draw", errors).properties()) {
      draws.set(entry.getKey(), draw(entry.getKey(), entry.getValue(), errors));
    }
    if (grid.isEmpty() == draws.isEmpty()) {
      throw errors.error(
          "sweep",
          grid.isEmpty()
              ? "must be a map of keys to lists of values, or have draw, was "
                  + AllowedValues.shown(given)
              : "has values of a grid and draw; leave out one");
    }
    draws.fieldNames().forEachRemaining(key -> requireOfTrial(key, errors));
    grid.fieldNames().forEachRemaining(key -> requireOfTrial(key, errors));
    requireApart(grid.isEmpty() ? draws : grid, errors);
    ObjectNode completed = tree.objectNode();
    completed.set("grid", grid);
    completed.set("draw", draws);
    completed.put("trials", trials(sweep.path("trials"), !draws.isEmpty(), errors));
    JsonNode seed = sweep.path("seed").isArray() ? tree.missingNode() : sweep.path("seed");
    completed.put("seed", whole("sweep.seed", seed, 1, Long.MIN_VALUE, errors));
    completed.set("metric", metric(sweep.path("metric"), tree, errors));
    completed.set("halving", halving(sweep, errors));
    tree.set("sweep", completed);
    long all = of(completed).trials();
    if (all > SweepSpec.MOST_TRIALS) {
      throw errors.error(
          "sweep",
          String.format(
              Locale.ROOT, "must have up to %,d trials, has %,d", SweepSpec.MOST_TRIALS, all));
    }
  }

  private static ObjectNode map(JsonNode given, String key, SpecErrors errors) {
    if (given instanceof ObjectNode map) {
      return map;
    }
    throw errors.error(key, "must be a map of keys, was " + AllowedValues.shown(given));
  }

  private static ObjectNode below(ObjectNode sweep, String name, SpecErrors errors) {
    JsonNode given = sweep.path(name);
    return given.isMissingNode() || AllowedValues.isNothing(given)
        ? sweep.objectNode()
        : map(given, "sweep." + name, errors);
  }

  private static ArrayNode values(String key, JsonNode given, SpecErrors errors) {
    if (!(given instanceof ArrayNode list) || list.isEmpty()) {
      throw errors.error(
          "sweep." + key, "must be a list of values, was " + AllowedValues.shown(given));
    }
    Set<String> seen = new HashSet<>();
    for (JsonNode value : list) {
      if (!seen.add(value.toString())) {
        throw errors.error("sweep." + key, "has the value %s twice".formatted(value));
      }
    }
    return list;
  }

  private static JsonNode draw(String key, JsonNode given, SpecErrors errors) {
    if (given.isArray()) {
      return values("draw." + key, given, errors);
    }
    String name = "sweep.draw." + key;
    boolean isRange =
        given.isObject()
            && given.path("low").isNumber()
            && given.path("high").isNumber()
            && (!given.has("log") || given.get("log").isBoolean())
            && given.size() == (given.has("log") ? 3 : 2);
    if (!isRange) {
      throw errors.error(
          name,
          "must be a list of values or {low: NUMBER, high: NUMBER, log: true or false}, was "
              + AllowedValues.shown(given));
    }
    double low = given.get("low").doubleValue();
    double high = given.get("high").doubleValue();
    boolean isLog = given.path("log").booleanValue();
    if (!(low < high) || !Double.isFinite(low) || !Double.isFinite(high) || (isLog && low <= 0)) {
      throw errors.error(
          name,
          "must have a low %sbelow its high, had %s and %s"
              .formatted(isLog ? "above 0 and " : "", given.get("low"), given.get("high")));
    }
    if (isWhole(key) && Math.max(-low, high) > MOST_WHOLE) {
      throw errors.error(
          name,
          "must be of whole numbers up to 2^53, had %s and %s"
              .formatted(given.get("low"), given.get("high")));
    }
    if (isWhole(key) && (low != Math.rint(low) || high != Math.rint(high))) {
      throw errors.error(
          name,
          "must have whole numbers, as the key has, had %s and %s"
              .formatted(given.get("low"), given.get("high")));
    }
    ObjectNode range = ((ObjectNode) given).objectNode();
    return range.put("low", low).put("high", high).put("log", isLog);
  }

  /** Whether a key of the spec takes whole numbers alone. */
  private static boolean isWhole(String key) {
    String name = key.replaceAll("\\[\\d+]|\\.\\d+(?=\\.)", "");
    Optional<SpecKey> found =
        SpecKeys.ALL.stream()
            .filter(one -> one.name().equals(name) || one.shownName().equals(name))
            .findFirst();
    return found.filter(one -> one.allowed().type().endsWith("a whole number")).isPresent();
  }

  /** Trials share the data, and what is not of a training is the sweep's. */
  private static void requireOfTrial(String key, SpecErrors errors) {
    String first = key.replaceFirst("[.\\[].*", "");
    boolean isData =
        first.equals("data")
            && PREPARATION.stream().noneMatch(one -> key.equals(one) || key.startsWith(one + "."));
    if (isData || first.equals("split")) {
      throw errors.error(
          "sweep",
          "over %s is not possible: it changes the data, which all trials share".formatted(key));
    }
    if (first.equals("each")) {
      throw errors.error(
          "sweep", "over %s is not possible: a sweep has no models by key".formatted(key));
    }
    if (SHARED.contains(first)) {
      throw errors.error("sweep", "over %s is not possible: all trials share it".formatted(key));
    }
  }

  /** Of a key and one below it the later would set the earlier anew. */
  private static void requireApart(ObjectNode swept, SpecErrors errors) {
    List<String> keys = new ArrayList<>();
    swept.fieldNames().forEachRemaining(keys::add);
    for (int i = 0; i < keys.size(); i++) {
      for (int j = 0; j < keys.size(); j++) {
        if (i != j && (path(keys.get(j)) + ".").startsWith(path(keys.get(i)) + ".")) {
          throw errors.error(
              "sweep",
              "has %s and %s, of which one sets the other".formatted(keys.get(i), keys.get(j)));
        }
      }
    }
  }

  /** A key in one spelling: {@code optimizer.lr} and {@code model.0} for what has two. */
  private static String path(String key) {
    return key.replaceAll("\\[(\\d+)]", ".$1").replaceFirst("^(optimizer|loss)\\.\\w+\\.", "$1.");
  }

  private static long trials(JsonNode given, boolean isDrawn, SpecErrors errors) {
    boolean isGiven = !given.isMissingNode() && !AllowedValues.isNothing(given);
    if (!isDrawn) {
      if (isGiven && !(given.isIntegralNumber() && given.longValue() == 0)) {
        throw errors.error("sweep.trials", "is for draw; a grid has a trial for each combination");
      }
      return 0;
    }
    if (!isGiven) {
      throw errors.error("sweep.trials", "is missing; it is how many trials are drawn");
    }
    return Math.min(Integer.MAX_VALUE, whole("sweep.trials", given, 0, 1, errors));
  }

  private static long whole(String key, JsonNode given, long usual, long least, SpecErrors errors) {
    if (given.isMissingNode() || AllowedValues.isNothing(given)) {
      return usual;
    }
    if (!given.isIntegralNumber() || !given.canConvertToLong() || given.longValue() < least) {
      throw errors.error(
          key,
          "must be a whole number%s, was %s"
              .formatted(
                  least == Long.MIN_VALUE ? "" : " of at least " + least,
                  AllowedValues.shown(given)));
    }
    return given.longValue();
  }

  private static JsonNode metric(JsonNode given, ObjectNode tree, SpecErrors errors) {
    if (given.isMissingNode() || AllowedValues.isNothing(given)) {
      return tree.nullNode();
    }
    if (!given.isTextual() || Metric.of(given.textValue()).isEmpty()) {
      throw errors.error(
          "sweep.metric",
          "must be one of %s, was %s"
              .formatted(String.join(", ", Metric.words()), AllowedValues.shown(given)));
    }
    return given;
  }

  private static JsonNode halving(ObjectNode sweep, SpecErrors errors) {
    if (!sweep.hasNonNull("halving")) {
      return sweep.nullNode();
    }
    ObjectNode given = below(sweep, "halving", errors);
    for (String name : (Iterable<String>) given::fieldNames) {
      if (!name.equals("from") && !name.equals("keep")) {
        throw errors.error(
            "sweep.halving." + name, "is not a key; known in sweep.halving: from, keep");
      }
    }
    if (!given.hasNonNull("from")) {
      throw errors.error(
          "sweep.halving.from", "is missing; it is after how many epochs trials are stopped");
    }
    long from = whole("sweep.halving.from", given.get("from"), 0, 1, errors);
    JsonNode keep = given.path("keep");
    double share = keep.isMissingNode() || keep.isNull() ? 0.5 : keep.doubleValue();
    if ((keep.isValueNode() && !keep.isNumber() && !keep.isNull()) || !(share > 0 && share < 1)) {
      throw errors.error(
          "sweep.halving.keep", "must be a number in (0, 1), was " + AllowedValues.shown(keep));
    }
    return sweep.objectNode().put("from", Math.min(Integer.MAX_VALUE, from)).put("keep", share);
  }

  /** The sweep of a tree in its one form. */
  static SweepSpec of(JsonNode tree) {
    Map<String, List<JsonNode>> grid = new LinkedHashMap<>();
    for (Map.Entry<String, JsonNode> key : tree.get("grid").properties()) {
      grid.put(key.getKey(), list(key.getValue()));
    }
    Map<String, SweepSpec.Draw> draws = new LinkedHashMap<>();
    for (Map.Entry<String, JsonNode> key : tree.get("draw").properties()) {
      JsonNode of = key.getValue();
      draws.put(
          key.getKey(),
          of.isArray()
              ? new SweepSpec.Draw(list(of), 0, 0, false, false)
              : new SweepSpec.Draw(
                  List.of(),
                  of.get("low").doubleValue(),
                  of.get("high").doubleValue(),
                  of.get("log").booleanValue(),
                  isWhole(key.getKey())));
    }
    JsonNode halving = tree.get("halving");
    return new SweepSpec(
        grid,
        draws,
        tree.get("trials").intValue(),
        tree.get("seed").longValue(),
        metric(tree),
        halving.isNull()
            ? null
            : new SweepSpec.Halving(
                halving.get("from").intValue(), halving.get("keep").doubleValue()));
  }

  private static @Nullable Metric metric(JsonNode tree) {
    String word = tree.get("metric").textValue();
    return word == null ? null : Metric.of(word).orElseThrow();
  }

  private static List<JsonNode> list(JsonNode values) {
    List<JsonNode> list = new ArrayList<>();
    values.forEach(list::add);
    return list;
  }

  /**
   * Whether a sweep is over one of some keys of the spec.
   *
   * @param tree of which the sweep is in its one form, or none
   */
  static boolean isOver(ObjectNode tree, Set<String> keys) {
    return keys.stream()
        .anyMatch(key -> tree.at("/sweep/grid").has(key) || tree.at("/sweep/draw").has(key));
  }

  /** Checks how a sweep goes with the other keys. */
  static void check(JobSpec spec, SpecErrors errors) {
    SweepSpec sweep = spec.sweep();
    if (sweep == null) {
      return;
    }
    if (spec.folds() != null) {
      requireFewTrainings(sweep.trials(), spec.folds().count(), errors);
    } else if (!spec.mayValidate()) {
      throw errors.error("sweep", "needs a split.validation above 0, or folds, was 0.0");
    }
    requireShortName(spec.name(), sweep.trials(), errors);
    Metric metric = spec.sweepMetric();
    RetrainRules.requireFitting(
        sweep.metric() == null ? "earlyStopping.metric" : "sweep.metric", metric, spec, errors);
    if (metric == Metric.LOSS && sweep.keys().stream().anyMatch(key -> isOrBelow(key, "loss"))) {
      throw errors.error(
          "sweep.metric",
          "must be one of %s where trials have losses of their own, which do not compare"
              .formatted(spec.isOfClasses() ? "accuracy, logLoss, rocAuc" : "mse, mae, r2"));
    }
    SweepSpec.Halving halving = sweep.halving();
    if (halving != null && sweep.keys().contains("epochs")) {
      throw errors.error("sweep.halving", "needs trials of the same epochs, but epochs is swept");
    }
    if (halving != null && halving.from() >= spec.epochs()) {
      throw errors.error(
          "sweep.halving.from",
          "must be below epochs, %s, was %s".formatted(spec.epochs(), halving.from()));
    }
    int stages = halving == null ? 0 : sweep.stages(spec.epochs()).size();
    if (stages > MOST_STAGES) {
      throw errors.error(
          "sweep.halving",
          "must give up to %s stages, has %s; a lower keep or a later from has fewer"
              .formatted(MOST_STAGES, stages));
    }
    checkWarm(spec, errors);
    boolean isOther =
        sweep.keys().stream()
            .anyMatch(
                key ->
                    isOrBelow(key, "model")
                        || isOrBelow(key, "data")
                        || isOrBelow(key, "ensemble"));
    if (spec.retrain().start() == RetrainSpec.Start.WARM && isOther) {
      throw errors.error(
          "retrain.start", "must be cold where a sweep changes layers or columns, was \"warm\"");
    }
  }

  private static void requireFewTrainings(long trials, int folds, SpecErrors errors) {
    if (trials * folds > MOST_TRAININGS) {
      throw errors.error(
          "sweep",
          String.format(
              Locale.ROOT,
              "must have up to %,d trainings, has %,d: %,d trials on %,d folds",
              MOST_TRAININGS,
              trials * folds,
              trials,
              folds));
    }
  }

  /** The number of a trial is in its name. */
  private static void requireShortName(String name, long trials, SpecErrors errors) {
    int most = AllowedValues.NAME_LENGTH - ("-" + (trials - 1)).length();
    if (name.length() > most) {
      throw errors.error(
          "name",
          "must have up to %s characters with a sweep of %s trials, whose numbers follow it, has %s"
              .formatted(most, trials, name.length()));
    }
  }

  /** A warm start may train fewer epochs than the spec says. */
  private static void checkWarm(JobSpec spec, SpecErrors errors) {
    Integer epochs = spec.retrain().epochs();
    if (spec.retrain().start() != RetrainSpec.Start.WARM || epochs == null) {
      return;
    }
    if (spec.sweep().keys().contains("epochs")) {
      throw errors.error("retrain.epochs", "must be left out where a sweep is over epochs");
    }
    SweepSpec.Halving halving = spec.sweep().halving();
    if (halving != null && halving.from() >= epochs) {
      throw errors.error(
          "sweep.halving.from",
          "must be below retrain.epochs, %s, was %s".formatted(epochs, halving.from()));
    }
  }

  private static boolean isOrBelow(String key, String section) {
    return key.equals(section) || key.startsWith(section + ".") || key.startsWith(section + "[");
  }
}
