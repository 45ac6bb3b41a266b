package io.beamgrad.rundir;

import io.beamgrad.data.files.Storage;
import io.beamgrad.data.files.StoredFile;
import io.beamgrad.learner.Progress;
import io.beamgrad.learner.ProgressFile;
import io.beamgrad.metrics.Metric;
import io.beamgrad.schema.MetricRow;
import io.beamgrad.schema.Split;
import io.beamgrad.terminal.ProgressBar;
import io.beamgrad.terminal.Terminal;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * Shows how the trials of a sweep go: a line for each that has come to its end, and on a live
 * terminal a bar of all epochs; of trials on folds then the same of the best one on all rows.
 */
public final class SweepProgress {
  private static final long INTERVAL_NANOS = 500_000_000; // there are many files to look at

  /**
   * The work folders of a trial.
   *
   * @param whole that of its training on all rows; of trials on folds only the best one has it
   * @param folds those of its folds; none where it is not judged by them
   */
  public record Folders(String whole, List<String> folds) {
    public Folders {
      folds = List.copyOf(folds);
    }
  }

  /** A training, and how far it was when its file was last read. */
  private static final class Training {
    private final String name;
    private final String atItsEnd; // what is told then; empty where that is nothing
    private final String file;
    private Optional<StoredFile> read = Optional.empty();
    private int epochs; // that there will be
    private int lastEpoch;
    private String note = "";
    private boolean hasBegun;
    private boolean hasEnded;

    Training(String name, String atItsEnd, String folder) {
      this.name = name;
      this.atItsEnd = atItsEnd;
      this.file = folder + "/progress.json";
    }

    /** What its file says; empty where that is known already, or there is none. */
    Optional<Progress> look() {
      if (hasEnded) {
        return Optional.empty();
      }
      if (!Storage.isRemote(file)) { // where a second request would take as long as reading it does
        Optional<StoredFile> found = Storage.find(file);
        if (found.equals(read)) {
          return Optional.empty();
        }
        read = found;
      }
      return Storage.readIfThere(file).flatMap(ProgressFile::parse);
    }

    /** The next look reads the file even if it has the size and time that it had. */
    void forget() {
      read = Optional.empty();
    }
  }

  /** What is trained of a trial. */
  private record Trial(List<Training> ranked, Optional<Training> ifBest) {

    static Trial of(int number, Folders folders) {
      String name = "trial " + number;
      String trained = name + " is trained";
      if (folders.folds.isEmpty()) {
        return new Trial(List.of(new Training(name, trained, folders.whole)), Optional.empty());
      }
      List<Training> folds = new ArrayList<>();
      for (String folder : folders.folds) {
        folds.add(new Training("%s, fold %s".formatted(name, folds.size()), "", folder));
      }
      String all = " on all rows";
      return new Trial(folds, Optional.of(new Training(name + all, trained + all, folders.whole)));
    }

    boolean hasEnded() {
      return ranked.stream().allMatch(training -> training.hasEnded);
    }
  }

  private final Terminal terminal;
  private final List<Trial> trials = new ArrayList<>();
  private final Metric metric;
  private long nextLook;

  /**
   * @param folders of the trials, in order
   * @param metric the one that ranks them
   */
  public SweepProgress(Terminal terminal, List<Folders> folders, Metric metric) {
    this.terminal = terminal;
    this.metric = metric;
    folders.forEach(of -> trials.add(Trial.of(trials.size(), of)));
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
      if (hasBegun()) {
        terminal.status(bar());
      }
    }
    return hasBegun();
  }

  private boolean hasBegun() {
    return trials.stream()
        .flatMap(trial -> trial.ranked.stream())
        .anyMatch(training -> training.hasBegun);
  }

  /** Prints what is left to say. */
  public void finish() {
    for (Trial trial : trials) {
      trial.ranked.forEach(Training::forget); // two writes within a tick of the clock
      trial.ifBest.ifPresent(Training::forget);
    }
    look();
    terminal.clearStatus();
  }

  private void look() {
    for (int number = 0; number < trials.size(); number++) {
      Trial trial = trials.get(number);
      boolean hadEnded = trial.hasEnded();
      trial.ranked.forEach(training -> training.look().ifPresent(now -> tell(training, now)));
      if (trial.ifBest.isPresent() && trial.hasEnded()) {
        if (!hadEnded) {
          terminal.line(
              "trial %s is trained on its %s folds".formatted(number, trial.ranked.size()));
        }
        Training best = trial.ifBest.get();
        best.look().ifPresent(now -> tell(best, now));
      }
    }
  }

  private void tell(Training training, Progress progress) {
    training.hasBegun = true;
    training.epochs = progress.epochs();
    training.lastEpoch = progress.rows().stream().mapToInt(MetricRow::getEpoch).max().orElse(0);
    if (!progress.note().isEmpty() && !progress.note().equals(training.note)) {
      training.note = progress.note();
      terminal.line("%s: %s".formatted(training.name, training.note));
    }
    training.hasEnded = progress.stage() == Progress.Stage.WRITING;
    if (training.hasEnded && !training.atItsEnd.isEmpty()) {
      terminal.line(training.atItsEnd + score(progress));
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
    Optional<Training> best =
        trials.stream()
            .flatMap(trial -> trial.ifBest.stream())
            .filter(training -> training.hasBegun)
            .findFirst();
    if (best.isPresent()) {
      return bar(best.get().name + ", epochs", best.get().lastEpoch, best.get().epochs);
    }
    List<Training> ranked = trials.stream().flatMap(trial -> trial.ranked.stream()).toList();
    int most = ranked.stream().mapToInt(training -> training.epochs).max().orElse(0);
    return bar(
        "%s of %s trials trained, epochs"
            .formatted(trials.stream().filter(Trial::hasEnded).count(), trials.size()),
        ranked.stream().mapToLong(training -> training.lastEpoch).sum(),
        (long) most * ranked.size());
  }

  private String bar(String name, long epochs, long of) {
    return ProgressBar.text(name, epochs, of, 0, terminal.width());
  }
}
