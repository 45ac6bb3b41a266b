package io.beamgrad.retrain;

import io.beamgrad.data.profile.ConstantColumns;
import io.beamgrad.data.profile.CopyCounts;
import io.beamgrad.data.rows.Columns;
import io.beamgrad.data.sources.SourceFiles;
import io.beamgrad.data.split.Holdout;
import io.beamgrad.data.split.HoldoutRows;
import io.beamgrad.data.split.SplitRule;
import io.beamgrad.failure.WrongInputException;
import io.beamgrad.registry.Decision;
import io.beamgrad.registry.Version;
import io.beamgrad.schema.Column;
import io.beamgrad.schema.FileRange;
import io.beamgrad.schema.Split;
import io.beamgrad.spec.JobSpec;
import io.beamgrad.spec.RetrainSpec;
import java.math.BigDecimal;
import java.util.List;
import java.util.Locale;
import java.util.Objects;
import java.util.Optional;
import org.checkerframework.checker.nullness.qual.Nullable;

/**
 * What names the rows of the holdout: what the spec says; else what the version in service goes by,
 * whose job.yaml records it; else, for a first version, what the data are like.
 */
final class HoldoutChoice {
  private final Holdout rows; // by file and record
  private final JobSpec spec;
  private final @Nullable Holdout recorded; // of the version in service
  private final List<String> comparedBefore; // empty where no decision tells it

  /**
   * @param salt of the registry
   * @param current the version in service; null where there is none
   * @param history all decisions, oldest first
   */
  HoldoutChoice(JobSpec spec, String salt, @Nullable Version current, List<Decision> history) {
    this.spec = spec;
    this.rows = new Holdout(salt, BigDecimal.valueOf(spec.retrain().holdout().share()));
    this.recorded = current == null ? null : Lineage.recorded(current);
    this.comparedBefore =
        history.stream()
            .map(Decision::copies)
            .filter(Objects::nonNull)
            .reduce((earlier, later) -> later)
            .map(Decision.Copies::compared)
            .orElse(List.of());
  }

  /**
   * The holdout where it is known before the data are read.
   *
   * @throws WrongInputException where it holds out whole keys that have models of their own
   */
  Optional<Holdout> known() {
    Optional<Holdout> known = asked();
    if (known.isPresent()
        && spec.keyColumn() != null
        && known.get().keys().equals(List.of(spec.keyColumn()))) {
      throw new WrongInputException(
          "%s: retrain.holdout must say by: content%s, as %s holds out all rows of a %s or none, and no judging row would have a key with a model of its own"
              .formatted(
                  spec.name(),
                  spec.data().jdbc() == null ? " or rows" : "",
                  spec.data().jdbc() == null ? "the version in service" : "data.jdbc.key",
                  spec.keyColumn()));
    }
    return known;
  }

  private Optional<Holdout> asked() {
    RetrainSpec.HeldOut asked = spec.retrain().holdout();
    if (spec.split().by() == SplitRule.By.GROUP) {
      return Optional.of(rows.byKey(spec.split().columns()));
    }
    if (asked.by() == Holdout.By.KEY) {
      return Optional.of(rows.byKey(asked.key()));
    }
    if (asked.by() == Holdout.By.ROWS) {
      return Optional.of(rows);
    }
    if (asked.by() == null && spec.data().jdbc() != null) {
      return Optional.of(rows.byKey(List.of(spec.data().jdbc().key())));
    }
    boolean isKept = recorded != null && (asked.by() == null || asked.by() == recorded.by());
    return isKept
        ? Optional.of(new Holdout(rows.salt(), rows.share(), recorded.by(), recorded.columns()))
        : Optional.empty();
  }

  /**
   * The same, where the files still have the columns whose content it goes by.
   *
   * @param columns of the files
   */
  private Optional<Holdout> known(List<Column> columns) {
    return known()
        .filter(known -> known.by() != Holdout.By.CONTENT || HoldoutRows.areIn(columns, known));
  }

  /**
   * The features and targets by which rows are compared: those of the holdout where it goes by
   * content, those of the last decision, or all but those that are constant in each file.
   */
  List<String> compared(SourceFiles source) throws InterruptedException {
    List<Column> columns = source.columns();
    Optional<Holdout> byContent = known(columns).filter(known -> known.by() == Holdout.By.CONTENT);
    if (byContent.isPresent()) {
      return byContent.get().columns();
    }
    if (!comparedBefore.isEmpty() && HoldoutRows.areIn(columns, rows.byContent(comparedBefore))) {
      return comparedBefore;
    }
    List<String> all =
        columns.stream()
            .filter(column -> Columns.isFeature(column) || Columns.isTarget(column))
            .map(Column::getName)
            .sorted()
            .toList();
    List<FileRange> ranges =
        source.ranges().stream().filter(range -> range.getSplit() == Split.TRAIN).toList();
    List<String> constant = ConstantColumns.of(ranges, columns);
    List<String> varying = all.stream().filter(name -> !constant.contains(name)).toList();
    return varying.isEmpty() ? all : varying;
  }

  /**
   * The holdout.
   *
   * @param compared as {@link #compared} has it
   */
  Holdout of(List<Column> columns, List<String> compared, CopyCounts copies) {
    boolean isContent = spec.retrain().holdout().by() == Holdout.By.CONTENT || copies.areDistinct();
    return known(columns).orElseGet(() -> isContent ? rows.byContent(compared) : rows);
  }

  /** What a decision says of it. */
  static Decision.Copies described(Holdout holdout, List<String> compared, CopyCounts copies) {
    return new Decision.Copies(
        holdout.by().name().toLowerCase(Locale.ROOT),
        holdout.columns(),
        compared,
        copies.rows(),
        copies.within(),
        copies.across());
  }
}
