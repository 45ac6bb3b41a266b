package io.beamgrad.examples;

import io.beamgrad.pipeline.Spec;
import io.beamgrad.pipeline.Train;
import io.beamgrad.pipeline.WriteResults;
import io.beamgrad.schema.ModelRef;
import org.apache.beam.sdk.transforms.windowing.FixedWindows;
import org.apache.beam.sdk.transforms.windowing.Window;
import org.apache.beam.sdk.values.PCollection;
import org.apache.beam.sdk.values.Row;
import org.joda.time.Duration;

/** From Kafka, JDBC, BigQuery: a model of each day's rows. */
final class TrainOnRows {
  private TrainOnRows() {}

  /** The published models, which {@link PredictOnAStream} takes. */
  static PCollection<ModelRef> everyDay(PCollection<Row> rows, Spec spec, String work, String out) {
    return rows.apply("Days", Window.into(FixedWindows.of(Duration.standardDays(1))))
        .apply("Train", Train.rows(spec).withWorkFolder(work))
        .apply("WriteResults", WriteResults.of(spec, out));
  }
}
