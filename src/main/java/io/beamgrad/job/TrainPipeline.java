package io.beamgrad.job;

import io.beamgrad.data.shuffle.IngestResume;
import io.beamgrad.pipeline.SweepPlan;
import io.beamgrad.pipeline.Train;
import io.beamgrad.pipeline.TrainRanges;
import io.beamgrad.pipeline.TrainingSetup;
import io.beamgrad.pipeline.WriteResults;
import io.beamgrad.rundir.RunFolder;
import io.beamgrad.rundir.TrialFolders;
import io.beamgrad.schema.Details;
import io.beamgrad.schema.FileRange;
import io.beamgrad.schema.FoldResult;
import io.beamgrad.schema.Outcome;
import io.beamgrad.schema.TrialResult;
import io.beamgrad.spec.JobSpec;
import io.beamgrad.transforms.PrepareWorkers;
import io.beamgrad.transforms.PublishModels;
import io.beamgrad.transforms.TrainTrials;
import io.beamgrad.transforms.Windows;
import io.beamgrad.transforms.WriteManifest;
import io.beamgrad.transforms.WriteMetrics;
import io.beamgrad.transforms.WriteRecords;
import java.util.List;
import org.apache.beam.sdk.Pipeline;
import org.apache.beam.sdk.options.PipelineOptions;
import org.apache.beam.sdk.values.PCollectionTuple;

/**
 * The pipeline of a training job: that of {@link Train}, and the files of its run's folder. Where
 * an earlier attempt, or this one before a restart, left a manifest, its blocks are used and no
 * file is read again. The work folder is the launcher's to delete.
 *
 * @param files the ranges of the source files in units
 * @param earlier what an earlier attempt at the same data may have left
 * @param isOnCluster true where the workers are on other machines than the one that asks
 */
record TrainPipeline(
    RunFolder folder,
    List<List<FileRange>> files,
    IngestResume earlier,
    TrainingSetup setup,
    JobSpec.Sinks sinks,
    boolean isOnCluster) {

  Pipeline create(PipelineOptions options) {
    Pipeline pipeline = Pipeline.create(options);
    TrainRanges training = TrainRanges.of(setup, files).unlessWhole(earlier);
    PCollectionTuple trained =
        pipeline.apply("Train", isOnCluster ? training.through(preparedWorkers()) : training);
    trained.get(Train.MANIFESTS).apply("WriteManifest", WriteManifest.to(folder.manifest()));
    trained.apply(
        "WriteResults",
        WriteResults.to(folder.results())
            .withCsv(sinks.csv())
            .withTensorBoard(sinks.tensorboard())
            .withOutcomes(folder.outcomes())
            .keepingWork());
    if (setup.sweep().isPresent()) {
      writeTrials(trained);
    }
    return pipeline;
  }

  /** Writes what came of each trial into its work folder. */
  private void writeTrials(PCollectionTuple trained) {
    trained
        .get(TrainTrials.RESULTS)
        .apply("WriteTrials", WriteRecords.avro(folder.trials(), TrialResult.class));
    if (trained.has(TrainTrials.TRIAL_FOLDS)) {
      trained
          .get(TrainTrials.TRIAL_FOLDS)
          .apply("WriteTrialFolds", WriteRecords.avro(folder.foldsOfTrials(), FoldResult.class));
      return;
    }
    String to = SweepPlan.folder(folder.work(), Windows.MODEL);
    trained
        .get(TrainTrials.TRIAL_MODELS)
        .apply("PublishTrials", PublishModels.to(TrialFolders.model(to)));
    trained
        .get(TrainTrials.TRIAL_METRICS)
        .apply(
            "WriteTrialMetrics",
            WriteMetrics.to(to)
                .withCsv(sinks.csv())
                .withTensorBoard(sinks.tensorboard())
                .ofOneModel());
    trained
        .get(TrainTrials.TRIAL_DETAILS)
        .apply(
            "WriteTrialDetails",
            WriteRecords.avro(TrialFolders.details(to), Details.class).ofOne());
    trained
        .get(TrainTrials.TRIAL_OUTCOMES)
        .apply(
            "WriteTrialOutcomes",
            WriteRecords.avro(TrialFolders.outcome(to), Outcome.class).ofOne());
  }

  private PrepareWorkers<FileRange> preparedWorkers() {
    return PrepareWorkers.of(folder.mark(), folder.fingerprint(), folder.plainKernelsNote());
  }
}
