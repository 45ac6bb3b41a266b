package io.beamgrad.spec;

import io.beamgrad.data.formats.CsvReader;
import io.beamgrad.data.rows.Columns;
import io.beamgrad.failure.WrongInputException;
import io.beamgrad.registry.gate.CheckLimits;
import io.beamgrad.schema.Column;
import java.util.List;
import org.checkerframework.checker.nullness.qual.Nullable;

/** Checks that the columns are there to which {@code retrain.checks} gives limits of their own. */
public final class CheckedColumns {
  private CheckedColumns() {}

  /**
   * @param columns of the data
   * @throws WrongInputException where one is no feature but the key of models, nor a target that is
   *     a number
   */
  public static void require(JobSpec spec, List<Column> columns) {
    int classColumn = Columns.classColumn(columns);
    List<String> checked =
        columns.stream()
            .filter(column -> Columns.isFeature(column) || Columns.isTarget(column))
            .filter(column -> !column.getName().equals(spec.keyColumn()))
            .filter(column -> classColumn < 0 || !columns.get(classColumn).equals(column))
            .map(Column::getName)
            .toList();
    CheckLimits limits = spec.retrain().checks();
    require("psi.warn", limits.psi().warn(), checked, spec);
    require("psi.stop", limits.psi().stop(), checked, spec);
    require("ks.warn", limits.ks().warn(), checked, spec);
    require("ks.stop", limits.ks().stop(), checked, spec);
  }

  private static void require(
      String key, CheckLimits.@Nullable ColumnLimit limit, List<String> checked, JobSpec spec) {
    if (limit == null) {
      return;
    }
    for (String name : limit.named().keySet()) {
      if (!checked.contains(name)) {
        String hint =
            Suggestion.of(name, checked)
                .map(near -> "; did you mean %s?".formatted(near))
                .orElse("; there are " + CsvReader.shown(checked));
        throw spec.tree()
            .errors()
            .error(
                "retrain.checks." + key,
                "must name columns that are compared, was \"%s\"%s".formatted(name, hint));
      }
    }
  }
}
