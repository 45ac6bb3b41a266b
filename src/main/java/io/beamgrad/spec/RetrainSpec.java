package io.beamgrad.spec;

import io.beamgrad.data.split.Holdout;
import io.beamgrad.registry.gate.CheckLimits;
import io.beamgrad.registry.gate.GateRule;
import io.beamgrad.registry.gate.JudgingRows;
import java.nio.file.Path;
import java.util.List;
import org.checkerframework.checker.nullness.qual.Nullable;

/**
 * What {@code beamgrad retrain} does with a job; {@code train} does not look at it.
 *
 * @param start what the weights begin with
 * @param epochs that a warm start trains; null for those of the job
 * @param holdout the rows that judge models and never train
 * @param prometheus where metrics for monitoring are written; null for nowhere
 */
public record RetrainSpec(
    Select select,
    Start start,
    @Nullable Integer epochs,
    HeldOut holdout,
    GateRule gate,
    CheckLimits checks,
    Notification notification,
    @Nullable Path prometheus) {

  /** Which rows judge: where the gate does not say it those of the selected days, or fresh ones. */
  public JudgingRows judgingRows() {
    if (gate.of() != null) {
      return gate.of();
    }
    return select.by() == Select.By.DAYS
        ? new JudgingRows(JudgingRows.By.DAYS, select.days())
        : new JudgingRows(JudgingRows.By.FRESH, 0);
  }

  /**
   * Which of the files that {@code data.train} names are trained on.
   *
   * @param days for DAYS how many; otherwise 0
   */
  public record Select(By by, int days) {

    /** What decides. */
    public enum By {
      ALL,
      /** Those that the version in service has not seen. */
      SINCE_LAST,
      /** Those of the last days by their folder or name. */
      DAYS
    }
  }

  /**
   * Which rows are held out.
   *
   * @param share of the rows, in (0, 1)
   * @param by what names a row; null where the spec does not say it
   * @param key for KEY the columns; else none
   */
  public record HeldOut(double share, Holdout.@Nullable By by, List<String> key) {
    public HeldOut {
      key = List.copyOf(key);
    }
  }

  /** What training begins with. */
  public enum Start {
    /** Weights that are drawn. */
    COLD,
    /** Those of the version in service, with its optimiser's state. */
    WARM
  }

  /**
   * Who is told of the end of a run, and of which.
   *
   * @param command what to run, with its arguments; empty for nothing
   * @param webhook an http or https address; null for none
   * @param timeoutSeconds for each of the two
   */
  public record Notification(
      List<String> command, @Nullable String webhook, int timeoutSeconds, List<Event> on) {
    public Notification {
      command = List.copyOf(command);
      on = List.copyOf(on);
    }

    /** What one can be told of. */
    public enum Event {
      DECISION,
      /** A run that ends without a decision, though it should have made one. */
      FAILURE
    }
  }
}
