package io.beamgrad.job;

import io.beamgrad.data.sources.SourceFiles;
import io.beamgrad.data.split.Holdout;
import io.beamgrad.data.split.HoldoutRows;
import io.beamgrad.data.split.SplitRule;
import io.beamgrad.failure.WrongInputException;
import io.beamgrad.schema.Split;
import io.beamgrad.spec.JobSpec;
import io.beamgrad.spec.PlanFromSpec;
import io.beamgrad.terminal.Terminal;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Objects;
import org.checkerframework.checker.nullness.qual.Nullable;

/** The rows that the training of a model has held out, as the run's spec beside the model says. */
final class RecordedHoldout {
  private RecordedHoldout() {}

  /**
   * The split rule of a spec, with the holdout of the model's own run; without that spec, as where
   * the model was copied, with the holdout of the spec itself.
   *
   * @param data names the spec in messages
   * @throws WrongInputException where nothing is held out, or the two hold out other rows
   */
  static SplitRule rule(Path model, Path data, JobSpec spec) {
    SplitRule rule = PlanFromSpec.splitRule(spec);
    Path own = model.toAbsolutePath().resolveSibling("job.yaml");
    Holdout recorded = Files.exists(own) ? of(own) : null;
    Holdout asked = rule.holdout();
    if (recorded == null && asked == null) {
      throw new WrongInputException(
          "--split holdout: no rows are held out, as split.holdout.share is 0 in %s"
              .formatted(
                  Files.exists(own)
                      ? "%s and in %s".formatted(Terminal.shown(data), Terminal.shown(own))
                      : "%s, and there is no %s"
                          .formatted(Terminal.shown(data), Terminal.shown(own))));
    }
    if (recorded != null && asked != null && !recorded.equals(asked)) {
      throw new WrongInputException(
          "--split holdout: split.holdout is %s in %s, but the model held out %s (%s)"
              .formatted(words(asked), Terminal.shown(data), words(recorded), Terminal.shown(own)));
    }
    return rule.withHoldout(Objects.requireNonNullElse(recorded, asked));
  }

  private static @Nullable Holdout of(Path spec) {
    return PlanFromSpec.splitRule(JobSpec.load(spec, List.of())).holdout();
  }

  private static String words(Holdout holdout) {
    return "a share of %s of the rows by %s with the salt '%s'"
        .formatted(
            holdout.share().toPlainString(),
            holdout.by() == Holdout.By.ROWS
                ? "file and record"
                : "%s of %s"
                    .formatted(
                        holdout.by() == Holdout.By.KEY ? "the key" : "the content",
                        String.join(", ", holdout.columns())),
            Terminal.shown(holdout.salt()));
  }

  /**
   * Checks that the training files have the columns that the holdout goes by.
   *
   * @throws WrongInputException where they have not
   */
  static void requireIn(SourceFiles files, SplitRule rule, Path data) {
    boolean areThere =
        files.ranges().stream()
            .filter(range -> range.getSplit() == Split.TRAIN)
            .allMatch(range -> HoldoutRows.areIn(range.getColumns(), rule.holdout()));
    if (!areThere) {
      throw new WrongInputException(
          "--split holdout: the model held out %s, and the files of data.train in %s lack a column of"
                  .formatted(words(rule.holdout()), Terminal.shown(data))
              + " these");
    }
  }
}
