package io.beamgrad.job;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.beamgrad.data.rows.RejectText;
import io.beamgrad.evaluation.ColumnSlices;
import io.beamgrad.evaluation.Interval;
import io.beamgrad.evaluation.ModelEvaluation;
import io.beamgrad.evaluation.Slice;
import io.beamgrad.failure.WrongInputException;
import io.beamgrad.metrics.Metric;
import io.beamgrad.report.NumberText;
import io.beamgrad.report.Table;
import io.beamgrad.schema.ModelRecord;
import io.beamgrad.spec.Suggestion;
import io.beamgrad.terminal.Terminal;
import io.beamgrad.terminal.TextTable;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Set;

/** Scores by the values of features, the worst first, as lines of a terminal and as JSON. */
record SliceReport(ColumnSlices slices) {
  private static final int MOST_LINES = 20;
  private static final int MOST_IN_ALL = 1000; // on a page or in JSON

  /**
   * Refuses what scores cannot be told by.
   *
   * @param by names of columns
   */
  static void require(Path model, ModelRecord record, List<String> by) {
    List<String> possible = ModelEvaluation.sliceable(record);
    for (String name : by) {
      if (!possible.contains(name)) {
        throw new WrongInputException(
            "--by: expected a feature of %s with one value in a row%s, found %s%s"
                .formatted(
                    model,
                    possible.isEmpty() ? ", of which it has none" : "",
                    RejectText.onOneLine(name),
                    Suggestion.of(name, possible)
                        .map(" (did you mean %s?)"::formatted)
                        .orElse("")));
      }
    }
  }

  void print(Terminal terminal) {
    Table table = table();
    List<List<String>> rows = table.rows();
    int shown = Math.min(MOST_LINES, rows.size());
    TextTable.print(terminal, new Table(Set.of(0), table.header(), rows.subList(0, shown)));
    int all = slices.slices().size();
    if (all > shown) {
      terminal.line(String.format(Locale.ROOT, "and %,d more", all - shown));
    }
  }

  /** The slices, the worst first; of very many these alone. */
  Table table() {
    List<Slice> all = slices.slices().stream().limit(MOST_IN_ALL).toList();
    boolean isAccuracy = !all.isEmpty() && all.get(0).isAccuracy();
    boolean isWeighted = all.stream().anyMatch(slice -> slice.evaluation().rowWeight() != null);
    List<String> header = new ArrayList<>(List.of(slices.column(), "rows"));
    if (isWeighted) {
      header.add("weight");
    }
    header.addAll(List.of(isAccuracy ? "accuracy" : "abs. error", "95% interval", "loss"));
    List<List<String>> rows = new ArrayList<>();
    for (Slice slice : all) {
      Interval interval = slice.interval();
      List<String> cells = new ArrayList<>();
      cells.add(name(slice));
      cells.add(NumberText.count(slice.evaluation().examples()));
      if (isWeighted) {
        cells.add(NumberText.brief(slice.evaluation().rowWeight()));
      }
      cells.add(number(slice.score()));
      cells.add(interval == null ? "" : number(interval.low()) + " to " + number(interval.high()));
      cells.add(number(slice.evaluation().meanLossPerExample()));
      rows.add(cells);
    }
    return new Table(Set.of(0), header, rows);
  }

  /** Empty where rows give none, as where the model knows none of their classes. */
  private static String number(double value) {
    return Double.isNaN(value) ? "" : NumberText.number(value);
  }

  private static String name(Slice slice) {
    if (slice.values() > 1) {
      return String.format(Locale.ROOT, "(%,d rare values)", slice.values());
    }
    return slice.value() == null ? "(none)" : RejectText.onOneLine(RejectText.cut(slice.value()));
  }

  /** The column and its slices, the worst first. */
  ObjectNode toTree() {
    ObjectNode tree = JsonNodeFactory.instance.objectNode();
    tree.put("column", slices.column());
    tree.put("count", slices.slices().size());
    ArrayNode all = tree.putArray("slices");
    for (Slice slice : slices.slices()) {
      if (all.size() == MOST_IN_ALL) {
        break;
      }
      ObjectNode one = all.addObject();
      one.put("value", slice.value());
      one.put("values", slice.values());
      one.put("examples", slice.evaluation().examples());
      if (slice.evaluation().rowWeight() != null) {
        one.put("weight", slice.evaluation().rowWeight());
      }
      one.put("low", slice.interval() == null ? null : slice.interval().low());
      one.put("high", slice.interval() == null ? null : slice.interval().high());
      for (Metric metric : Metric.ofFiles()) {
        if (Metric.scores().contains(metric)) {
          Double score = metric.in(slice.evaluation());
          one.put(metric.word(), score == null || score.isNaN() ? null : score);
        }
      }
    }
    return tree;
  }
}
