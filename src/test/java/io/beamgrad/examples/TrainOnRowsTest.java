package io.beamgrad.examples;

import io.beamgrad.model.ModelFile;
import io.beamgrad.pipeline.Spec;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.apache.beam.sdk.Pipeline;
import org.apache.beam.sdk.schemas.Schema;
import org.apache.beam.sdk.testing.PAssert;
import org.apache.beam.sdk.transforms.Create;
import org.apache.beam.sdk.transforms.MapElements;
import org.apache.beam.sdk.transforms.SerializableFunctions;
import org.apache.beam.sdk.values.Row;
import org.apache.beam.sdk.values.TimestampedValue;
import org.apache.beam.sdk.values.TypeDescriptors;
import org.joda.time.Instant;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class TrainOnRowsTest {
  private static final Schema SCHEMA =
      Schema.builder().addInt32Field("x").addStringField("kind").build();

  @TempDir Path folder;

  @Test
  void eachDayPublishesAModel() {
    List<TimestampedValue<Row>> rows = new ArrayList<>();
    for (int i = 0; i < 200; i++) {
      Row row = Row.withSchema(SCHEMA).addValues(i, i % 2 == 0 ? "even" : "odd").build();
      rows.add(TimestampedValue.of(row, Instant.parse("2026-11-2%s".formatted(3 + i % 2))));
      rows.add(TimestampedValue.of(row, Instant.parse("2026-11-25")));
    }
    Spec spec =
        Spec.parse(
            """
            name: orders
            data: {features: [x], target: kind, scale: standard}
            model: [{linear: {out: 2}}]
            loss: cross_entropy
            optimizer: {sgd: {lr: 0.1}}
            epochs: 1
            """);
    Pipeline pipeline = Pipeline.create();
    String out = folder.resolve("out").toString();
    PAssert.that(
            TrainOnRows.everyDay(
                    pipeline.apply(
                        Create.timestamped(rows)
                            .withSchema(
                                SCHEMA,
                                TypeDescriptors.rows(),
                                SerializableFunctions.identity(),
                                SerializableFunctions.identity())),
                    spec,
                    folder.resolve("work").toString(),
                    out)
                .apply(
                    "Rows",
                    MapElements.into(TypeDescriptors.strings())
                        .via(
                            model ->
                                model.getPath().substring(out.length())
                                    + " "
                                    + ModelFile.read(model.getPath())
                                        .getProvenance()
                                        .getTrainRows())))
        .containsInAnyOrder("/2026-11-25T00-00-00.000Z/model.avro 160");
    pipeline.run().waitUntilFinish();
  }
}
