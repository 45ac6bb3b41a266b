package io.beamgrad.pipeline;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.beamgrad.data.files.RecordFile;
import io.beamgrad.failure.WrongInputException;
import io.beamgrad.model.ModelFile;
import io.beamgrad.schema.KeyEnd;
import io.beamgrad.schema.KeyResult;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Random;
import java.util.stream.Stream;
import org.apache.beam.sdk.Pipeline;
import org.apache.beam.sdk.schemas.Schema;
import org.apache.beam.sdk.transforms.Create;
import org.apache.beam.sdk.transforms.windowing.FixedWindows;
import org.apache.beam.sdk.transforms.windowing.Window;
import org.apache.beam.sdk.values.Row;
import org.apache.beam.sdk.values.TimestampedValue;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class TrainEachTest {
  private static final Schema SCHEMA =
      Schema.builder().addDoubleField("x").addStringField("shop").addDoubleField("y").build();
  private static final Spec SPEC =
      Spec.parse(
          """
          name: shops
          data: {features: [x], target: y}
          split: {validation: 0.2, test: 0.1}
          model: [{linear: {out: 1}}]
          loss: mse
          optimizer: {sgd: {lr: 0.1}}
          batch: 8
          epochs: 5
          each: {key: shop, minRows: 10}
          """);

  @TempDir Path folder;

  /** As many rows of each shop as its number says, of a slope of its own. */
  private static List<Row> rows(int shops, long seed) {
    Random random = new Random(seed);
    List<Row> rows = new ArrayList<>();
    for (int shop = 1; shop <= shops; shop++) {
      double slope = random.nextGaussian();
      for (int i = 0; i < shop; i++) {
        double x = random.nextGaussian();
        rows.add(Row.withSchema(SCHEMA).addValues(x, "shop " + shop, slope * x).build());
      }
    }
    return rows;
  }

  private Path train(List<Row> rows, String out, long bytes) {
    Pipeline pipeline = Pipeline.create();
    pipeline
        .apply(Create.of(rows).withRowSchema(SCHEMA))
        .apply("TrainEach", TrainEach.rows(SPEC).withWorkFolder(work()).withExpectedBytes(bytes))
        .apply("WriteResults", WriteResults.of(SPEC, folder.resolve(out).toString()));
    pipeline.run().waitUntilFinish();
    return folder.resolve(out);
  }

  private String work() {
    return folder.resolve("work").toString();
  }

  private static String weights(Path out) {
    return ModelFile.read(out.resolve("model.avro").toString()).getWeightsSha256();
  }

  private static List<KeyResult> keys(Path out) {
    return RecordFile.of(KeyResult.class).read(out.resolve("keys.avro").toString());
  }

  @Test
  void theOrderOfRowsAndHowTheirShuffleIsCutMakeNoDifference() throws IOException {
    List<Row> rows = rows(30, 1);
    Path whole = train(rows, "whole", 1 << 10);
    assertEquals(30, keys(whole).size());
    for (KeyResult key : keys(whole)) {
      boolean isOfFewRows = key.getTrained() + key.getValidated() < 10;
      assertEquals(isOfFewRows, key.getEnded() == KeyEnd.FEW_ROWS, key.getKey());
    }
    assertTrue(keys(whole).stream().filter(k -> k.getEnded() == KeyEnd.OWN).count() > 10);
    for (long bytes : new long[] {1 << 20, 256 << 20}) {
      Collections.shuffle(rows, new Random(bytes));
      Path cut = train(rows, "cut-" + bytes, bytes);
      assertEquals(weights(whole), weights(cut));
      assertArrayEquals(
          Files.readAllBytes(whole.resolve("keys.avro")),
          Files.readAllBytes(cut.resolve("keys.avro")));
    }
  }

  @Test
  void eachWindowHasKeysOfItsOwn() throws IOException {
    List<Row> monday = rows(20, 1);
    List<TimestampedValue<Row>> rows = new ArrayList<>(CropRows.on(CropRows.MONDAY, monday));
    rows.addAll(CropRows.on(CropRows.MONDAY.plus(CropRows.DAY), rows(16, 2)));
    Pipeline pipeline = Pipeline.create();
    pipeline
        .apply(Create.timestamped(rows))
        .setRowSchema(SCHEMA)
        .apply(Window.into(FixedWindows.of(CropRows.DAY)))
        .apply("TrainEach", TrainEach.rows(SPEC).withWorkFolder(work()).withExpectedBytes(1 << 20))
        .apply("WriteResults", WriteResults.of(SPEC, folder.resolve("days").toString()));
    pipeline.run().waitUntilFinish();

    Path first = folder.resolve("days").resolve(CropRows.MONDAY_FOLDER);
    Path second = folder.resolve("days").resolve(CropRows.TUESDAY_FOLDER);
    assertEquals(20, keys(first).size());
    assertEquals(16, keys(second).size());
    assertNotEquals(weights(first), weights(second));
    Path alone = train(monday, "alone", 1 << 20);
    assertEquals(weights(alone), weights(first));
    assertArrayEquals(
        Files.readAllBytes(alone.resolve("keys.avro")),
        Files.readAllBytes(first.resolve("keys.avro")));
    try (Stream<Path> left = Files.walk(Path.of(work()))) {
      assertEquals(List.of(), left.filter(Files::isRegularFile).toList());
    }
  }

  @Test
  void eachCompositeIsForASpecOfItsOwn() {
    var rows = Pipeline.create().apply(Create.empty(CropRows.SCHEMA));
    Spec plain = CropRows.spec();
    Spec each = plain.with("each", "soil");
    Spec folds = plain.with("folds", 3);

    assertEquals(
        "spec: each must be left out for Train; TrainEach trains a model for each value of a column",
        refused(() -> rows.apply(Train.rows(each).withWorkFolder(work()))));
    assertEquals(
        "spec: folds must be left out for Train; Folds trains a model for each fold",
        refused(() -> rows.apply(Train.rows(folds).withWorkFolder(work()))));
    assertEquals(
        "spec: each is missing; Train is for a single training",
        refused(() -> rows.apply(TrainEach.rows(folds).withWorkFolder(work()))));
    assertEquals(
        "spec: folds is missing; Train is for a single training",
        refused(() -> rows.apply(Folds.rows(each).withWorkFolder(work()))));
    Spec files = each.with("data.dir", "pipelines/data/crop-yield").with("data.train", "*.csv");
    assertEquals(
        "spec: each must be left out for Train; TrainEach trains a model for each value of a column",
        refused(() -> Pipeline.create().apply(Train.files(files).withWorkFolder(work()))));
  }

  @Test
  void aKeyThatRowsDoNotHaveIsOneLine() {
    Schema schema =
        Schema.builder()
            .addFields(SCHEMA.getFields())
            .addArrayField("months", Schema.FieldType.DOUBLE)
            .build();
    var rows = Pipeline.create().apply(Create.empty(schema));
    assertEquals(
        "spec: each.key names 'farm', but the rows have x, shop, y, months",
        refused(() -> rows.apply(TrainEach.rows(SPEC.with("each.key", "farm")))));
    assertEquals(
        "spec: each.key names 'months', which is a ARRAY and cannot be a column",
        refused(() -> rows.apply(TrainEach.rows(SPEC.with("each.key", "months")))));
  }

  private static String refused(Runnable making) {
    return assertThrows(WrongInputException.class, making::run).getMessage();
  }
}
