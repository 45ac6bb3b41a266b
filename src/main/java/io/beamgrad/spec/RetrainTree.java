package io.beamgrad.spec;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.beamgrad.metrics.Metric;
import io.beamgrad.registry.gate.CheckLimits;
import io.beamgrad.registry.gate.Finding;
import io.beamgrad.registry.gate.Floor;
import io.beamgrad.registry.gate.GateRule;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.function.Function;
import org.checkerframework.checker.nullness.qual.Nullable;

/** The part of a spec that is about retraining from its tree and back. */
final class RetrainTree {
  private static final JsonNodeFactory NODES = JsonNodeFactory.instance;
  private static final Map<RetrainSpec.Select.By, String> SELECT =
      Map.of(
          RetrainSpec.Select.By.ALL, "all",
          RetrainSpec.Select.By.SINCE_LAST, "sinceLast",
          RetrainSpec.Select.By.DAYS, "days");

  private RetrainTree() {}

  /**
   * @param isOfClasses decides the metric and the test where the tree does not
   */
  static RetrainSpec retrain(JsonNode tree, boolean isOfClasses, SpecSource source) {
    JsonNode notify = tree.get("notify");
    List<String> command = new ArrayList<>();
    notify.get("command").forEach(word -> command.add(word.textValue()));
    return new RetrainSpec(
        select(tree.get("select")),
        RetrainSpec.Start.valueOf(upper(tree.get("start"))),
        tree.get("epochs").isNull() ? null : tree.get("epochs").intValue(),
        tree.get("holdout").doubleValue(),
        gate(tree.get("gate"), isOfClasses, source),
        checks(tree.get("checks")),
        new RetrainSpec.Notification(
            command, notify.get("webhook").textValue(), notify.get("timeout").intValue()),
        SpecTree.path(tree.get("prometheus"), "retrain.prometheus", source));
  }

  static ObjectNode of(RetrainSpec retrain) {
    ObjectNode tree = NODES.objectNode();
    String select = SELECT.get(retrain.select().by());
    if (retrain.select().by() == RetrainSpec.Select.By.DAYS) {
      tree.putObject("select").put(select, retrain.select().days());
    } else {
      tree.put("select", select);
    }
    tree.put("start", lower(retrain.start()));
    tree.put("epochs", retrain.epochs());
    tree.put("holdout", retrain.holdout());
    tree.set("gate", of(retrain.gate()));
    tree.set("checks", of(retrain.checks()));
    ObjectNode notify = tree.putObject("notify");
    notify.putNull("command");
    if (!retrain.notification().command().isEmpty()) {
      retrain.notification().command().forEach(notify.putArray("command")::add);
    }
    notify.put("webhook", retrain.notification().webhook());
    notify.put("timeout", retrain.notification().timeoutSeconds());
    tree.put("prometheus", retrain.prometheus() == null ? null : retrain.prometheus().toString());
    return tree;
  }

  private static RetrainSpec.Select select(JsonNode tree) {
    if (tree.isObject()) {
      return new RetrainSpec.Select(RetrainSpec.Select.By.DAYS, tree.get("days").intValue());
    }
    return new RetrainSpec.Select(
        tree.textValue().equals("all")
            ? RetrainSpec.Select.By.ALL
            : RetrainSpec.Select.By.SINCE_LAST,
        0);
  }

  private static GateRule gate(JsonNode tree, boolean isOfClasses, SpecSource source) {
    Double maxLoss = SpecTree.number(tree.get("maxLoss"));
    double minGain = tree.get("minGain").doubleValue();
    if (maxLoss != null && minGain > 0) {
      throw source.error(
          "retrain.gate.maxLoss",
          "is for a challenger that may be worse, but retrain.gate.minGain is " + minGain);
    }
    String segment = tree.get("segment").textValue();
    if (segment == null && !tree.get("segmentFloors").isNull()) {
      throw source.error("retrain.gate.segmentFloors", "needs a retrain.gate.segment, found none");
    }
    Metric metric =
        Metric.of(String.valueOf(tree.get("metric").textValue()))
            .orElse(isOfClasses ? Metric.ACCURACY : Metric.LOSS);
    return new GateRule(
        metric,
        minGain,
        maxLoss,
        map(tree.get("floors"), RetrainTree::metric, JsonNode::doubleValue),
        map(
            tree.get("classFloors"),
            word -> GateRule.ClassScore.valueOf(word.toUpperCase(Locale.ROOT)),
            RetrainTree::floor),
        segment,
        map(tree.get("segmentFloors"), RetrainTree::metric, RetrainTree::floor),
        tree.get("test").isNull()
            ? fitting(metric, maxLoss)
            : GateRule.Test.valueOf(upper(tree.get("test"))),
        tree.get("confidence").doubleValue(),
        tree.get("resamples").intValue());
  }

