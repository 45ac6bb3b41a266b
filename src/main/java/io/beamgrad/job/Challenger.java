package io.beamgrad.job;

import io.beamgrad.data.files.Sha256;
import io.beamgrad.data.files.Storage;
import io.beamgrad.data.sources.SourceFiles;
import io.beamgrad.learner.WarmStartCheckpoint;
import io.beamgrad.rundir.RunFolder;
import io.beamgrad.schema.Outcome;
import io.beamgrad.schema.TrainingPlan;
import io.beamgrad.schema.WarmStart;
import io.beamgrad.spec.JobSpec;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import org.checkerframework.checker.nullness.qual.Nullable;

/**
 * A training that is to be better than the version in service.
 *
 * @param spec with the selected files and the epochs to train
 * @param source the selected files
 * @param start the version to go on from; empty to start anew
 */
public record Challenger(JobSpec spec, SourceFiles source, Optional<Start> start)
    implements Training {
  private static final String MODEL = "/start/model.avro";
  private static final String CHECKPOINT = "/start/checkpoint.avro";

  /**
   * A version to go on from.
   *
   * @param checkpoint with the optimiser's state; null to begin that afresh
   * @param labels of its classes; empty for regression
   * @param fingerprint hex SHA-256 of the content of the files
   */
  public record Start(
      Path model, @Nullable Path checkpoint, List<String> labels, String fingerprint) {
    public Start {
      labels = List.copyOf(labels);
    }
  }

  @Override
  public String fingerprint() {
    return start
        .map(
            from ->
                Sha256.hex(
                    "beamgrad warm start 1\n%s\n%s\n"
                        .formatted(spec.fingerprint(), from.fingerprint())))
        .orElseGet(spec::fingerprint);
  }

  @Override
  public List<String> labels() {
    return start.map(Start::labels).orElse(List.of());
  }

  @Override
  public void bringStart(String work) {
    start.ifPresent(
        from -> {
          Storage.copy(from.model().toString(), work + MODEL);
          if (from.checkpoint() != null) {
            Storage.copy(from.checkpoint().toString(), work + CHECKPOINT);
          }
        });
  }

  @Override
  public TrainingPlan planned(TrainingPlan plan) {
    return TrainingPlan.newBuilder(plan)
        .setKeepCheckpoint(true)
        .setWarmStart(
            start
                .map(
                    from ->
                        new WarmStart(
                            plan.getWorkFolder() + MODEL,
                            from.checkpoint() == null ? null : plan.getWorkFolder() + CHECKPOINT))
                .orElse(null))
        .build();
  }

  @Override
  public boolean isDoneBy(Outcome outcome) {
    return false;
  }

  /** With what a later warm start needs. */
  @Override
  public void keep(RunFolder folder, TrainingPlan plan, Outcome outcome) {
    Storage.copy(WarmStartCheckpoint.path(plan, outcome), folder.checkpoint());
  }

  /** The retrain says what comes of it. */
  @Override
  public void tell(Runnable lines) {}

  /** The retrain answers where the process is asked to end, by interrupting this thread. */
  @Override
  public void await(Wait wait, Runnable onExit, Runnable onInterrupt) throws InterruptedException {
    try {
      wait.run();
    } catch (InterruptedException e) {
      onInterrupt.run();
      throw e;
    }
  }
}
