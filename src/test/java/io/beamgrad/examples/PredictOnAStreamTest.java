package io.beamgrad.examples;

import io.beamgrad.model.ModelFile;
import io.beamgrad.model.Models;
import io.beamgrad.schema.ModelRecord;
import io.beamgrad.schema.ModelRef;
import io.beamgrad.schema.Prediction;
import io.beamgrad.schema.Reject;
import io.beamgrad.transforms.Predict;
import java.nio.file.Path;
import org.apache.beam.sdk.Pipeline;
import org.apache.beam.sdk.coders.StringUtf8Coder;
import org.apache.beam.sdk.extensions.avro.coders.AvroCoder;
import org.apache.beam.sdk.schemas.Schema;
import org.apache.beam.sdk.testing.PAssert;
import org.apache.beam.sdk.testing.TestStream;
import org.apache.beam.sdk.transforms.Filter;
import org.apache.beam.sdk.transforms.MapElements;
import org.apache.beam.sdk.transforms.windowing.FixedWindows;
import org.apache.beam.sdk.transforms.windowing.Window;
import org.apache.beam.sdk.values.PCollection;
import org.apache.beam.sdk.values.PCollectionTuple;
import org.apache.beam.sdk.values.Row;
import org.apache.beam.sdk.values.TimestampedValue;
import org.apache.beam.sdk.values.TypeDescriptor;
import org.apache.beam.sdk.values.TypeDescriptors;
import org.joda.time.Duration;
import org.joda.time.Instant;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class PredictOnAStreamTest {
  private static final Schema SCHEMA =
      Schema.builder()
          .addInt64Field("order")
          .addNullableField("x", Schema.FieldType.DOUBLE)
          .addDoubleField("y")
          .build();

  @TempDir Path folder;

  private static Row row(long order, Double x, double y) {
    return Row.withSchema(SCHEMA).addValues(order, x, y).build();
  }

  private static TimestampedValue<String> at(int second, String what) {
    return TimestampedValue.of(what, Instant.ofEpochSecond(second));
  }

  /** What a test stream tells is either a row's number or the path of a model. */
  @Test
  void theModelIsSwappedWhileTheStreamRuns() {
    String first = folder.resolve("first.avro").toString();
    String second = folder.resolve("second.avro").toString();
    ModelRecord turned = Models.signsTurned();
    ModelFile.write(first, Models.signs());
    ModelFile.write(second, turned);
    TestStream<String> events =
        TestStream.create(StringUtf8Coder.of())
            .addElements(at(0, "1")) // waits for the first model
            .addElements(at(1, first))
            .addElements(at(2, "2"))
            .addElements(at(3, second))
            .addElements(at(4, "3"), at(75, "4"), at(76, "5"))
            .advanceWatermarkToInfinity();
    Pipeline pipeline = Pipeline.create();
    PCollection<String> told = pipeline.apply("Events", events);
    PCollection<Row> rows =
        told.apply("Numbers", Filter.by(event -> event.length() == 1))
            .apply(
                MapElements.into(TypeDescriptors.rows())
                    .via(n -> row(Long.parseLong(n), n.equals("5") ? null : 2.0, 0)))
            .setRowSchema(SCHEMA)
            .apply("Minutes", Window.into(FixedWindows.of(Duration.standardMinutes(1))));
    PCollection<ModelRef> models =
        told.apply("Paths", Filter.by(event -> event.length() > 1))
            .apply(
                "Models", MapElements.into(TypeDescriptor.of(ModelRef.class)).via(ModelFile::ref))
            .setCoder(AvroCoder.specific(ModelRef.class));

    PCollectionTuple predicted = PredictOnAStream.predict(rows, models);

    PCollection<String> said =
        predicted
            .get(Predict.PREDICTIONS)
            .apply(MapElements.into(TypeDescriptors.strings()).via(PredictOnAStreamTest::said));
    String before = " yes by " + version(Models.signs());
    String after = " no by " + version(turned);
    PAssert.that(said).containsInAnyOrder("1" + before, "2" + before, "3" + after, "4" + after);
    PAssert.that(predicted.get(Predict.REJECTS))
        .containsInAnyOrder(new Reject("5", 0L, null, "x", null, "value is missing"));
    pipeline.run().waitUntilFinish();
  }

  private static String said(Prediction prediction) {
    return prediction.getId() + " " + prediction.getLabel() + " by " + prediction.getModel();
  }

  private static String version(ModelRecord model) {
    return model.getName() + "@" + model.getWeightsSha256().substring(0, 12);
  }
}