  private static GateRule.Test fitting(Metric metric, @Nullable Double maxLoss) {
    if (maxLoss == null && metric == Metric.ACCURACY) {
      return GateRule.Test.MCNEMAR;
    }
    return metric.isMeanOfRows() ? GateRule.Test.BOOTSTRAP : GateRule.Test.NONE;
  }

  private static Metric metric(String word) {
    return Metric.of(word).orElseThrow();
  }

  private static Floor floor(JsonNode tree) {
    if (tree.isNumber()) {
      return Floor.ofAll(tree.doubleValue());
    }
    Map<String, Double> limits = new HashMap<>();
    tree.fields().forEachRemaining(one -> limits.put(one.getKey(), one.getValue().doubleValue()));
    return new Floor(limits);
  }

  private static <K, V> Map<K, V> map(
      JsonNode tree, Function<String, K> key, Function<JsonNode, V> value) {
    Map<K, V> map = new LinkedHashMap<>();
    tree.fields()
        .forEachRemaining(one -> map.put(key.apply(one.getKey()), value.apply(one.getValue())));
    return map;
  }

  private static ObjectNode of(GateRule gate) {
    ObjectNode tree = NODES.objectNode();
    tree.put("metric", gate.metric().word());
    tree.put("minGain", gate.minGain());
    tree.put("maxLoss", gate.maxLoss());
    tree.put("test", lower(gate.test()));
    tree.put("confidence", gate.confidence());
    tree.put("resamples", gate.resamples());
    tree.set("floors", of(gate.floors(), Metric::word, NODES::numberNode));
    tree.set("classFloors", of(gate.classFloors(), RetrainTree::lower, RetrainTree::of));
    tree.put("segment", gate.segment());
    tree.set("segmentFloors", of(gate.segmentFloors(), Metric::word, RetrainTree::of));
    return tree;
  }

  private static JsonNode of(Floor floor) {
    if (floor.isOfAll()) {
      return NODES.numberNode(floor.limits().get(Floor.OTHERS));
    }
    return of(floor.sorted(), name -> name, NODES::numberNode);
  }

  private static <K, V> JsonNode of(
      Map<K, V> map, Function<K, String> key, Function<V, JsonNode> value) {
    if (map.isEmpty()) {
      return NODES.nullNode();
    }
    ObjectNode tree = NODES.objectNode();
    map.forEach((k, v) -> tree.set(key.apply(k), value.apply(v)));
    return tree;
  }

  private static CheckLimits checks(JsonNode tree) {
    return new CheckLimits(
        Finding.Action.valueOf(upper(tree.get("schema"))),
        bounds(tree.get("rows")),
        bounds(tree.get("rowsOfLast")),
        limit(tree.get("rejects")),
        limit(tree.get("classes")),
        limit(tree.get("psi")),
        limit(tree.get("ks")));
  }

  private static ObjectNode of(CheckLimits checks) {
    ObjectNode tree = NODES.objectNode();
    tree.put("schema", lower(checks.schema()));
    tree.set("rows", of(checks.rows()));
    tree.set("rowsOfLast", of(checks.rowsOfLast()));
    tree.set("rejects", of(checks.rejects()));
    tree.set("classes", of(checks.classes()));
    tree.set("psi", of(checks.psi()));
    tree.set("ks", of(checks.ks()));
    return tree;
  }

  private static CheckLimits.Limit limit(JsonNode tree) {
    return new CheckLimits.Limit(
        SpecTree.number(tree.get("warn")), SpecTree.number(tree.get("stop")));
  }

  private static ObjectNode of(CheckLimits.Limit limit) {
    return NODES.objectNode().put("warn", limit.warn()).put("stop", limit.stop());
  }

  private static CheckLimits.Bounds bounds(JsonNode tree) {
    return new CheckLimits.Bounds(range(tree.get("warn")), range(tree.get("stop")));
  }

  private static CheckLimits.@Nullable Range range(JsonNode tree) {
    return tree.isNull()
        ? null
        : new CheckLimits.Range(SpecTree.number(tree.get(0)), SpecTree.number(tree.get(1)));
  }

  private static ObjectNode of(CheckLimits.Bounds bounds) {
    ObjectNode tree = NODES.objectNode();
    tree.set("warn", of(bounds.warn()));
    tree.set("stop", of(bounds.stop()));
    return tree;
  }

  private static @Nullable ArrayNode of(CheckLimits.@Nullable Range range) {
    return range == null ? null : NODES.arrayNode().add(range.least()).add(range.most());
  }

  private static String upper(JsonNode word) {
    return word.textValue().toUpperCase(Locale.ROOT);
  }

  private static String lower(Enum<?> word) {
    return word.name().toLowerCase(Locale.ROOT);
  }
}
