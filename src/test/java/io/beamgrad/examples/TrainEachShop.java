package io.beamgrad.examples;

import io.beamgrad.pipeline.Spec;
import io.beamgrad.pipeline.TrainEach;
import io.beamgrad.pipeline.WriteResults;
import io.beamgrad.schema.ModelRef;
import org.apache.beam.sdk.values.PCollection;
import org.apache.beam.sdk.values.Row;

/** A model for each shop of the rows, all in one file, and what came of each in another. */
final class TrainEachShop {
  private TrainEachShop() {}

  /** The published model, which gives each row to the model of its shop. */
  static PCollection<ModelRef> of(PCollection<Row> sales, Spec spec, String work, String out) {
    Spec each = spec.with("each.key", "shop").with("each.minRows", 20);
    return sales
        .apply("TrainEach", TrainEach.rows(each).withWorkFolder(work))
        .apply("WriteResults", WriteResults.of(each, out));
  }
}
