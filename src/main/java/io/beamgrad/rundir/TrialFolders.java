package io.beamgrad.rundir;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.beamgrad.data.files.RecordFile;
import io.beamgrad.data.files.Storage;
import io.beamgrad.data.shuffle.RecordCounts;
import io.beamgrad.failure.JobFailedException;
import io.beamgrad.metrics.RunHashes;
import io.beamgrad.metrics.RunJson;
import io.beamgrad.model.ModelFile;
import io.beamgrad.schema.FoldResult;
import io.beamgrad.schema.MetricRow;
import io.beamgrad.schema.Outcome;
import io.beamgrad.schema.RunRecord;
import io.beamgrad.spec.JobSpec;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;

/**
 * The files of the trials of a sweep. Workers write them into the work folder of each trial; when
 * all have ended they are copied to folders in the run's, which are named by the trials' numbers.
 * That of a trial that was trained to its end is the folder of a run, but for its page; that of one
 * that is judged by folds has what came of these.
 */
public final class TrialFolders {
  private static final String MODEL = "/model.avro";
  private static final String METRICS = "/metrics.avro";
  private static final String DETAILS = "/details.avro";
  private static final String OUTCOME = "/outcome.avro";
  private static final List<String> FOLDERS =
      List.of("", "/tensorboard/train", "/tensorboard/validation", "/tensorboard/test");

  private TrialFolders() {}

  /** The model in a trial's folder. */
  public static String model(String folder) {
    return folder + MODEL;
  }

  /** The details in a trial's folder. */
  public static String details(String folder) {
    return folder + DETAILS;
  }

  /** How the trial ended, in its work folder. */
  public static String outcome(String folder) {
    return folder + OUTCOME;
  }

  /**
   * Writes what came of the folds of a trial, in place of what came of one training.
   *
   * @param trial its spec
   */
  public static void publish(List<FoldResult> folds, Path to, JobSpec trial) {
    Storage.delete(to.toString()); // what a killed attempt has left half written
    RecordFile.of(FoldResult.class).write(to + "/folds.avro", folds);
    Storage.write(to + "/job.yaml", file -> file.write(trial.toYaml().getBytes(UTF_8)));
  }

  /**
   * Copies the files of a trial, and adds what it was and what came of it.
   *
   * @param work its work folder, a path or an address
   * @param trial its spec
   * @param run what {@code run.json} is to say of it, but for the trial's own
   * @throws JobFailedException where its records do not add up; one line
   */
  public static void publish(String work, Path to, JobSpec trial, RunReport run) {
    Outcome outcome = RecordFile.of(Outcome.class).read(outcome(work)).get(0);
    boolean isTrained = outcome.getWeightsSha256() != null;
    List<MetricRow> metrics =
        isTrained ? RecordFile.of(MetricRow.class).read(work + METRICS) : List.of();
    Optional<String> gap = RecordCounts.of(outcome).gap(metrics, outcome.getEach());
    if (gap.isPresent()) {
      throw new JobFailedException("trial %s: %s".formatted(to.getFileName(), gap.get()));
    }
    Storage.delete(to.toString()); // what a killed attempt has left half written
    for (String below : FOLDERS) {
      for (String name : Storage.list(work + below)) {
        String file = below + "/" + name;
        boolean isResult =
            file.startsWith("/tensorboard/")
                || file.startsWith("/metrics.")
                || (isTrained && (file.equals(MODEL) || file.equals(DETAILS)));
        if (isResult) {
          Storage.copy(work + file, to + file);
        }
      }
    }
    JobSpec resolved =
        isTrained && trial.learnsClasses()
            ? trial.withClasses(ModelFile.read(to + MODEL).getLabels().size())
            : trial;
    Storage.write(to + "/job.yaml", file -> file.write(resolved.toYaml().getBytes(UTF_8)));
    if (isTrained) {
      RunRecord summary = run.ofTrial(resolved, trial.fingerprint(), outcome, metrics).toRecord();
      RunJson.write(
          to + "/run.json", RunRecord.newBuilder(summary).setFiles(RunHashes.of(to)).build());
    }
  }
}
