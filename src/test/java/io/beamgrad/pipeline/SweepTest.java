package io.beamgrad.pipeline;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;

import io.beamgrad.data.files.RecordFile;
import io.beamgrad.failure.WrongInputException;
import io.beamgrad.model.ModelFile;
import io.beamgrad.schema.FoldResult;
import io.beamgrad.schema.MetricRow;
import io.beamgrad.schema.ModelRecord;
import io.beamgrad.schema.Split;
import io.beamgrad.schema.TrialEnd;
import io.beamgrad.schema.TrialResult;
import io.beamgrad.transforms.WriteRecords;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.apache.beam.sdk.Pipeline;
import org.apache.beam.sdk.runners.TransformHierarchy;
import org.apache.beam.sdk.transforms.Create;
import org.apache.beam.sdk.transforms.windowing.FixedWindows;
import org.apache.beam.sdk.transforms.windowing.Window;
import org.apache.beam.sdk.values.PCollectionTuple;
import org.apache.beam.sdk.values.Row;
import org.apache.beam.sdk.values.TimestampedValue;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class SweepTest {
  private static final Map<String, Object> RATES =
      Map.of(
          "grid", Map.of("optimizer.sgd.lr", List.of(0.0001, 0.1)),
          "halving", Map.of("from", 1));

  @TempDir Path folder;

  private static Spec spec(Object sweep) {
    return CropRows.spec().with("split.validation", 0.2).with("sweep", sweep);
  }

  /** Each day's rows choose for themselves, and stages of one day know nothing of the other. */
  @Test
  void eachWindowHasABestTrial() {
    List<TimestampedValue<Row>> rows =
        new ArrayList<>(CropRows.on(CropRows.MONDAY, CropRows.rows(100, 3, false)));
    rows.addAll(CropRows.on(CropRows.MONDAY.plus(CropRows.DAY), CropRows.rows(200, 5, false)));
    Pipeline pipeline = Pipeline.create();
    pipeline
        .apply(Create.timestamped(rows))
        .setRowSchema(CropRows.SCHEMA)
        .apply(Window.into(FixedWindows.of(CropRows.DAY)))
        .apply("Sweep", Sweep.rows(spec(RATES)).withWorkFolder(folder.resolve("work").toString()))
        .apply("WriteResults", WriteResults.of(spec(RATES), folder.resolve("out").toString()));
    pipeline.run().waitUntilFinish();

    for (String day : List.of(CropRows.MONDAY_FOLDER, CropRows.TUESDAY_FOLDER)) {
      String path = folder.resolve("out").resolve(day).resolve("model.avro").toString();
      assertEquals(2, ModelFile.read(path).getProvenance().getEpochs());
      assertEquals("crops", ModelFile.read(path).getName());
    }
  }

  /** Ranked by the mean of the rows that each fold tests on, of which none has another use. */
  @Test
  void trialsMayBeJudgedByFolds() {
    Spec judged = CropRows.spec().with("folds", 3).with("sweep", RATES);
    Pipeline pipeline = Pipeline.create();
    PCollectionTuple trained =
        pipeline
            .apply(Create.of(CropRows.rows(100, 3, false)).withRowSchema(CropRows.SCHEMA))
            .apply("Sweep", Sweep.rows(judged).withWorkFolder(folder.resolve("work").toString()));
    trained.apply("WriteResults", WriteResults.of(judged, folder.resolve("out").toString()));
    trained
        .get(Sweep.TRIALS)
        .apply(WriteRecords.avro(folder.resolve("trials.avro").toString(), TrialResult.class));
    pipeline.run().waitUntilFinish();

    List<TrialResult> trials =
        RecordFile.of(TrialResult.class).read(folder.resolve("trials.avro").toString());
    List<FoldResult> folds =
        RecordFile.of(FoldResult.class).read(folder.resolve("out/folds.avro").toString());
    assertEquals(
        List.of(TrialEnd.STOPPED, TrialEnd.TRAINED),
        trials.stream().map(TrialResult::getEnded).toList());
    assertEquals(3, folds.size());
    double sum = 0;
    for (FoldResult fold : folds) {
      assertEquals("crops", fold.getOutcome().getModel());
      assertEquals(2, fold.getOutcome().getEpochs());
      sum +=
          fold.getMetrics().stream()
              .filter(row -> row.getSplit() == Split.TEST)
              .mapToDouble(MetricRow::getLoss)
              .sum();
    }
    assertEquals(sum / 3, trials.get(1).getScore(), 1e-12);
    ModelRecord model = ModelFile.read(folder.resolve("out/model.avro").toString());
    assertEquals("crops", model.getName());
    assertEquals(100, model.getProvenance().getTrainRows());
    assertFalse(Files.exists(folder.resolve("out/out-of-fold.avro")));
  }

  @Test
  void theGraphOfAThousandTrialsIsThatOfTwo() {
    assertEquals(transforms(2, null), transforms(1000, null));
    assertEquals(transforms(2, 2), transforms(20, 10));
  }

  private List<String> transforms(int trials, Integer folds) {
    Map<String, Object> draws =
        Map.of(
            "trials",
            trials,
            "draw",
            Map.of("optimizer.sgd.lr", Map.of("low", 0.001, "high", 0.1)));
    Pipeline pipeline = Pipeline.create();
    pipeline
        .apply(Create.empty(CropRows.SCHEMA))
        .apply(
            "Sweep",
            Sweep.rows(spec(draws).with("folds", folds))
                .withWorkFolder(folder.resolve("w").toString()));
    List<String> names = new ArrayList<>();
    pipeline.traverseTopologically(
        new Pipeline.PipelineVisitor.Defaults() {
          @Override
          public void visitPrimitiveTransform(TransformHierarchy.Node node) {
            names.add(node.getFullName());
          }
        });
    return names;
  }

  @Test
  void trainAndSweepAreNotTheSame() {
    Pipeline pipeline = Pipeline.create();
    var rows = pipeline.apply(Create.empty(CropRows.SCHEMA));
    String work = folder.resolve("w").toString();

    assertEquals(
        "spec: sweep must be left out for Train; Sweep trains its trials",
        assertThrows(
                WrongInputException.class,
                () -> rows.apply(Train.rows(spec(RATES)).withWorkFolder(work)))
            .getMessage());
    assertEquals(
        "spec: sweep must be left out for Folds; Sweep trains its trials",
        assertThrows(
                WrongInputException.class,
                () -> rows.apply(Folds.rows(spec(RATES).with("folds", 3)).withWorkFolder(work)))
            .getMessage());
    assertEquals(
        "spec: sweep is missing; Train is for a single training",
        assertThrows(
                WrongInputException.class,
                () -> rows.apply(Sweep.rows(CropRows.spec()).withWorkFolder(work)))
            .getMessage());
  }

  @Test
  void aTrialThatReadsOtherColumnsIsRefused() {
    Pipeline pipeline = Pipeline.create();
    var rows = pipeline.apply(Create.empty(CropRows.SCHEMA));
    Spec spec = spec(Map.of("data.columns", List.of(Map.of(), Map.of("rain", "category"))));

    assertEquals(
        "sweep over data.columns is not possible: it changes the data, which all trials share",
        assertThrows(
                WrongInputException.class,
                () -> rows.apply(Sweep.rows(spec).withWorkFolder(folder.resolve("w").toString())))
            .getMessage());
  }
}
