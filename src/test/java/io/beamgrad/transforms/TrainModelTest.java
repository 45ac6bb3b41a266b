package io.beamgrad.transforms;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.beamgrad.data.rows.Columns;
import io.beamgrad.data.split.SplitRule;
import io.beamgrad.data.split.SplitSettings;
import io.beamgrad.learner.ColumnLearner;
import io.beamgrad.schema.Column;
import io.beamgrad.schema.ColumnType;
import io.beamgrad.schema.FileFormat;
import io.beamgrad.schema.FileRange;
import io.beamgrad.schema.LinearLayer;
import io.beamgrad.schema.MeanSquaredError;
import io.beamgrad.schema.Metrics;
import io.beamgrad.schema.Outcome;
import io.beamgrad.schema.ScaleMethod;
import io.beamgrad.schema.Sgd;
import io.beamgrad.schema.Split;
import io.beamgrad.schema.TrainingInput;
import io.beamgrad.schema.TrainingPlan;
import java.io.IOException;
import java.math.BigDecimal;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.apache.beam.sdk.Pipeline;
import org.apache.beam.sdk.coders.KvCoder;
import org.apache.beam.sdk.coders.StringUtf8Coder;
import org.apache.beam.sdk.extensions.avro.coders.AvroCoder;
import org.apache.beam.sdk.testing.PAssert;
import org.apache.beam.sdk.transforms.Create;
import org.apache.beam.sdk.transforms.windowing.AfterPane;
import org.apache.beam.sdk.transforms.windowing.FixedWindows;
import org.apache.beam.sdk.transforms.windowing.Repeatedly;
import org.apache.beam.sdk.transforms.windowing.Sessions;
import org.apache.beam.sdk.transforms.windowing.Window;
import org.apache.beam.sdk.values.KV;
import org.apache.beam.sdk.values.PCollection;
import org.apache.beam.sdk.values.PCollectionTuple;
import org.apache.beam.sdk.values.TimestampedValue;
import org.joda.time.Duration;
import org.joda.time.Instant;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class TrainModelTest {
  private static final List<Column> COLUMNS =
      List.of(
          Columns.feature("x", ColumnType.FLOATS, List.of()),
          Columns.target("y", ColumnType.FLOATS, List.of()));
  private static final SplitRule RULE = SplitRule.random(new BigDecimal("0.1"));
  private static final Duration DAY = Duration.standardDays(1);

  @TempDir Path folder;

  private FileRange file(String name, int rows, float slope) throws IOException {
    StringBuilder csv = new StringBuilder("x,y\n");
    for (int i = 0; i < rows; i++) {
      csv.append(i % 10).append(',').append(slope * (i % 10)).append('\n');
    }
    Path path = folder.resolve(name);
    Files.writeString(path, csv);
    return new FileRange(
        Split.TRAIN, FileFormat.CSV, path.toString(), null, name, 0L, -1L, COLUMNS, null, null);
  }

  private TrainingPlan plan(String model, double lr) {
    return TrainingPlan.newBuilder()
        .setModel(model)
        .setSeed(1)
        .setLayers(List.of(new LinearLayer(1, false, false)))
        .setLoss(new MeanSquaredError())
        .setOptimizer(new Sgd(lr, 0.0, false, 0.0))
        .setBatchExamples(16)
        .setEpochs(2)
        .setFullPermutationRows(1000)
        .setColumns(COLUMNS)
        .setPreparations(ColumnLearner.numbers(COLUMNS, ScaleMethod.DIVIDE, 1.0))
        .setInitialWeights(null)
        .setWorkFolder(folder.resolve("work").toString())
        .setCacheBytes(1 << 20)
        .build();
  }

  private PCollectionTuple train(PCollection<FileRange> files, TrainingPlan... plans) {
    ShuffleSettings shuffle =
        new ShuffleSettings(COLUMNS, 1, 1, 32, folder.resolve("blocks").toString(), 0, RULE);
    return files
        .apply(ReadExamples.of(shuffle))
        .apply(WriteBlocks.of(shuffle))
        .apply(
            RankBlocks.of(
                new SplitSettings("f", COLUMNS, RULE, BigDecimal.ZERO, 0), List.of("a", "b")))
        .get(RankBlocks.MANIFESTS)
        .apply(PlanTraining.of(List.of(plans)))
        .apply(TrainModel.create());
  }

  @Test
  void eachDayGetsAModelOfItsOwnRows() throws IOException {
    Pipeline pipeline = Pipeline.create();
    PCollection<FileRange> files =
        pipeline
            .apply(
                Create.timestamped(
                        TimestampedValue.of(file("monday.csv", 100, 1), Instant.EPOCH),
                        TimestampedValue.of(file("monday2.csv", 50, 1), Instant.ofEpochMilli(5)),
                        TimestampedValue.of(file("tuesday.csv", 200, 2), Instant.EPOCH.plus(DAY)))
                    .withCoder(AvroCoder.specific(FileRange.class)))
            .apply(Window.into(FixedWindows.of(DAY)));
    PCollection<Outcome> outcomes = train(files, plan("a", 0.001)).get(TrainModel.OUTCOMES);
    PAssert.that(outcomes)
        .satisfies(
            found -> {
              List<Long> trained = new ArrayList<>();
              found.forEach(outcome -> trained.add(outcome.getTrained()));
              trained.sort(null);
              assertEquals(List.of(135L, 180L), trained);
              return null;
            });
    pipeline.run().waitUntilFinish();
  }

  @Test
  void eachKeyTrainsAModelOnTheSameRows() throws IOException {
    Pipeline pipeline = Pipeline.create();
    PCollection<FileRange> files =
        pipeline.apply(
            Create.of(file("rows.csv", 100, 1)).withCoder(AvroCoder.specific(FileRange.class)));
    PCollection<Metrics> metrics =
        train(files, plan("a", 0.001), plan("b", 0.002)).get(TrainModel.METRICS);
    PAssert.that(metrics)
        .satisfies(
            found -> {
              List<String> models = new ArrayList<>();
              for (Metrics each : found) {
                models.add(each.getModel());
                // Epoch 0, 1 and 2, each with training and validation.
                assertEquals(6, each.getRows().size());
                assertTrue(each.getRows().get(4).getLoss() < each.getRows().get(2).getLoss());
              }
              models.sort(null);
              assertEquals(List.of("a", "b"), models);
              return null;
            });
    pipeline.run().waitUntilFinish();
  }

  @Test
  void windowsThatMergeOrFireEarlyAreRefused() {
    Pipeline pipeline = Pipeline.create();
    PCollection<KV<String, TrainingInput>> inputs =
        pipeline.apply(
            Create.empty(
                KvCoder.of(StringUtf8Coder.of(), AvroCoder.specific(TrainingInput.class))));
    PCollection<KV<String, TrainingInput>> sessions =
        inputs.apply("Sessions", Window.into(Sessions.withGapDuration(DAY)));
    String merging =
        assertThrows(
                IllegalArgumentException.class,
                () -> sessions.apply("Merging", TrainModel.create()))
            .getMessage();
    assertTrue(merging.startsWith("TrainModel: windows must not merge, were Sessions"), merging);
    PCollection<KV<String, TrainingInput>> early =
        inputs.apply(
            "Early",
            Window.<KV<String, TrainingInput>>into(FixedWindows.of(DAY))
                .triggering(Repeatedly.forever(AfterPane.elementCountAtLeast(1)))
                .withAllowedLateness(Duration.ZERO)
                .discardingFiredPanes());
    String firing =
        assertThrows(
                IllegalArgumentException.class, () -> early.apply("Firing", TrainModel.create()))
            .getMessage();
    assertTrue(firing.startsWith("TrainModel: a window must fire once, at its end"), firing);
  }
}
