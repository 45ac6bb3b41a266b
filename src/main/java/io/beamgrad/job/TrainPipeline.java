package io.beamgrad.job;

import io.beamgrad.data.SplitSettings;
import io.beamgrad.io.PrepareWorkers;
import io.beamgrad.io.PublishModels;
import io.beamgrad.io.WriteManifest;
import io.beamgrad.io.WriteMetrics;
import io.beamgrad.io.WriteRecords;
import io.beamgrad.schema.Details;
import io.beamgrad.schema.FileRange;
import io.beamgrad.schema.Manifest;
import io.beamgrad.schema.Outcome;
import io.beamgrad.schema.Reject;
import io.beamgrad.schema.TrainingPlan;
import io.beamgrad.transforms.FromList;
import io.beamgrad.transforms.PlanTraining;
import io.beamgrad.transforms.RankBlocks;
import io.beamgrad.transforms.ReadExamples;
import io.beamgrad.transforms.ShuffleSettings;
import io.beamgrad.transforms.TrainModel;
import io.beamgrad.transforms.WriteBlocks;
import java.util.List;
import java.util.Optional;
import org.apache.beam.sdk.Pipeline;
import org.apache.beam.sdk.extensions.avro.coders.AvroCoder;
import org.apache.beam.sdk.options.PipelineOptions;
import org.apache.beam.sdk.transforms.Flatten;
import org.apache.beam.sdk.values.PCollection;
import org.apache.beam.sdk.values.PCollectionList;
import org.apache.beam.sdk.values.PCollectionTuple;

/**
 * The pipeline of a training job: source files, shuffled blocks, ranks and splits, the trained
 * model, and the files of its run's folder. Where an earlier attempt left a manifest, its blocks
 * are used and no file is read again.
 *
 * @param files the ranges of the source files
 * @param done the manifest of an earlier attempt at the same data
 * @param isOnCluster true where the workers are on other machines than the one that asks
 */
record TrainPipeline(
    RunFolder folder,
    List<FileRange> files,
    Optional<Manifest> done,
    ShuffleSettings shuffle,
    SplitSettings split,
    TrainingPlan plan,
    boolean csv,
    boolean isOnCluster) {

  Pipeline create(PipelineOptions options) {
    Pipeline pipeline = Pipeline.create(options);
    PCollectionList<Outcome> outcomes = PCollectionList.empty(pipeline);
    PCollection<Manifest> manifests;
    if (done.isPresent()) {
      manifests =
          onPreparedWorkers(
              pipeline.apply("KnownBlocks", FromList.of(List.of(done.get()), MANIFEST)));
    } else {
      PCollectionTuple ingested = ingest(pipeline);
      manifests = ingested.get(RankBlocks.MANIFESTS);
      outcomes = outcomes.and(ingested.get(RankBlocks.OUTCOMES));
    }
    PCollectionTuple trained =
        manifests
            .apply("PlanTraining", PlanTraining.of(List.of(plan)))
            .apply("TrainModel", TrainModel.create());

    trained.get(TrainModel.MODELS).apply("PublishModel", PublishModels.to(folder.model()));
    trained
        .get(TrainModel.METRICS)
        .apply("WriteMetrics", WriteMetrics.to(folder.path()).withCsv(csv));
    trained
        .get(TrainModel.DETAILS)
        .apply("WriteDetails", WriteRecords.avro(folder.details(), Details.class));
    outcomes
        .and(trained.get(TrainModel.OUTCOMES))
        .apply("AllOutcomes", Flatten.pCollections())
        .apply("WriteOutcome", WriteRecords.avro(folder.outcomes(), Outcome.class));
    return pipeline;
  }

  private static final AvroCoder<Manifest> MANIFEST = AvroCoder.specific(Manifest.class);

  private <T> PCollection<T> onPreparedWorkers(PCollection<T> elements) {
    return isOnCluster
        ? elements.apply(
            "PrepareWorkers",
            PrepareWorkers.of(
                folder.mark(), folder.fingerprint(), folder.plainKernelsNote().toString()))
        : elements;
  }

  /** Reads, shuffles and ranks; writes the manifest and the rejects. */
  private PCollectionTuple ingest(Pipeline pipeline) {
    PCollectionTuple read =
        onPreparedWorkers(
                pipeline.apply("Files", FromList.of(files, AvroCoder.specific(FileRange.class))))
            .apply("ReadExamples", ReadExamples.of(shuffle));
    read.get(ReadExamples.REJECTS)
        .apply("WriteRejects", WriteRecords.avro(folder.rejects(), Reject.class));
    PCollectionTuple ranked =
        PCollectionTuple.of(
                RankBlocks.BLOCKS,
                read.get(ReadExamples.CHUNKS).apply("WriteBlocks", WriteBlocks.of(shuffle)))
            .and(RankBlocks.SUMMARIES, read.get(ReadExamples.SUMMARIES))
            .apply("RankBlocks", RankBlocks.of(split, List.of(plan.getModel())));
    ranked.get(RankBlocks.MANIFESTS).apply("WriteManifest", WriteManifest.to(folder.manifest()));
    return ranked;
  }
}
