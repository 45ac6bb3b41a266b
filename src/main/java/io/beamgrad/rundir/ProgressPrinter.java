package io.beamgrad.rundir;

import io.beamgrad.learner.Progress;
import io.beamgrad.metrics.Metric;
import io.beamgrad.report.BaselineText;
import io.beamgrad.report.NumberText;
import io.beamgrad.schema.BaselineScore;
import io.beamgrad.schema.MetricRow;
import io.beamgrad.schema.Split;
import io.beamgrad.terminal.ProgressBar;
import io.beamgrad.terminal.Terminal;
import io.beamgrad.train.Evaluation;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.function.Function;
import org.checkerframework.checker.nullness.qual.Nullable;

/**
 * Shows how a training goes: one line for each epoch, once, and on a live terminal a bar below
 * them. It is told all that is known, as often as the caller likes.
 */
public final class ProgressPrinter {
  private static final String FORMAT = "%5s  %12s  %15s  %10s  %11s  %7s";
  private static final int WIDTH = 70;
  private static final String NARROW_FORMAT = "%5s %9s %10s %10s"; // without speed and time left

  private final Terminal terminal;
  private final Metric main;
  private int printedEpochs = -1; // the last epoch that has its line
  private String printedNote = "";

  /**
   * @param isClassification true shows accuracy, false the mean absolute error
   */
  public ProgressPrinter(Terminal terminal, boolean isClassification) {
    this.terminal = terminal;
    this.main = Metric.main(isClassification);
  }

  /** Prints the epochs that are new, and shows the bar of the stage. */
  public void update(Progress progress) {
    printNote(progress.note());
    for (int epoch = printedEpochs + 1; isDone(epoch, progress); epoch++) {
      printEpoch(epoch, progress);
    }
    terminal.status(bar(progress));
  }

  /** Prints what is left of the epochs, then what the test gave. */
  public void finish(Progress progress) {
    printNote(progress.note());
    for (int epoch = printedEpochs + 1; row(progress, epoch, Split.TRAIN).isPresent(); epoch++) {
      printEpoch(epoch, progress);
    }
    terminal.clearStatus();
    printTest(terminal, progress.rows());
  }

  /** Prints what the test gave; without one, what the kept epoch has to beat. */
  public static void printTest(Terminal terminal, List<MetricRow> rows) {
    boolean isTested = rows.stream().anyMatch(row -> row.getSplit() == Split.TEST);
    rows.stream()
        .filter(row -> isTested ? row.getSplit() == Split.TEST : row.getBaseline() != null)
        .forEach(
            row ->
                terminal.heading(
                    row.getSplit().name().toLowerCase(Locale.ROOT), "  " + measured(row)));
  }

  private void printNote(String note) {
    if (!note.isEmpty() && !note.equals(printedNote)) {
      terminal.line(note);
      printedNote = note;
    }
  }

  private static String measured(MetricRow row) {
    return measured(metric -> metric.in(row), row.getExamples(), row.getWeight())
        + baseline(row.getBaseline());
  }

  /** Such as "; always 'no': accuracy 0.8660", what a model has to beat; empty for null. */
  public static String baseline(@Nullable BaselineScore score) {
    if (score == null) {
      return "";
    }
    Metric its = Metric.main(score.getLabel() != null);
    return "; %s: %s %s"
        .formatted(BaselineText.name(score), its.inFull(), number(BaselineText.value(its, score)));
  }

  /** Such as "loss 1.0842, accuracy 0.8051, 10,000 rows", and what they weigh. */
  public static String measured(Evaluation found) {
    return measured(metric -> metric.in(found), found.examples(), found.rowWeight());
  }

  private static String measured(
      Function<Metric, Double> values, long rows, @Nullable Double weight) {
    List<String> parts = new ArrayList<>();
    for (Metric metric : Metric.ofLine()) {
      Double value = values.apply(metric);
      if (value != null) {
        parts.add(metric.inFull() + " " + number(value));
      }
    }
    parts.add(
        NumberText.count(rows)
            + " rows"
            + (weight == null ? "" : " of weight " + NumberText.brief(weight)));
    return String.join(", ", parts);
  }

