package io.beamgrad.job;

import io.beamgrad.data.shuffle.IngestResume;
import io.beamgrad.pipeline.Train;
import io.beamgrad.pipeline.TrainRanges;
import io.beamgrad.pipeline.TrainingSetup;
import io.beamgrad.pipeline.WriteResults;
import io.beamgrad.rundir.RunFolder;
import io.beamgrad.schema.FileRange;
import io.beamgrad.spec.JobSpec;
import io.beamgrad.transforms.PrepareWorkers;
import io.beamgrad.transforms.WriteManifest;
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
    return pipeline;
  }

  private PrepareWorkers<FileRange> preparedWorkers() {
    return PrepareWorkers.of(folder.mark(), folder.fingerprint(), folder.plainKernelsNote());
  }
}
