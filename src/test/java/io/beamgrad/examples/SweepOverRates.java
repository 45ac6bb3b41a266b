package io.beamgrad.examples;

import io.beamgrad.pipeline.Spec;
import io.beamgrad.pipeline.Sweep;
import io.beamgrad.pipeline.WriteResults;
import io.beamgrad.schema.TrialResult;
import io.beamgrad.transforms.WriteRecords;
import java.util.List;
import java.util.Map;
import org.apache.beam.sdk.Pipeline;
import org.apache.beam.sdk.values.PCollectionTuple;

/** The best of three models, and a table of all. */
final class SweepOverRates {
  private SweepOverRates() {}

  static void addTo(Pipeline pipeline, Spec spec, String work, String out) {
    Spec sweep = spec.with("sweep", Map.of("optimizer.sgd.lr", List.of(0.001, 0.01, 0.1)));
    PCollectionTuple best = pipeline.apply("Sweep", Sweep.files(sweep).withWorkFolder(work));
    best.apply("WriteResults", WriteResults.of(sweep, out));
    best.get(Sweep.TRIALS)
        .apply("WriteTrials", WriteRecords.avro(out + "/trials.avro", TrialResult.class));
  }
}
