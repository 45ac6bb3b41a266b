package io.beamgrad.job;

import io.beamgrad.data.Progress;
import io.beamgrad.schema.MetricRow;
import io.beamgrad.schema.Split;
import java.util.Locale;

/**
 * Shows how a training goes: one line for each epoch as it ends and, on a live terminal, a bar of
 * what is being done.
 */
final class ProgressPrinter {
  private static final int BAR_CELLS = 24;

  private final Terminal terminal;
  private int rowsSeen;
  private MetricRow train;
  private int epochsTimed;
  private double secondsTimed;

  ProgressPrinter(Terminal terminal) {
    this.terminal = terminal;
  }

  /** Prints what is new since the last time. */
  void show(Progress progress) {
    for (MetricRow row : progress.rows().subList(rowsSeen, progress.rows().size())) {
      boolean isLast = ++rowsSeen == progress.rows().size();
      if (row.getSplit() == Split.TRAIN) {
        if (train != null) {
          printEpoch(null, progress.epochs());
        }
        train = row;
        if (isLast && progress.stage() != Progress.Stage.TRAINING) {
          printEpoch(null, progress.epochs());
        }
      } else if (row.getSplit() == Split.VALIDATION) {
        printEpoch(row, progress.epochs());
      }
    }
    terminal.status(status(progress));
  }

  /** The test row as a line; nothing where there were no test rows. */
  void showTest(Progress progress) {
    for (MetricRow row : progress.rows()) {
      if (row.getSplit() == Split.TEST) {
        terminal.line(
            "test          %s   %,d rows".formatted(measures(row, "loss"), row.getExamples()));
      }
    }
  }

  private void printEpoch(MetricRow validation, int epochs) {
    MetricRow trained = train;
    train = null;
    String name = "epoch %d/%d".formatted(trained.getEpoch(), epochs);
    String text = "%-12s  train loss %s".formatted(name, number(trained.getLoss()));
    if (validation != null) {
      text += "   validation " + measures(validation, "loss");
    }
    if (trained.getEpoch() == 0) {
      terminal.line(text + "   (untrained)");
      return;
    }
    epochsTimed++;
    secondsTimed += trained.getSeconds() + (validation == null ? 0 : validation.getSeconds());
    double rowsPerSecond = trained.getExamples() / Math.max(1e-9, trained.getSeconds());
    double left = secondsTimed / epochsTimed * (epochs - trained.getEpoch());
    terminal.line("%s   %s rows/s   %s left".formatted(text, rate(rowsPerSecond), duration(left)));
  }

  private static String measures(MetricRow row, String lossName) {
    String text = "%s %s".formatted(lossName, number(row.getLoss()));
    if (row.getAccuracy() != null) {
      return text + "  accuracy %.4f".formatted(row.getAccuracy());
    }
    return row.getMae() == null ? text : text + "  mae " + number(row.getMae());
  }

  private static String status(Progress progress) {
    String what = progress.stage().name().toLowerCase(Locale.ROOT);
    if (progress.stage() != Progress.Stage.TRAINING || progress.steps() == 0) {
      return what + " ...";
    }
    int full = (int) (BAR_CELLS * progress.step() / progress.steps());
    return "epoch %d/%d [%s%s] %d/%d batches  %s rows/s"
        .formatted(
            progress.epoch(),
            progress.epochs(),
            "#".repeat(full),
            "-".repeat(BAR_CELLS - full),
            progress.step(),
            progress.steps(),
            rate(progress.rowsPerSecond()));
  }

  /** Five digits, so that losses of thousands and of thousandths are both readable. */
  static String number(double value) {
    double size = Math.abs(value);
    int decimals = size >= 1000 ? 1 : size >= 100 ? 2 : size >= 10 ? 3 : 4;
    return (size != 0 && size < 1e-3) || size >= 1e7
        ? "%.4e".formatted(value)
        : ("%." + decimals + "f").formatted(value);
  }

  private static String rate(double rowsPerSecond) {
    return "%,.0f".formatted(rowsPerSecond);
  }

  private static String duration(double seconds) {
    long whole = Math.round(seconds);
    return whole < 60
        ? whole + " s"
        : whole < 3600
            ? "%d:%02d min".formatted(whole / 60, whole % 60)
            : "%d:%02d h".formatted(whole / 3600, whole / 60 % 60);
  }
}
