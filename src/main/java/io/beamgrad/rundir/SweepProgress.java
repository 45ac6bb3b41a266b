package io.beamgrad.rundir;

import io.beamgrad.data.files.Storage;
import io.beamgrad.learner.Progress;
import io.beamgrad.learner.ProgressFile;
import io.beamgrad.metrics.Metric;
import io.beamgrad.schema.MetricRow;
import io.beamgrad.schema.Split;
import io.beamgrad.terminal.ProgressBar;
import io.beamgrad.terminal.Terminal;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * Shows how the trials of a sweep go: a line for each that has come to its end, and on a live
 * terminal a bar of all epochs.
 */
public final class SweepProgress {
  private static final long INTERVAL_NANOS = 500_000_000; // there are many files to look at

  private final Terminal terminal;
  private final List<String> files;
  private final Metric metric;
  private final Map<Integer, Progress> known = new HashMap<>();
  private final Set<Integer> told = new HashSet<>();
  private final Set<String> notes = new HashSet<>();
  private long nextLook;

  /**
   * @param folders the work folders of the trials, in order
   * @param metric the one that ranks them
   */
  public SweepProgress(Terminal terminal, List<String> folders, Metric metric) {
    this.terminal = terminal;
    this.files = folders.stream().map(folder -> folder + "/progress.json").toList();
    this.metric = metric;
  }

  /**
   * Looks at all files, unless it has just done so.
   *
   * @return whether a trial has begun
   */
  public boolean update() {
    long now = System.nanoTime();
    if (nextLook == 0 || now >= nextLook) {
      nextLook = now + INTERVAL_NANOS;
      look();
      if (!known.isEmpty()) {
        terminal.status(bar());
      }
    }
    return !known.isEmpty();
  }

  /** Prints what is left to say. */
  public void finish() {
    look();
    terminal.clearStatus();
  }

  private void look() {
    for (int trial = 0; trial < files.size(); trial++) {
      if (!told.contains(trial)) {
        Optional<Progress> progress =
            Storage.readIfThere(files.get(trial)).flatMap(ProgressFile::parse);
        if (progress.isPresent()) {
          known.put(trial, progress.get());
          tell(trial, progress.get());
        }
      }
    }
  }

  private void tell(int trial, Progress progress) {
    String note = "trial %s: %s".formatted(trial, progress.note());
    if (!progress.note().isEmpty() && notes.add(note)) {
      terminal.line(note);
    }
    if (progress.stage() == Progress.Stage.WRITING) {
      told.add(trial);
      terminal.line("trial %s is trained%s".formatted(trial, score(progress)));
    }
  }

  /** Of the last epoch, which need not be the one that is kept. */
  private String score(Progress progress) {
    return progress.rows().stream()
        .filter(row -> row.getSplit() == Split.VALIDATION && metric.in(row) != null)
        .reduce((before, last) -> last)
        .map(
            row ->
                ", validation %s %s after epoch %s"
                    .formatted(
                        metric.inFull(), ProgressPrinter.number(metric.in(row)), row.getEpoch()))
        .orElse("");
  }

  private String bar() {
    long epochs = known.values().stream().mapToLong(SweepProgress::epochs).sum();
    int most = known.values().stream().mapToInt(Progress::epochs).max().orElse(0);
    return ProgressBar.text(
        "%s of %s trials trained, epochs".formatted(told.size(), files.size()),
        epochs,
        (long) most * files.size(),
        0,
        terminal.width());
  }

  private static long epochs(Progress progress) {
    return progress.rows().stream().mapToInt(MetricRow::getEpoch).max().orElse(0);
  }
}
