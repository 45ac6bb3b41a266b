package io.beamgrad.examples;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.beamgrad.data.files.RecordFile;
import io.beamgrad.model.Model;
import io.beamgrad.pipeline.Spec;
import io.beamgrad.schema.FoldResult;
import io.beamgrad.schema.KeyResult;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.apache.beam.sdk.Pipeline;
import org.apache.beam.sdk.schemas.Schema;
import org.apache.beam.sdk.testing.PAssert;
import org.apache.beam.sdk.transforms.Create;
import org.apache.beam.sdk.values.PCollection;
import org.apache.beam.sdk.values.Row;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The examples of models by key and by fold, on rows of two shops that go opposite ways. */
class TrainEachShopTest {
  private static final Schema SCHEMA =
      Schema.builder()
          .addDoubleField("price")
          .addStringField("shop")
          .addStringField("customer")
          .addDoubleField("sold")
          .build();
  private static final Spec SPEC =
      Spec.parse(
          """
          name: sales
          data: {features: [price], target: sold}
          model: [{linear: {out: 1}}]
          loss: mse
          optimizer: {sgd: {lr: 0.1}}
          batch: 10
          epochs: 20
          """);

  @TempDir Path folder;

  private static PCollection<Row> rows(Pipeline pipeline) {
    List<Row> rows = new ArrayList<>();
    for (int i = 0; i < 200; i++) {
      double price = i % 50 / 25.0 - 1;
      boolean isUp = i < 100;
      rows.add(
          Row.withSchema(SCHEMA)
              .addValues(price, isUp ? "up" : "down", "c" + i % 40, isUp ? price : -price)
              .build());
    }
    return pipeline.apply("Rows", Create.of(rows).withRowSchema(SCHEMA));
  }

  private String at(String name) {
    return folder.resolve(name).toString();
  }

  @Test
  void eachShopIsPredictedByItsOwnModel() throws Exception {
    Pipeline pipeline = Pipeline.create();
    TrainEachShop.of(rows(pipeline), SPEC, at("work"), at("out"));
    pipeline.run().waitUntilFinish();

    Model model = Model.load(folder.resolve("out/model.avro"));
    assertEquals(1, model.predict(Map.of("price", 1.0, "shop", "up")).values()[0], 0.3);
    assertEquals(-1, model.predict(Map.of("price", 1.0, "shop", "down")).values()[0], 0.3);
    assertEquals(2, RecordFile.of(KeyResult.class).read(at("out/keys.avro")).size());
  }

  @Test
  void theMeanOfTheFoldsTellsThatOneModelOfBothIsNoGood() {
    Pipeline pipeline = Pipeline.create();
    PAssert.thatSingleton(CheckByFolds.of(rows(pipeline), SPEC, at("work"), at("out")))
        .satisfies(
            loss -> {
              assertTrue(loss > 0.2, loss.toString());
              return null;
            });
    pipeline.run().waitUntilFinish();
    assertEquals(5, RecordFile.of(FoldResult.class).read(at("out/folds.avro")).size());
  }
}
