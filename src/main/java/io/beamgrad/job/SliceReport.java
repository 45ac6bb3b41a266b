package io.beamgrad.job;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.beamgrad.data.rows.RejectText;
import io.beamgrad.evaluation.ColumnSlices;
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
  private static final int MOST_IN_JSON = 1000;

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
    List<Slice> shown = slices.slices();
    boolean isAccuracy = !shown.isEmpty() && shown.get(0).isAccuracy();
    boolean isWeighted =
        shown.stream().anyMatch(slice -> slice.evaluation().rowWeight() != null);
    List<String> header = new ArrayList<>(List.of(slices.column(), "rows"));
    if (isWeighted) {
      header.add("weight");
    }
    header.addAll(List.of(isAccuracy ? "accuracy" : "abs. error", "95% interval", "loss"));
    List<List<String>> rows = new ArrayList<>();
    for (Slice slice : shown.subList(0, Math.min(MOST_LINES, shown.size()))) {
      List<String> cells = new ArrayList<>();
      cells.add(name(slice));
      cells.add(NumberText.count(slice.evaluation().examples()));
      if (isWeighted) {
        cells.add(NumberText.brief(slice.evaluation().rowWeight()));
      }
      cells.add(NumberText.number(slice.score()));
      cells.add(
          slice.interval() == null
              ? ""
              : NumberText.number(slice.interval().low())
                  + " to "
                  + NumberText.number(slice.interval().high()));
      cells.add(NumberText.number(slice.evaluation().meanLossPerExample()));
      rows.add(cells);
    }
    TextTable.print(terminal, new Table(Set.of(0), header, rows));
    if (shown.size() > MOST_LINES) {
      terminal.line(
          String.format(
              Locale.ROOT, "and %,d more, which are better", shown.size() - MOST_LINES));
    }
  }

  private static String name(Slice slice) {
    if (slice.values() > 1) {
      return String.format(Locale.ROOT, "(%,d rare values)", slice.values());
    }
    return slice.value() == null
        ? "(none)"
        : RejectText.onOneLine(RejectText.cut(slice.value()));
  }

  /** The column and its slices, the worst first. */
  ObjectNode toTree() {
    ObjectNode tree = JsonNodeFactory.instance.objectNode();
    tree.put("column", slices.column());
    ArrayNode all = tree.putArray("slices");
    for (Slice slice : slices.slices()) {
      if (all.size() == MOST_IN_JSON) {
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
          one.put(metric.word(), metric.in(slice.evaluation()));
        }
      }
    }
    return tree;
  }
}
