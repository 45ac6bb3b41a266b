package io.beamgrad.keyed;

import io.beamgrad.data.files.Storage;
import io.beamgrad.learner.Progress;
import io.beamgrad.learner.ProgressFile;
import io.beamgrad.schema.KeyTask;
import io.beamgrad.schema.MetricRow;
import java.util.List;
import java.util.function.Function;

/** Tells the launcher how many buckets of keys are trained, and what all models measure. */
final class KeysProgress {
  private static final int MOST_TOLD = 100; // as each time the folder is listed

  private KeysProgress() {}

  /** To be called when a bucket is done; of many buckets few are told. */
  static void tell(KeyTask task) {
    if (task.getBucket() % Math.max(1, task.getBuckets() / MOST_TOLD) != 0) {
      return;
    }
    String work = task.getPlan().getWorkFolder();
    long done =
        Storage.list(BucketTraining.folder(work)).stream()
            .filter(name -> name.startsWith(BucketTraining.FILE))
            .count();
    write(
        work,
        Progress.Stage.KEYS,
        Math.min(done, task.getBuckets()),
        task.getBuckets(),
        Progress::rows);
  }

  /**
   * To be called at the end.
   *
   * @param rows all metrics, those of the test by the models of the keys
   */
  static void finished(String work, List<MetricRow> rows) {
    write(work, Progress.Stage.WRITING, 0, 0, before -> rows);
  }

  /** Goes on from what the training of the pooled model has told. */
  private static void write(
      String work,
      Progress.Stage stage,
      long done,
      long of,
      Function<Progress, List<MetricRow>> rows) {
    String path = work + "/progress.json";
    ProgressFile.read(path)
        .ifPresent(
            before ->
                ProgressFile.write(
                    path,
                    new Progress(
                        stage,
                        before.epoch(),
                        before.epochs(),
                        done,
                        of,
                        0,
                        rows.apply(before),
                        before.note())));
  }
}
