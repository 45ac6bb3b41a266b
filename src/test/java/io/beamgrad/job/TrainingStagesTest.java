package io.beamgrad.job;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.beamgrad.learner.TrainingRun;
import io.beamgrad.schema.MetricRow;
import io.beamgrad.schema.Outcome;
import io.beamgrad.spec.JobSpec;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Trainings that pause after an epoch and go on in a later stage. */
class TrainingStagesTest {
  @TempDir Path folder;
  private TableTraining table;

  @BeforeEach
  void makeTable() {
    table = new TableTraining(folder);
  }

  /** But for the time that they took. */
  private static List<MetricRow> measured(TrainingRun.Result result) {
    return result.metrics().getRows().stream()
        .map(row -> MetricRow.newBuilder(row).setSeconds(0).build())
        .toList();
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "batch=16",
        "schedule.cosine={}",
        "earlyStopping={patience: 2}",
        "earlyStopping.metric=accuracy",
        "ensemble.members=3",
        "refit=true",
        "model=[{linear: {out: 8}}, batch_norm, dropout, {linear: {out: 3}}]"
      })
  void inStagesATrainingEndsInTheSameBits(String key) throws Exception {
    JobSpec spec =
        table.spec(
            TableTraining.CLASSES,
            key,
            "epochs=12",
            "optimizer.momentum=0.5",
            key.equals("ensemble.members=3") ? "earlyStopping.patience=3" : "seed=42");
    TrainingRun.Result whole = table.train(spec, "whole");

    for (int epoch : new int[] {2, 3, 7}) {
      TrainingRun.Result stage = table.train(spec, "stages", epoch);
      assertNull(stage.outcome().getWeightsSha256());
      assertTrue(stage.model().isEmpty() && stage.details().isEmpty());
      assertTrue(stage.outcome().getEpochs() <= epoch, stage.outcome().toString());
    }
    TrainingRun.Result last = table.train(spec, "stages");

    assertEquals(whole.outcome().getWeightsSha256(), last.outcome().getWeightsSha256());
    assertEquals(whole.outcome().getEpochsSha256(), last.outcome().getEpochsSha256());
    assertEquals(measured(whole), measured(last));
  }

  /** As where a job is started again that was killed in a later stage. */
  @Test
  void aStageThatIsPassedSaysWhatItSaid() throws Exception {
    JobSpec spec =
        table.spec(
            TableTraining.CLASSES, "epochs=12", "ensemble.members=2", "earlyStopping.patience=3");
    TrainingRun.Result first = table.train(spec, "work", 2);
    table.train(spec, "work", 8);

    TrainingRun.Result again = table.train(spec, "work", 2);

    assertEquals(measured(first), measured(again));
    assertEquals(
        Outcome.newBuilder(first.outcome()).build(), Outcome.newBuilder(again.outcome()).build());
    assertEquals(table.sha256(spec, "other"), table.sha256(spec, "work")); // nothing of it is lost
  }
}
