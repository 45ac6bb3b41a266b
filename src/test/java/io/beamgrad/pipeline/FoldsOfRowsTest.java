package io.beamgrad.pipeline;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;

import io.beamgrad.data.files.RecordFile;
import io.beamgrad.failure.WrongInputException;
import io.beamgrad.model.ModelFile;
import io.beamgrad.schema.FoldResult;
import io.beamgrad.schema.Outcome;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.apache.beam.sdk.Pipeline;
import org.apache.beam.sdk.schemas.Schema;
import org.apache.beam.sdk.transforms.Create;
import org.apache.beam.sdk.transforms.windowing.FixedWindows;
import org.apache.beam.sdk.transforms.windowing.Window;
import org.apache.beam.sdk.values.Row;
import org.apache.beam.sdk.values.TimestampedValue;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Rows of any source in folds: which of them each tests on, however they come. */
class FoldsOfRowsTest {
  private static final int ROWS = 200;
  private static final Schema SCHEMA =
      Schema.builder()
          .addDoubleField("x")
          .addStringField("customer")
          .addStringField("kind")
          .build();
  private static final Spec SPEC =
      Spec.parse(
          """
          name: customers
          data: {features: [x], target: kind}
          split: {test: 0.1}
          model: [{linear: {out: classes}}]
          loss: cross_entropy
          optimizer: {sgd: {lr: 0.1}}
          batch: 16
          epochs: 2
          folds: 4
          """);

  @TempDir Path folder;

  private static List<Row> rows(long seed) {
    Random random = new Random(seed);
    List<Row> rows = new ArrayList<>();
    for (int i = 0; i < ROWS; i++) {
      double x = random.nextGaussian();
      rows.add(
          Row.withSchema(SCHEMA)
              .addValues(x, "c" + random.nextInt(30), x > 0.5 ? "high" : "low")
              .build());
    }
    return rows;
  }

  private Path train(List<Row> rows, Spec spec, String out, long bytes) {
    Pipeline pipeline = Pipeline.create();
    pipeline
        .apply(Create.of(rows).withRowSchema(SCHEMA))
        .apply("Folds", Folds.rows(spec).withWorkFolder(work()).withExpectedBytes(bytes))
        .apply("WriteResults", WriteResults.of(spec, folder.resolve(out).toString()));
    pipeline.run().waitUntilFinish();
    return folder.resolve(out);
  }

  private String work() {
    return folder.resolve("work").toString();
  }

  private static List<FoldResult> folds(Path out) {
    return RecordFile.of(FoldResult.class).read(out.resolve("folds.avro").toString());
  }

  private static List<Outcome> outcomes(Path out) {
    return folds(out).stream().map(FoldResult::getOutcome).toList();
  }

  private static String weights(Path out) {
    return ModelFile.read(out.resolve("model.avro").toString()).getWeightsSha256();
  }

  @ParameterizedTest
  @ValueSource(strings = {"stratified", "random", "group"})
  void foldsAreTheSameHoweverRowsCome(String by) {
    Spec spec =
        SPEC.with(
            "folds",
            Map.of("count", 4, "by", by.equals("group") ? Map.of("group", "customer") : by));
    List<Row> rows = rows(1);
    Path first = train(rows, spec, "first", 1 << 10);
    List<FoldResult> folds = folds(first);
    assertEquals(4, folds.size());
    assertEquals(
        180.0, folds.stream().mapToDouble(fold -> fold.getOutcome().getTested()).sum(), 25.0);
    assertEquals(
        ModelFile.read(first.resolve("model.avro").toString()).getProvenance().getTrainRows(),
        folds.stream().mapToLong(fold -> fold.getOutcome().getTested()).sum());
    assertFalse(Files.exists(first.resolve("out-of-fold.avro")));

    Collections.shuffle(rows, new Random(2));
    Path second = train(rows, spec, "second", 100 << 20);
    assertEquals(weights(first), weights(second));
    assertEquals(outcomes(first), outcomes(second));
  }

  @Test
  void eachWindowHasFoldsOfItsOwn() {
    List<Row> monday = rows(1);
    List<TimestampedValue<Row>> rows = new ArrayList<>(CropRows.on(CropRows.MONDAY, monday));
    rows.addAll(CropRows.on(CropRows.MONDAY.plus(CropRows.DAY), rows(2).subList(0, 100)));
    Pipeline pipeline = Pipeline.create();
    pipeline
        .apply(Create.timestamped(rows))
        .setRowSchema(SCHEMA)
        .apply(Window.into(FixedWindows.of(CropRows.DAY)))
        .apply("Folds", Folds.rows(SPEC).withWorkFolder(work()))
        .apply("WriteResults", WriteResults.of(SPEC, folder.resolve("days").toString()));
    pipeline.run().waitUntilFinish();

    Path days = folder.resolve("days");
    assertEquals(4, folds(days.resolve(CropRows.TUESDAY_FOLDER)).size());
    Path first = days.resolve(CropRows.MONDAY_FOLDER);
    Path alone = train(monday, SPEC, "alone", 1 << 20);
    assertEquals(weights(alone), weights(first));
    assertEquals(
        outcomes(alone).stream().map(Outcome::getWeightsSha256).toList(),
        outcomes(first).stream().map(Outcome::getWeightsSha256).toList());
  }

  @Test
  void foldsThatRowsCannotHaveAreRefused() {
    assertEquals(
        "spec: folds.by must not be time for rows, which are read once",
        refused(Map.of("count", 3, "by", Map.of("time", "customer"))));
    assertEquals(
        "spec: folds.by names 'shop', but the rows have x, customer, kind",
        refused(Map.of("count", 3, "by", Map.of("group", "shop"))));
  }

  private String refused(Map<String, Object> folds) {
    var rows = Pipeline.create().apply(Create.empty(SCHEMA));
    Spec spec = SPEC.with("folds", folds);
    return assertThrows(
            WrongInputException.class, () -> rows.apply(Folds.rows(spec).withWorkFolder(work())))
        .getMessage();
  }
}
