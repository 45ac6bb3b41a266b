package io.beamgrad.rundir;

import io.beamgrad.data.files.Storage;
import io.beamgrad.learner.Progress;
import io.beamgrad.learner.ProgressFile;
import io.beamgrad.metrics.Metric;
import io.beamgrad.schema.MetricRow;
import io.beamgrad.schema.Split;
import io.beamgrad.terminal.ProgressBar;
import io.beamgrad.terminal.Terminal;
import java.util.Arrays;
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
  private final List<String> files; // of all trainings, those of a trial together
  private final int ofTrial; // trainings
  private final int[] ended; // trainings of each trial
  private final Metric metric;
  private final Map<Integer, Progress> known = new HashMap<>();
  private final Set<Integer> told = new HashSet<>();
  private final Set<String> notes = new HashSet<>();
  private long nextLook;

  /**
   * @param folders the work folders of the trials, in order; of each one, or those of its folds
   * @param metric the one that ranks them
   */
  public SweepProgress(Terminal terminal, List<List<String>> folders, Metric metric) {
    this.terminal = terminal;
    this.ended = new int[folders.size()];
    this.ofTrial = folders.get(0).size();
    this.files =
        folders.stream().flatMap(List::stream).map(folder -> folder + "/progress.json").toList();
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
    for (int training = 0; training < files.size(); training++) {
      if (!told.contains(training)) {
        Optional<Progress> progress =
            Storage.readIfThere(files.get(training)).flatMap(ProgressFile::parse);
        if (progress.isPresent()) {
          known.put(training, progress.get());
          tell(training, progress.get());
        }
      }
    }
  }

  private void tell(int training, Progress progress) {
    int trial = training / ofTrial;
    String fold = ofTrial == 1 ? "" : ", fold %s".formatted(training % ofTrial);
    String note = "trial %s%s: %s".formatted(trial, fold, progress.note());
    if (!progress.note().isEmpty() && notes.add(note)) {
      terminal.line(note);
    }
    if (progress.stage() != Progress.Stage.WRITING) {
      return;
    }
    told.add(training);
    ended[trial]++;
    if (ofTrial == 1) {
      terminal.line("trial %s is trained%s".formatted(trial, score(progress)));
    } else if (ended[trial] == ofTrial) {
      terminal.line("trial %s is trained on its %s folds".formatted(trial, ofTrial));
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
        "%s of %s trials trained, epochs"
            .formatted(
                Arrays.stream(ended).filter(trainings -> trainings == ofTrial).count(),
                ended.length),
        epochs,
        (long) most * files.size(),
        0,
        terminal.width());
  }

  private static long epochs(Progress progress) {
    return progress.rows().stream().mapToInt(MetricRow::getEpoch).max().orElse(0);
  }
}
