package io.beamgrad.examples;

import io.beamgrad.schema.ModelRef;
import io.beamgrad.transforms.NewestModel;
import io.beamgrad.transforms.Predict;
import org.apache.beam.sdk.values.PCollection;
import org.apache.beam.sdk.values.PCollectionTuple;
import org.apache.beam.sdk.values.Row;

/** Predicts for the rows of a stream by the newest of the models that come along. */
final class PredictOnAStream {
  private PredictOnAStream() {}

  /**
   * @param rows with a field {@code order} and the fields that the models predict from
   * @param models such as {@code TrainModel} gives, or {@code ModelFile.ref} of a file
   */
  static PCollectionTuple predict(PCollection<Row> rows, PCollection<ModelRef> models) {
    return rows.apply(Predict.rows(models.apply(NewestModel.view())).withId("order"));
  }
}
