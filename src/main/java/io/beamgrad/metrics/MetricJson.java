package io.beamgrad.metrics;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.beamgrad.schema.MetricRow;
import io.beamgrad.schema.Split;
import java.util.Locale;

/**
 * A metric row as JSON: its epoch, split and metrics, the number of its rows and what they weigh,
 * and what a baseline scores on them.
 */
public final class MetricJson {
  private static final String BASELINE = "baseline";

  private MetricJson() {}

  /** The row without its model and its time; what it does not have is left out. */
  public static ObjectNode toTree(MetricRow row) {
    ObjectNode tree = JsonNodeFactory.instance.objectNode();
    tree.put("epoch", row.getEpoch());
    tree.put("split", row.getSplit().name().toLowerCase(Locale.ROOT));
    for (Metric metric : Metric.ofFiles()) {
      Double value = metric.in(row);
      if (value != null) {
        tree.put(metric.word(), value);
      }
    }
    tree.put("examples", row.getExamples());
    if (row.getWeight() != null) {
      tree.put("weight", row.getWeight());
    }
    if (row.getUnknown() != 0) {
      tree.put("unknown", row.getUnknown());
    }
    if (row.getBaseline() != null) {
      tree.set(BASELINE, RunJson.toTree(row.getBaseline()));
    }
    return tree;
  }

  /**
   * The row of a tree, with {@code model} and {@code seconds} where they are there.
   *
   * @param where its place in messages
   * @throws IllegalArgumentException where it has no split, or anything that is not a number
   */
  public static MetricRow fromTree(JsonNode tree, String where) {
    MetricRow row =
        MetricRow.newBuilder()
            .setModel(tree.path("model").asText())
            .setEpoch(tree.path("epoch").asInt())
            .setSplit(
                (Split) RunJson.word(Split.getClassSchema(), tree.path("split"), where + ".split"))
            .setLoss(number(tree, Metric.LOSS.word(), where))
            .setExamples(tree.path("examples").asLong())
            .setUnknown(tree.path("unknown").asLong())
            .setSeconds(tree.path("seconds").asDouble())
            .setWeight(tree.hasNonNull("weight") ? number(tree, "weight", where) : null)
            .setBaseline(
                tree.hasNonNull(BASELINE)
                    ? RunJson.baseline(tree.path(BASELINE), where + "." + BASELINE)
                    : null)
            .build();
    for (Metric metric : Metric.values()) {
      if (tree.hasNonNull(metric.word())) {
        metric.set(row, number(tree, metric.word(), where));
      }
    }
    return row;
  }

  private static double number(JsonNode tree, String key, String where) {
    return RunJson.number(tree.path(key), where + "." + key);
  }
}
