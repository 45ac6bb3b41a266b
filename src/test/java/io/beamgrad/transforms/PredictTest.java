package io.beamgrad.transforms;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;

import io.beamgrad.failure.BrokenFileException;
import io.beamgrad.failure.MissingDataException;
import io.beamgrad.model.ModelFile;
import io.beamgrad.model.Models;
import io.beamgrad.schema.Calibration;
import io.beamgrad.schema.Example;
import io.beamgrad.schema.InputCoverage;
import io.beamgrad.schema.ModelRecord;
import io.beamgrad.schema.ModelRef;
import io.beamgrad.schema.Prediction;
import io.beamgrad.schema.Reject;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.apache.beam.sdk.Pipeline;
import org.apache.beam.sdk.PipelineResult;
import org.apache.beam.sdk.extensions.avro.coders.AvroCoder;
import org.apache.beam.sdk.metrics.MetricsFilter;
import org.apache.beam.sdk.options.PipelineOptionsFactory;
import org.apache.beam.sdk.schemas.Schema;
import org.apache.beam.sdk.testing.PAssert;
import org.apache.beam.sdk.transforms.Create;
import org.apache.beam.sdk.transforms.DoFn;
import org.apache.beam.sdk.transforms.ParDo;
import org.apache.beam.sdk.transforms.View;
import org.apache.beam.sdk.transforms.windowing.FixedWindows;
import org.apache.beam.sdk.transforms.windowing.IntervalWindow;
import org.apache.beam.sdk.transforms.windowing.Window;
import org.apache.beam.sdk.values.PCollection;
import org.apache.beam.sdk.values.PCollectionTuple;
import org.apache.beam.sdk.values.PCollectionView;
import org.apache.beam.sdk.values.Row;
import org.joda.time.Duration;
import org.joda.time.Instant;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class PredictTest {
  private static final Schema SCHEMA =
      Schema.builder()
          .addStringField("field")
          .addNullableField("temp", Schema.FieldType.DOUBLE)
          .addInt32Field("rainfall")
          .addFloatField("humidity")
          .build();
  private static final String VERSION =
      "crops@" + Models.crops().getWeightsSha256().substring(0, 12);

  @TempDir Path folder;
  private String crops;
  private final Pipeline pipeline = Pipeline.create();

  @BeforeEach
  void write() {
    crops = folder.resolve("crops.avro").toString();
    ModelFile.write(crops, Models.crops());
  }

  private static Row row(String name, Double temp) {
    return Row.withSchema(SCHEMA).addValues(name, temp, 67, 43f).build();
  }

  private static Prediction prediction(String id) {
    return new Prediction(
        id,
        null,
        Map.of(),
        Map.of("apples", 25.224998f, "oranges", 24.3f),
        VERSION,
        Map.of(),
        Map.of(),
        List.of());
  }

  private PCollection<Row> rows(Row... rows) {
    return pipeline.apply(Create.of(List.of(rows)).withRowSchema(SCHEMA));
  }

  private PCollection<Example> examples(Example... examples) {
    return pipeline.apply(
        Create.of(List.of(examples)).withCoder(AvroCoder.specific(Example.class)));
  }

  @Test
  void eachRowIsAPredictionOrAReject() {
    PCollectionTuple found =
        rows(row("a", 73.0), row("b", null)).apply(Predict.rows(crops).withId("field"));

    PAssert.that(found.get(Predict.PREDICTIONS)).containsInAnyOrder(prediction("a"));
    PAssert.that(found.get(Predict.REJECTS))
        .containsInAnyOrder(new Reject("b", 0L, null, "temp", null, "value is missing"));
    pipeline.run().waitUntilFinish();
  }

  @Test
  void numbersHaveIntervalsWhereTheyAreAskedFor() {
    ByteBuffer one = Models.scores(1, 2, 3);
    ModelFile.write(
        crops,
        Models.calibrated(
            Models.crops(), new Calibration(3L, null, List.of(one, Models.scores(0, 0.5f, 10)))));
    PCollectionTuple found =
        rows(row("a", 73.0)).apply(Predict.rows(crops).withId("field").withInterval(0.5));

    Prediction expected =
        Prediction.newBuilder(prediction("a"))
            .setLower(Map.of("apples", 25.224998f - 2, "oranges", 24.3f - 0.5f))
            .setUpper(Map.of("apples", 25.224998f + 2, "oranges", 24.3f + 0.5f))
            .build();
    PAssert.that(found.get(Predict.PREDICTIONS)).containsInAnyOrder(expected);
    pipeline.run().waitUntilFinish();
    assertEquals(
        "the level of intervals must be above 0 and below 1, was 2.0",
        assertThrows(IllegalArgumentException.class, () -> Predict.rows(crops).withInterval(2))
            .getMessage());
  }

  @Test
  void whatTrainingHasNotSeenIsCountedByColumn() {
    ModelRecord model =
        ModelRecord.newBuilder(Models.crops())
            .setCoverage(
                List.of(
                    new InputCoverage("temp", 50.0, 100.0, 0L, 0L),
                    new InputCoverage("rainfall", 0.0, 67.0, 0L, 0L)))
            .build();
    ModelFile.write(crops, model);
    rows(row("a", 73.0), row("b", 49.5), row("c", 101.0), row("d", null))
        .apply(Predict.rows(crops));
    PipelineResult result = pipeline.run();
    result.waitUntilFinish();

    Map<String, Long> counted = new HashMap<>();
    result
        .metrics()
        .queryMetrics(MetricsFilter.builder().build())
        .getCounters()
        .forEach(one -> counted.put(one.getName().getName(), one.getAttempted()));
    assertEquals(2, counted.get("values_outside_training_temp"));
    assertFalse(counted.containsKey("values_outside_training_rainfall"));
  }

  @Test
  void withoutAnIdItIsAHashOfTheValues() {
    PCollectionTuple found =
        rows(row("a", 73.0), row("b", 73.0), row("c", null)).apply(Predict.rows(crops));

    Prediction same = prediction("6a371c956b46b309");
    PAssert.that(found.get(Predict.PREDICTIONS)).containsInAnyOrder(same, same);
    PAssert.that(found.get(Predict.REJECTS))
        .containsInAnyOrder(new Reject("rows", 0L, null, "temp", null, "value is missing"));
    pipeline.run().waitUntilFinish();
  }

  @Test
  void examplesHoldWhatATableDoes() {
    Map<String, Object> numbers = Map.of("temp", 73.0, "rainfall", 67L, "humidity", "43");
    PCollectionTuple found =
        examples(
                new Example("a", numbers),
                new Example("b", Map.of("temp", 73.0, "rainfall", "wet", "humidity", 43L)))
            .apply(Predict.examples(crops));

    PAssert.that(found.get(Predict.PREDICTIONS)).containsInAnyOrder(prediction("a"));
    PAssert.that(found.get(Predict.REJECTS))
        .containsInAnyOrder(
            new Reject("b", 0L, null, "rainfall", "wet", "expected a number, found 'wet'"));
    pipeline.run().waitUntilFinish();
  }

  @Test
  void imagesAreBytes() {
    String images = folder.resolve("images.avro").toString();
    ModelFile.write(images, Models.images());
    byte[] light = {(byte) 255, 0, 0, 0, 0, 0};
    PCollectionTuple found =
        examples(
                new Example("a", Map.of("image", ByteBuffer.wrap(light))),
                new Example("b", Map.of("image", ByteBuffer.wrap(light, 0, 5))),
                new Example("c", Map.of("image", "light")),
                new Example("d", Map.of()))
            .apply(Predict.examples(images));

    PAssert.that(found.get(Predict.PREDICTIONS))
        .satisfies(
            all -> {
              Prediction one = all.iterator().next();
              assertEquals("a", one.getId());
              assertEquals("a", one.getLabel());
              assertEquals(0.880797f, one.getProbabilities().get("a"), 1e-6f);
              return null;
            });
    PAssert.that(found.get(Predict.REJECTS))
        .containsInAnyOrder(
            new Reject("b", 0L, null, "image", null, "expected 6 bytes, found 5"),
            new Reject("c", 0L, null, "image", null, "expected 6 bytes, found a String"),
            new Reject("d", 0L, null, "image", null, "value is missing"));
    pipeline.run().waitUntilFinish();
  }

  /** The rows of one element are one bundle, and more than a batch. */
  @Test
  void moreThanABatchKeepsTimesAndWindows() {
    String[] unchecked = {"--enforceImmutability=false", "--enforceEncodability=false"};
    Pipeline fast = Pipeline.create(PipelineOptionsFactory.fromArgs(unchecked).create());
    List<Prediction> first = new ArrayList<>();
    List<Prediction> second = new ArrayList<>();
    for (int i = 0; i < ManyRowsFn.ROWS; i++) {
      (ManyRowsFn.second(i) < 60 ? first : second).add(prediction(Integer.toString(i)));
    }
    PCollectionTuple found =
        fast.apply(Create.of(0))
            .apply(ParDo.of(new ManyRowsFn()))
            .setRowSchema(SCHEMA)
            .apply(Window.into(FixedWindows.of(Duration.standardMinutes(1))))
            .apply(Predict.rows(crops).withId("field"));

    PCollection<Prediction> predictions = found.get(Predict.PREDICTIONS);
    assertIn(minute(0), first, predictions);
    assertIn(minute(1), second, predictions);
    PAssert.that(found.get(Predict.REJECTS)).empty();
    fast.run().waitUntilFinish();
  }

  private static final class ManyRowsFn extends DoFn<Integer, Row> {
    private static final int ROWS = 2500;

    /** The later ones first, now and then. */
    static int second(int row) {
      return row % 7 == 0 ? 59 : row % 120;
    }

    @ProcessElement
    public void process(OutputReceiver<Row> out) {
      for (int i = 0; i < ROWS; i++) {
        Instant time = Instant.ofEpochSecond(second(i));
        out.outputWithTimestamp(row(Integer.toString(i), 73.0), time);
      }
    }
  }

  private static void assertIn(
      IntervalWindow window, List<Prediction> expected, PCollection<Prediction> predictions) {
    Set<Prediction> all = new HashSet<>(expected);
    PAssert.that(predictions)
        .inWindow(window)
        .satisfies(
            found -> {
              List<Prediction> list = new ArrayList<>();
              found.forEach(list::add);
              assertEquals(all.size(), list.size());
              assertEquals(all, new HashSet<>(list));
              return null;
            });
  }

  private static IntervalWindow minute(int number) {
    Instant start = Instant.EPOCH.plus(Duration.standardMinutes(number));
    return new IntervalWindow(start, Duration.standardMinutes(1));
  }

  @Test
  void aModelThatIsNotTheOneReferredToIsRefused() {
    ModelRef ref = ModelFile.ref(crops);
    ModelRef other = new ModelRef(ref.getModel(), crops, "f".repeat(64));
    PCollectionView<ModelRef> view =
        pipeline
            .apply("Model", Create.of(other).withCoder(AvroCoder.specific(ModelRef.class)))
            .apply(View.asSingleton());
    rows(row("a", 73.0)).apply(Predict.rows(view));

    var e = assertThrows(Pipeline.PipelineExecutionException.class, () -> pipeline.run());
    assertEquals(
        "%s: expected weights of SHA-256 %s, found %s; each model has a file of its own"
            .formatted(crops, "f".repeat(64), ref.getWeightsSha256()),
        e.getCause().getMessage());
    assertEquals(BrokenFileException.class, e.getCause().getClass());
  }

  @Test
  void aViewOfNoModelIsSaidInOneLine() {
    PCollectionView<ModelRef> none =
        pipeline
            .apply("Models", Create.empty(AvroCoder.specific(ModelRef.class)))
            .apply(NewestModel.view());
    rows(row("a", 73.0)).apply(Predict.rows(none));

    var e = assertThrows(Pipeline.PipelineExecutionException.class, () -> pipeline.run());
    assertEquals("Predict: the view of models has none", e.getCause().getMessage());
  }

  @Test
  void whatCannotWorkIsSaidBeforeItRuns() {
    Schema other = Schema.builder().addStringField("field").addDoubleField("temp").build();
    PCollection<Row> rows =
        pipeline.apply(
            Create.of(Row.withSchema(other).addValues("a", 1.0).build()).withRowSchema(other));

    var e = assertThrows(IllegalArgumentException.class, () -> rows.apply(Predict.rows(crops)));
    assertEquals(
        "Predict by %s: no field 'rainfall'; the rows have field, temp".formatted(crops),
        e.getMessage());
    e =
        assertThrows(
            IllegalArgumentException.class,
            () -> rows.apply("Id", Predict.rows("x").withoutValidation().withId("name")));
    assertEquals("Predict by x: no field 'name'; the rows have field, temp", e.getMessage());
    var missing =
        assertThrows(
            MissingDataException.class, () -> rows.apply("None", Predict.rows(folder + "/none")));
    assertEquals(folder + "/none: no such file", missing.getMessage());
    var state =
        assertThrows(IllegalStateException.class, () -> Predict.examples(crops).withId("field"));
    assertEquals("Predict.withId: examples have their own ids", state.getMessage());
  }
}
