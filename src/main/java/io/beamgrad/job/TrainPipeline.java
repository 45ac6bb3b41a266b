package io.beamgrad.job;

import io.beamgrad.data.shuffle.IngestResume;
import io.beamgrad.data.split.SplitSettings;
import io.beamgrad.rundir.RunFolder;
import io.beamgrad.schema.Details;
import io.beamgrad.schema.FileRange;
import io.beamgrad.schema.Outcome;
import io.beamgrad.schema.TrainingPlan;
import io.beamgrad.spec.JobSpec;
import io.beamgrad.transforms.PlanTraining;
import io.beamgrad.transforms.PrepareWorkers;
import io.beamgrad.transforms.PublishModels;
import io.beamgrad.transforms.RankBlocks;
import io.beamgrad.transforms.ReadExamples;
import io.beamgrad.transforms.ShuffleSettings;
import io.beamgrad.transforms.StartIngest;
import io.beamgrad.transforms.TrainModel;
import io.beamgrad.transforms.WriteBlocks;
import io.beamgrad.transforms.WriteManifest;
import io.beamgrad.transforms.WriteMetrics;
import io.beamgrad.transforms.WriteRecords;
import io.beamgrad.transforms.WriteRejects;
import java.util.List;
import org.apache.beam.sdk.Pipeline;
import org.apache.beam.sdk.options.PipelineOptions;
import org.apache.beam.sdk.transforms.Flatten;
import org.apache.beam.sdk.values.PCollection;
import org.apache.beam.sdk.values.PCollectionList;
import org.apache.beam.sdk.values.PCollectionTuple;

/**
 * The pipeline of a training job: source files, shuffled blocks, ranks and splits, the trained
 * model, and the files of its run's folder. Where an earlier attempt, or this one before a restart,
 * left a manifest, its blocks are used and no file is read again.
 *
 * @param files the ranges of the source files
 * @param earlier what an earlier attempt at the same data may have left
 * @param isOnCluster true where the workers are on other machines than the one that asks
 */
record TrainPipeline(
    RunFolder folder,
    List<FileRange> files,
    IngestResume earlier,
    ShuffleSettings shuffle,
    SplitSettings split,
    TrainingPlan plan,
    JobSpec.Sinks sinks,
    boolean isOnCluster) {

  Pipeline create(PipelineOptions options) {
    Pipeline pipeline = Pipeline.create(options);
    PCollectionTuple started =
        pipeline.apply("StartIngest", StartIngest.of(files).unlessWhole(earlier));
    PCollectionTuple ingested = ingest(started.get(StartIngest.RANGES));
    PCollectionTuple trained =
        PCollectionList.of(started.get(StartIngest.MANIFESTS))
            .and(ingested.get(RankBlocks.MANIFESTS))
            .apply("Manifests", Flatten.pCollections())
            .apply("PlanTraining", PlanTraining.of(List.of(plan)))
            .apply("TrainModel", TrainModel.create());

    trained.get(TrainModel.MODELS).apply("PublishModel", PublishModels.to(folder.model()));
    trained
        .get(TrainModel.METRICS)
        .apply(
            "WriteMetrics",
            WriteMetrics.to(folder.results())
                .withCsv(sinks.csv())
                .withTensorBoard(sinks.tensorboard()));
    trained
        .get(TrainModel.DETAILS)
        .apply("WriteDetails", WriteRecords.avro(folder.details(), Details.class));
    PCollectionList.of(ingested.get(RankBlocks.OUTCOMES))
        .and(trained.get(TrainModel.OUTCOMES))
        .apply("AllOutcomes", Flatten.pCollections())
        .apply("WriteOutcome", WriteRecords.avro(folder.outcomes(), Outcome.class));
    return pipeline;
  }

  private PCollection<FileRange> onPreparedWorkers(PCollection<FileRange> ranges) {
    return isOnCluster
        ? ranges.apply(
            "PrepareWorkers",
            PrepareWorkers.of(folder.mark(), folder.fingerprint(), folder.plainKernelsNote()))
        : ranges;
  }

  /** Reads, shuffles and ranks; writes the manifest and the rejects. */
  private PCollectionTuple ingest(PCollection<FileRange> ranges) {
    PCollectionTuple ranked =
        onPreparedWorkers(ranges)
            .apply("ReadExamples", ReadExamples.of(shuffle))
            .apply("WriteBlocks", WriteBlocks.of(shuffle))
            .apply("RankBlocks", RankBlocks.of(split, List.of(plan.getModel())));
    ranked.get(RankBlocks.REJECTS).apply("WriteRejects", WriteRejects.to(folder.rejects()));
    ranked.get(RankBlocks.MANIFESTS).apply("WriteManifest", WriteManifest.to(folder.manifest()));
    return ranked;
  }
}
