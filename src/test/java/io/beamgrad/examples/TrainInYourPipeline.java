package io.beamgrad.examples;

import io.beamgrad.pipeline.Spec;
import io.beamgrad.pipeline.Train;
import io.beamgrad.pipeline.WriteResults;
import org.apache.beam.sdk.Pipeline;

/** A model of files, trained in a pipeline of one's own. */
final class TrainInYourPipeline {
  private TrainInYourPipeline() {}

  static void addTo(Pipeline pipeline, Spec spec, String work, String out) {
    pipeline
        .apply("Train", Train.files(spec).withWorkFolder(work))
        .apply("WriteResults", WriteResults.of(spec, out));
  }
}