  /** True if all rows of the epoch that there will be are there. */
  private static boolean isDone(int epoch, Progress progress) {
    boolean isPassed =
        progress.epoch() > epoch || progress.stage().compareTo(Progress.Stage.TRAINING) > 0;
    return row(progress, epoch, Split.TRAIN).isPresent()
        && (isPassed || row(progress, epoch, Split.VALIDATION).isPresent());
  }

  private void printEpoch(int epoch, Progress progress) {
    if (printedEpochs < 0) {
      String score = main.narrowHeading();
      terminal.heading(
          isNarrow()
              ? NARROW_FORMAT.formatted("epoch", "train", "validation", score)
              : FORMAT.formatted("epoch", "train loss", "validation loss", score, "rows/s", "left"),
          "");
    }
    MetricRow train = row(progress, epoch, Split.TRAIN).orElseThrow();
    Optional<MetricRow> validation = row(progress, epoch, Split.VALIDATION);
    MetricRow scored = validation.orElse(train);
    Double score = main.in(scored);
    // Epoch 0 is an evaluation; its speed says nothing of training.
    boolean isTrained = epoch > 0 && train.getSeconds() > 0;
    Object[] cells = {
      epoch,
      number(train.getLoss()),
      validation.map(row -> number(row.getLoss())).orElse("-"),
      score == null ? "-" : number(score),
      isTrained
          ? String.format(Locale.ROOT, "%,.0f", train.getExamples() / train.getSeconds())
          : "",
      isTrained ? left(epoch, progress) : ""
    };
    String line = isNarrow() ? NARROW_FORMAT.formatted(cells) : FORMAT.formatted(cells);
    terminal.line(line.stripTrailing());
    printedEpochs = epoch;
  }

  private boolean isNarrow() {
    return !terminal.hasRoomFor(WIDTH);
  }

  /** The time of the epochs to come, from the mean of those that are done; none of a refit. */
  private static String left(int epoch, Progress progress) {
    if (progress.stage() == Progress.Stage.REFITTING) {
      return "";
    }
    if (progress.stage() != Progress.Stage.TRAINING) {
      return clock(0);
    }
    double seconds =
        progress.rows().stream()
            .filter(row -> row.getEpoch() > 0 && row.getEpoch() <= epoch)
            .filter(row -> row.getSplit() != Split.TEST)
            .mapToDouble(MetricRow::getSeconds)
            .sum();
    return clock(seconds / epoch * (progress.epochs() - epoch));
  }

  private String bar(Progress progress) {
    String name =
        switch (progress.stage()) {
          case READING -> "reading";
          case SHUFFLING -> "shuffling";
          case TRAINING -> "epoch %s/%s".formatted(progress.epoch(), progress.epochs());
          case REFITTING -> "refit, epoch %s/%s".formatted(progress.epoch(), progress.epochs());
          case KEYS -> "models by key";
          case TESTING -> "testing";
          case SUMMARISING -> "looking for what the report shows";
          case WRITING -> "writing";
        };
    return ProgressBar.text(
        name, progress.step(), progress.steps(), progress.rowsPerSecond(), terminal.width());
  }

  private static Optional<MetricRow> row(Progress progress, int epoch, Split split) {
    return progress.rows().stream()
        .filter(row -> row.getEpoch() == epoch && row.getSplit() == split)
        .findFirst();
  }

  /** With four digits after the point where those say enough. */
  public static String number(double value) {
    double size = Math.abs(value);
    boolean isPlain = size == 0 || (size >= 0.001 && size < 1e7);
    return Double.isFinite(value)
        ? String.format(Locale.ROOT, isPlain ? "%.4f" : "%.3e", value)
        : Double.toString(value);
  }

  private static String clock(double seconds) {
    Duration time = Duration.ofSeconds(Math.round(seconds));
    return time.toHours() > 0
        ? String.format(
            Locale.ROOT, "%d:%02d:%02d", time.toHours(), time.toMinutesPart(), time.toSecondsPart())
        : String.format(Locale.ROOT, "%d:%02d", time.toMinutes(), time.toSecondsPart());
  }
}
