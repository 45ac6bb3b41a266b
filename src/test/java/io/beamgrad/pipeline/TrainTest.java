package io.beamgrad.pipeline;

import static io.beamgrad.pipeline.CropRows.DAY;
import static io.beamgrad.pipeline.CropRows.MONDAY;
import static io.beamgrad.pipeline.CropRows.MONDAY_FOLDER;
import static io.beamgrad.pipeline.CropRows.SCHEMA;
import static io.beamgrad.pipeline.CropRows.TUESDAY_FOLDER;
import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertThrows;

import io.beamgrad.cli.Cli;
import io.beamgrad.data.files.RecordFile;
import io.beamgrad.failure.WrongInputException;
import io.beamgrad.job.TinyDigits;
import io.beamgrad.schema.Metrics;
import io.beamgrad.schema.Outcome;
import io.beamgrad.schema.OutcomeStatus;
import io.beamgrad.schema.Prediction;
import io.beamgrad.schema.Reject;
import io.beamgrad.transforms.WriteMetrics;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.stream.Stream;
import org.apache.beam.sdk.Pipeline;
import org.apache.beam.sdk.schemas.Schema;
import org.apache.beam.sdk.testing.PAssert;
import org.apache.beam.sdk.testing.TestStream;
import org.apache.beam.sdk.transforms.Count;
import org.apache.beam.sdk.transforms.Create;
import org.apache.beam.sdk.transforms.SerializableFunctions;
import org.apache.beam.sdk.transforms.windowing.FixedWindows;
import org.apache.beam.sdk.transforms.windowing.Sessions;
import org.apache.beam.sdk.transforms.windowing.Window;
import org.apache.beam.sdk.values.PCollection;
import org.apache.beam.sdk.values.PCollectionTuple;
import org.apache.beam.sdk.values.Row;
import org.apache.beam.sdk.values.TimestampedValue;
import org.apache.beam.sdk.values.TypeDescriptors;
import org.joda.time.Duration;
import org.joda.time.Instant;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class TrainTest {
  @TempDir Path folder;

  private PCollectionTuple train(PCollection<Row> rows, Spec spec) {
    return rows.apply("Train", Train.rows(spec).withWorkFolder(folder.resolve("work").toString()));
  }

  private void run(List<Row> rows, Spec spec, String out) {
    Pipeline pipeline = Pipeline.create();
    train(pipeline.apply(Create.of(rows).withRowSchema(SCHEMA)), spec)
        .apply("WriteResults", WriteResults.of(spec, folder.resolve(out).toString()));
    pipeline.run().waitUntilFinish();
  }

  private PCollection<Row> byDay(Pipeline pipeline, List<TimestampedValue<Row>> rows) {
    return pipeline
        .apply(
            Create.timestamped(rows)
                .withSchema(
                    SCHEMA,
                    TypeDescriptors.rows(),
                    SerializableFunctions.identity(),
                    SerializableFunctions.identity()))
        .apply("Days", Window.into(FixedWindows.of(DAY)));
  }

  private void runByDay(List<TimestampedValue<Row>> rows, Spec spec, String out) {
    Pipeline pipeline = Pipeline.create();
    train(byDay(pipeline, rows), spec)
        .apply("WriteResults", WriteResults.of(spec, folder.resolve(out).toString()));
    pipeline.run().waitUntilFinish();
  }

  private Outcome outcome(String out) {
    return RecordFile.of(Outcome.class)
        .read(folder.resolve(out).resolve("outcomes.avro").toString())
        .get(0);
  }

  private List<String> filesIn(String name) throws IOException {
    Path in = folder.resolve(name);
    if (!Files.exists(in)) {
      return List.of();
    }
    try (Stream<Path> files = Files.walk(in)) {
      return files
          .filter(Files::isRegularFile)
          .map(file -> in.relativize(file).toString())
          .sorted()
          .toList();
    }
  }

  @Test
  void filesGiveTheBytesOfTheCommand() throws IOException {
    Path yaml = TinyDigits.write(folder);
    Cli.Result command =
        Cli.run("train", yaml.toString(), "--out", folder.resolve("run").toString());
    assertEquals(0, command.exitCode(), command.err());
    Spec spec = Spec.read(yaml);
    Pipeline pipeline = Pipeline.create();
    pipeline
        .apply("Train", Train.files(spec).withWorkFolder(folder.resolve("work").toString()))
        .apply("WriteResults", WriteResults.of(spec, folder.resolve("out").toString()));
    pipeline.run().waitUntilFinish();
    for (String file : List.of("model.avro", "details.avro")) {
      assertArrayEquals(
          Files.readAllBytes(folder.resolve("run").resolve(file)),
          Files.readAllBytes(folder.resolve("out").resolve(file)),
          file);
    }
    assertEquals(
        List.of("details.avro", "metrics.avro", "metrics.csv", "model.avro", "outcomes.avro"),
        filesIn("out"));
    assertEquals(List.of(), filesIn("work"));
  }

  @Test
  void foldsOfFilesAreTrainedBesideTheModel() throws IOException {
    Spec spec = Spec.read(TinyDigits.write(folder));
    Spec folded = spec.with("split.validation", 0).with("folds", 3);
    Pipeline pipeline = Pipeline.create();
    PCollectionTuple trained =
        pipeline.apply(
            "Folds", Folds.files(folded).withWorkFolder(folder.resolve("work").toString()));
    PAssert.thatSingleton(trained.get(Folds.FOLDS).apply(Count.globally())).isEqualTo(3L);
    PAssert.thatSingleton(trained.get(Train.MODELS).apply(Count.globally())).isEqualTo(1L);
    trained.apply("WriteResults", WriteResults.of(folded, folder.resolve("out").toString()));
    pipeline.run().waitUntilFinish();

    assertEquals(
        List.of(
            "details.avro",
            "folds.avro",
            "metrics.avro",
            "metrics.csv",
            "model.avro",
            "out-of-fold.avro",
            "outcomes.avro"),
        filesIn("out"));
    assertEquals(List.of(), filesIn("work"));
    Outcome all = outcome("out");
    List<Prediction> said =
        RecordFile.of(Prediction.class).read(folder.resolve("out/out-of-fold.avro").toString());
    assertEquals(all.getTrained(), said.size());
    assertEquals(3, said.stream().map(Prediction::getModel).distinct().count());
  }

  @Test
  void theOrderOfRowsAndHowTheirShuffleIsCutMakeNoDifference() {
    List<Row> rows = new ArrayList<>(CropRows.rows(300, 2, false));
    Spec spec = CropRows.spec();
    run(rows, spec, "a");
    Collections.shuffle(rows, new Random(5));
    Pipeline pipeline = Pipeline.create();
    pipeline
        .apply(Create.of(rows).withRowSchema(SCHEMA))
        .apply(
            "Train",
            Train.rows(spec)
                .withWorkFolder(folder.resolve("work").toString())
                .withExpectedBytes(1 << 20))
        .apply("WriteResults", WriteResults.of(spec, folder.resolve("b").toString()));
    pipeline.run().waitUntilFinish();
    assertEquals(outcome("a").getWeightsSha256(), outcome("b").getWeightsSha256());
    assertEquals(240, outcome("a").getTrained());
    assertNull(outcome("a").getWindowStart());
    run(rows, spec.with("epochs", 3), "c");
    assertNotEquals(outcome("a").getWeightsSha256(), outcome("c").getWeightsSha256());
  }

  @Test
  void eachDayGetsItsFilesAndLeavesNoWork() throws IOException {
    List<TimestampedValue<Row>> rows = new ArrayList<>();
    List<Row> monday = CropRows.rows(100, 1, true);
    rows.addAll(CropRows.on(MONDAY.plus(Duration.millis(5)), monday));
    rows.addAll(CropRows.on(MONDAY.plus(DAY), CropRows.rows(50, 3, false)));
    Spec spec = CropRows.spec().with("sinks.tensorboard", true);
    runByDay(rows, spec, "days");
    List<String> expected = new ArrayList<>();
    for (String file : filesIn("days")) {
      expected.add(file.replaceFirst("events.out.*", "events"));
    }
    assertEquals(
        List.of(
            MONDAY_FOLDER + "/details.avro",
            MONDAY_FOLDER + "/metrics.avro",
            MONDAY_FOLDER + "/metrics.csv",
            MONDAY_FOLDER + "/model.avro",
            MONDAY_FOLDER + "/outcomes.avro",
            MONDAY_FOLDER + "/rejects.avro",
            MONDAY_FOLDER + "/tensorboard/train/events",
            MONDAY_FOLDER + "/tensorboard/validation/events",
            TUESDAY_FOLDER + "/details.avro",
            TUESDAY_FOLDER + "/metrics.avro",
            TUESDAY_FOLDER + "/metrics.csv",
            TUESDAY_FOLDER + "/model.avro",
            TUESDAY_FOLDER + "/outcomes.avro",
            TUESDAY_FOLDER + "/tensorboard/train/events",
            TUESDAY_FOLDER + "/tensorboard/validation/events"),
        expected);
    Outcome first = outcome("days/" + MONDAY_FOLDER);
    assertEquals(MONDAY.getMillis(), first.getWindowStart());
    assertEquals(MONDAY.plus(DAY).getMillis(), first.getWindowEnd());
    assertEquals(10, first.getRejected());
    assertEquals(
        10,
        RecordFile.of(Reject.class)
            .read(folder.resolve("days/" + MONDAY_FOLDER + "/rejects.avro").toString())
            .size());
    assertEquals(40, outcome("days/" + TUESDAY_FOLDER).getTrained());
    assertEquals(List.of(), filesIn("work"));

    run(monday, CropRows.spec(), "all");
    assertEquals(outcome("all").getWeightsSha256(), first.getWeightsSha256());
  }

  @Test
  void daysOfTheSameRowsDoNotShareWhatIsDeleted() throws IOException {
    List<Row> same = CropRows.rows(60, 1, false);
    List<TimestampedValue<Row>> rows = new ArrayList<>(CropRows.on(MONDAY, same));
    for (int day = 1; day < 5; day++) {
      rows.addAll(CropRows.on(MONDAY.plus(DAY.multipliedBy(day)), same));
    }
    runByDay(rows, CropRows.spec(), "days");
    try (Stream<Path> days = Files.list(folder.resolve("days"))) {
      assertEquals(
          5,
          days.filter(
                  day ->
                      outcome("days/" + day.getFileName()).getStatus() == OutcomeStatus.SUCCEEDED)
              .count());
    }
    assertEquals(List.of(), filesIn("work"));
  }

  @Test
  void whatIsRunAgainWritesTheSame() throws IOException {
    List<TimestampedValue<Row>> rows = CropRows.on(MONDAY, CropRows.rows(100, 1, false));
    runByDay(rows, CropRows.spec(), "days");
    Path model = folder.resolve("days").resolve(MONDAY_FOLDER).resolve("model.avro");
    byte[] first = Files.readAllBytes(model);
    runByDay(rows, CropRows.spec(), "days");
    assertArrayEquals(first, Files.readAllBytes(model));
  }

  @Test
  void whereFilesAreIsNotLookedAtForRows() throws IOException {
    run(CropRows.rows(50, 1, false), CropRows.spec().with("data.train", "all.csv"), "out");
    assertEquals(50, outcome("out").getRead());
  }

  @Test
  void aMissingFileIsSaidWithoutWhatIsForTheCommand() {
    Spec spec =
        CropRows.spec().with("data.dir", folder.resolve("nowhere")).with("data.train", "all.csv");
    assertEquals(
        folder.resolve("nowhere") + ": no such folder",
        assertThrows(
                WrongInputException.class,
                () -> Pipeline.create().apply("Train", Train.files(spec)))
            .getMessage());
  }

  @Test
  void workIsKeptWhereAsked() throws IOException {
    Spec spec = CropRows.spec();
    Pipeline pipeline = Pipeline.create();
    train(pipeline.apply(Create.of(CropRows.rows(50, 1, false)).withRowSchema(SCHEMA)), spec)
        .apply(
            "WriteResults", WriteResults.of(spec, folder.resolve("out").toString()).keepingWork());
    pipeline.run().waitUntilFinish();
    assertEquals(
        1, filesIn("work").stream().filter(file -> file.startsWith("crops/all/models/")).count());
  }

  @Test
  void anotherOrderOfTheRowsInTheSameWorkFolderTrainsAnew() {
    Spec spec = CropRows.spec().with("split.validation", 0);
    String first = weightsKeepingWork(spec.with("split.seed", 1), "work");
    String second = weightsKeepingWork(spec.with("split.seed", 2), "work");
    assertNotEquals(first, second);
    assertEquals(weightsKeepingWork(spec.with("split.seed", 2), "fresh"), second);
  }

  private String weightsKeepingWork(Spec spec, String work) {
    Pipeline pipeline = Pipeline.create();
    pipeline
        .apply(Create.of(CropRows.rows(100, 1, false)).withRowSchema(SCHEMA))
        .apply("Train", Train.rows(spec).withWorkFolder(folder.resolve(work).toString()))
        .apply(
            "WriteResults", WriteResults.of(spec, folder.resolve("out").toString()).keepingWork());
    pipeline.run().waitUntilFinish();
    return outcome("out").getWeightsSha256();
  }

  @Test
  void rowsThatComeLateAreDroppedAndDaysWithoutRowsGiveNothing() throws IOException {
    Pipeline pipeline = Pipeline.create();
    List<Row> rows = CropRows.rows(50, 1, false);
    Instant wednesday = MONDAY.plus(DAY.multipliedBy(2));
    TestStream<Row> stream =
        addAll(TestStream.create(SCHEMA), CropRows.on(MONDAY, rows))
            .advanceWatermarkTo(wednesday)
            .addElements(TimestampedValue.of(rows.get(0), MONDAY)) // late
            .addElements(TimestampedValue.of(rows.get(1), wednesday))
            .advanceWatermarkToInfinity();
    PCollection<Row> days = pipeline.apply(stream).apply("Days", Window.into(FixedWindows.of(DAY)));
    Spec spec = CropRows.spec();
    train(days, spec)
        .apply("WriteResults", WriteResults.of(spec, folder.resolve("days").toString()));
    pipeline.run().waitUntilFinish();
    assertEquals(50, outcome("days/" + MONDAY_FOLDER).getRead());
    assertEquals(1, outcome("days/2026-11-25T00-00-00.000Z").getRead());
    try (Stream<Path> found = Files.list(folder.resolve("days"))) {
      assertEquals(2, found.count());
    }
    // The direct runner may end before it says so of the last window.
    assertEquals(List.of(), filesIn("work/crops/" + MONDAY_FOLDER));
  }

  @SuppressWarnings("unchecked")
  private static TestStream.Builder<Row> addAll(
      TestStream.Builder<Row> stream, List<TimestampedValue<Row>> rows) {
    return stream.addElements(
        rows.get(0), rows.subList(1, rows.size()).toArray(TimestampedValue[]::new));
  }

  @Test
  void noRowsAtAllAreAnOutcome() throws IOException {
    run(List.of(), CropRows.spec(), "none");
    assertEquals(OutcomeStatus.BAD_INPUT, outcome("none").getStatus());
    assertEquals("no usable rows in the training files (rows)", outcome("none").getMessage());
    assertEquals(List.of("outcomes.avro"), filesIn("none"));
  }

  @Test
  void aLossThatDivergesIsAnOutcomeAndLeavesNoWork() throws IOException {
    runByDay(
        CropRows.on(MONDAY, CropRows.rows(200, 1e6, false)),
        CropRows.spec().with("optimizer.sgd.lr", 1e9).with("epochs", 20),
        "days");
    assertEquals(OutcomeStatus.FAILED, outcome("days/" + MONDAY_FOLDER).getStatus());
    assertEquals(MONDAY.getMillis(), outcome("days/" + MONDAY_FOLDER).getWindowStart());
    assertEquals(List.of(), filesIn("work"));
  }

  @Test
  void windowsThatAFileCannotTellApartAreRefused() {
    PCollection<Row> days =
        byDay(Pipeline.create(), CropRows.on(MONDAY, CropRows.rows(3, 1, false)));
    PCollection<Metrics> metrics = train(days, CropRows.spec()).get(Train.METRICS);
    assertEquals(
        "WriteRecords: out/metrics.avro: each window would replace what the one before has written;"
            + " put {window} into the path",
        assertThrows(
                IllegalArgumentException.class,
                () -> metrics.apply("WriteMetrics", WriteMetrics.to("out")))
            .getMessage());
    PCollection<Row> sessions = days.apply("Sessions", Window.into(Sessions.withGapDuration(DAY)));
    assertEquals(
        "Train: windows must not merge, were Sessions",
        assertThrows(
                IllegalArgumentException.class,
                () -> sessions.apply("TrainSessions", Train.rows(CropRows.spec())))
            .getMessage());
  }

  @Test
  void rowsWithoutAnEndNeedWindows() {
    PCollection<Row> rows =
        Pipeline.create().apply(TestStream.create(SCHEMA).advanceWatermarkToInfinity());
    assertEquals(
        "Train: rows without an end, all in one window, would never be trained on; put them into"
            + " windows such as FixedWindows",
        assertThrows(IllegalArgumentException.class, () -> train(rows, CropRows.spec()))
            .getMessage());
  }

  @Test
  void aWorkFolderIsAskedFor() {
    PCollection<Row> rows =
        Pipeline.create().apply(Create.of(CropRows.rows(3, 1, false)).withRowSchema(SCHEMA));
    assertEquals(
        "Train: expected a folder for the work in progress, found none (withWorkFolder)",
        assertThrows(
                IllegalArgumentException.class,
                () -> rows.apply("Train", Train.rows(CropRows.spec())))
            .getMessage());
  }

  private String refused(Spec spec) {
    Schema schema =
        Schema.builder()
            .addFields(SCHEMA.getFields())
            .addArrayField("months", Schema.FieldType.DOUBLE)
            .addMapField("notes", Schema.FieldType.STRING, Schema.FieldType.STRING)
            .build();
    PCollection<Row> rows = Pipeline.create().apply(Create.empty(schema).withRowSchema(schema));
    return assertThrows(RuntimeException.class, () -> train(rows, spec)).getMessage();
  }

  @Test
  void aWrongSpecIsOneLineThatNamesTheKey() {
    Spec spec = CropRows.spec();
    assertEquals(
        "spec: optimizer.lr must be above 0, was -1", refused(spec.with("optimizer.sgd.lr", -1)));
    assertEquals(
        "spec: data.features names 'rian', but the rows have rain, heat, soil, tons, months, notes",
        refused(spec.with("data.features", List.of("rian"))));
    assertEquals(
        "spec: data.target names 'ton', but the rows have rain, heat, soil, tons, months, notes",
        refused(spec.with("data.target", "ton")));
    assertEquals(
        "spec: data.columns.months.vector.size is missing; the rows have a list there",
        refused(spec.with("data.features", List.of("months"))));
    assertEquals(
        "spec: data.features names 'notes', which is a MAP and cannot be a column",
        refused(spec.with("data.features", List.of("notes"))));
    assertEquals(
        "spec: split.by must not be time for rows, which are read once",
        refused(spec.with("split.by.time", "tons")));
    assertEquals(
        "spec: data.test names files, but there are rows; split.test is a share",
        refused(spec.with("data.test", "test.csv")));
    assertEquals(
        "spec: data.format must not be idx for rows, which have columns",
        refused(spec.with("data.format", "idx")));
    assertEquals("spec: name is missing; it names the model", refused(Spec.parse("epochs: 3")));
    assertEquals(
        "spec: data.features is missing; for a table it must be a list of names",
        refused(
            Spec.parse(
                """
                name: crops
                model: [{linear: {out: 1}}]
                loss: mse
                optimizer: adam
                """)));
    assertEquals(
        "spec: model[0].linear.out must be 1, one for each data.target, was 2",
        refused(spec.with("model", List.of(Map.of("linear", Map.of("out", 2))))));
  }
}
