package io.beamgrad.learner;

import io.beamgrad.data.files.Storage;
import io.beamgrad.schema.MetricRow;
import io.beamgrad.schema.TrainingPlan;
import io.beamgrad.train.StepListener;
import java.util.List;

/**
 * Keeps a work folder's progress file up to date, a few times a second at the most, on a remote
 * file system, where each write is a request that training waits for, each two seconds; less often
 * where that takes more than a {@value #TRAINING_PER_WRITE}th of the time.
 */
final class TrainingProgress implements StepListener {
  private static final long INTERVAL_NANOS = 200_000_000;
  private static final long REMOTE_INTERVAL_NANOS = 2_000_000_000;
  private static final long TRAINING_PER_WRITE = 50;
  private static final long MOST_TIMES = 5; // the least interval

  private final String path;
  private final long leastNanos; // between two writes
  private long intervalNanos;
  private Progress.Stage stage = Progress.Stage.TRAINING;
  private int epochs;
  private final long stepsOfEpoch;
  private long steps;
  private List<MetricRow> rows = List.of();
  private String note = "";
  private long lastWritten;
  private long epochStart;
  private int epoch;

  TrainingProgress(TrainingPlan plan, long trainRows) {
    this.path = plan.getWorkFolder() + "/progress.json";
    this.leastNanos = Storage.isRemote(path) ? REMOTE_INTERVAL_NANOS : INTERVAL_NANOS;
    this.intervalNanos = leastNanos;
    this.epochs = plan.getEpochs();
    this.stepsOfEpoch = (trainRows + plan.getBatchExamples() - 1) / plan.getBatchExamples();
    this.steps = stepsOfEpoch;
  }

  /** The batches of an epoch of the training before a refit. */
  long stepsOfEpoch() {
    return stepsOfEpoch;
  }

  @Override
  public void onStep(int inEpoch, long step, long rowsTrained, double loss) {
    long now = System.nanoTime();
    if (inEpoch != epoch) {
      epoch = inEpoch;
      epochStart = now;
    }
    if (now - lastWritten > intervalNanos) {
      double seconds = Math.max(1, now - epochStart) / 1e9;
      write(stage, inEpoch, step, rowsTrained / seconds);
      lastWritten = now;
    }
  }

  /** The refit begins, whose epochs and batches are counted from now on. */
  void beginRefit(int refitEpochs, long refitSteps) {
    stage = Progress.Stage.REFITTING;
    epochs = refitEpochs;
    steps = refitSteps;
    epoch = 0;
    write(stage, 1, 0, 0);
  }

  /** Tells a person something once, with what is written next. */
  void note(String text) {
    note = text;
  }

  /** After an epoch and its evaluation; short epochs share a write. */
  void report(List<MetricRow> rowsSoFar, int finishedEpoch) {
    rows = List.copyOf(rowsSoFar);
    long now = System.nanoTime();
    if (now - lastWritten > intervalNanos) {
      write(stage, Math.min(finishedEpoch + 1, epochs), 0, 0);
      lastWritten = now;
    }
  }

  void testing() {
    write(Progress.Stage.TESTING, epochs, 0, 0);
  }

  void summarising() {
    write(Progress.Stage.SUMMARISING, epochs, 0, 0);
  }

  void finished(List<MetricRow> allRows) {
    rows = List.copyOf(allRows);
    write(Progress.Stage.WRITING, epochs, 0, 0);
  }

  private void write(Progress.Stage of, int inEpoch, long step, double rowsPerSecond) {
    long start = System.nanoTime();
    ProgressFile.write(
        path,
        new Progress(
            of, inEpoch, epochs, step, of == stage ? steps : 0, rowsPerSecond, rows, note));
    // The rows of many epochs take long to write; so do those of the first ones, but only once.
    long worth = TRAINING_PER_WRITE * (System.nanoTime() - start);
    intervalNanos = Math.max(leastNanos, Math.min(MOST_TIMES * leastNanos, worth));
  }
}
