package io.beamgrad.examples;

import io.beamgrad.data.sources.SourceFiles;
import io.beamgrad.data.split.SplitSettings;
import io.beamgrad.schema.FileRange;
import io.beamgrad.schema.TrainingPlan;
import io.beamgrad.transforms.PlanTraining;
import io.beamgrad.transforms.PublishModels;
import io.beamgrad.transforms.RankBlocks;
import io.beamgrad.transforms.ReadExamples;
import io.beamgrad.transforms.ShuffleSettings;
import io.beamgrad.transforms.TrainModel;
import io.beamgrad.transforms.WriteBlocks;
import io.beamgrad.transforms.WriteMetrics;
import java.util.List;
import org.apache.beam.sdk.Pipeline;
import org.apache.beam.sdk.extensions.avro.coders.AvroCoder;
import org.apache.beam.sdk.transforms.Create;
import org.apache.beam.sdk.values.PCollectionTuple;

/** beamgrad's transforms in a pipeline of one's own; the README shows the body. */
final class TrainInYourPipeline {
  private TrainInYourPipeline() {}

  static void addTo(
      Pipeline pipeline,
      SourceFiles files,
      ShuffleSettings shuffle,
      SplitSettings split,
      TrainingPlan plan,
      String out) {
    PCollectionTuple ranked =
        pipeline
            .apply(Create.of(files.ranges()).withCoder(AvroCoder.specific(FileRange.class)))
            .apply(ReadExamples.of(shuffle))
            .apply(WriteBlocks.of(shuffle))
            .apply(RankBlocks.of(split, List.of(plan.getModel())));
    PCollectionTuple trained =
        ranked
            .get(RankBlocks.MANIFESTS)
            .apply(PlanTraining.of(List.of(plan)))
            .apply(TrainModel.create());
    trained.get(TrainModel.MODELS).apply(PublishModels.to(out + "/{model}.avro"));
    trained.get(TrainModel.METRICS).apply(WriteMetrics.to(out).withCsv(true));
  }
}
