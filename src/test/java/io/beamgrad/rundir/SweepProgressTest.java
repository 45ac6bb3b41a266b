package io.beamgrad.rundir;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.beamgrad.learner.Progress;
import io.beamgrad.learner.Progress.Stage;
import io.beamgrad.learner.ProgressFile;
import io.beamgrad.metrics.Metric;
import io.beamgrad.report.Screen;
import io.beamgrad.schema.MetricRow;
import io.beamgrad.schema.Split;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class SweepProgressTest {
  @TempDir Path work;

  private SweepProgress.Folders trial(int number, int folds) {
    List<String> ofFolds = new ArrayList<>();
    for (int fold = 0; fold < folds; fold++) {
      ofFolds.add("%s/%s/folds/%s".formatted(work, number, fold));
    }
    return new SweepProgress.Folders(work + "/" + number, ofFolds);
  }

  private void write(String folder, Stage stage, int epochs, String note) {
    List<MetricRow> rows = new ArrayList<>();
    for (int epoch = 1; epoch <= epochs; epoch++) {
      rows.add(
          MetricRow.newBuilder()
              .setModel("m")
              .setEpoch(epoch)
              .setSplit(Split.VALIDATION)
              .setExamples(10)
              .setLoss(1.0 / epoch)
              .setSeconds(0.1)
              .build());
    }
    ProgressFile.write(
        work.resolve(folder) + "/progress.json",
        new Progress(stage, epochs + 1, 4, 0, 0, 0, rows, note));
  }

  /** How a screen is after one more look. */
  private static List<String> looked(Screen screen, SweepProgress progress) {
    progress.finish();
    return screen.lines();
  }

  @Test
  void ofTrialsWithoutFoldsTheScoreIsToldOnce() {
    Screen screen = Screen.pipe();
    SweepProgress progress =
        new SweepProgress(screen.terminal(), List.of(trial(0, 0), trial(1, 0)), Metric.LOSS);
    assertFalse(progress.update());

    write("1", Stage.WRITING, 4, "starts anew");

    List<String> lines =
        List.of("trial 1: starts anew", "trial 1 is trained, validation loss 0.2500 after epoch 4");
    assertEquals(lines, looked(screen, progress));
    assertEquals(lines, looked(screen, progress));
    assertTrue(progress.update());
  }

  @Test
  void afterTheFoldsTheBestTrialIsShownOnAllRows() {
    Screen screen = Screen.pipe();
    Screen live = Screen.live(100);
    List<SweepProgress.Folders> trials = List.of(trial(0, 2), trial(1, 2));
    SweepProgress progress = new SweepProgress(screen.terminal(), trials, Metric.LOSS);
    write("0/folds/0", Stage.WRITING, 4, "");
    write("0/folds/1", Stage.TRAINING, 1, "");
    new SweepProgress(live.terminal(), trials, Metric.LOSS).update();
    assertTrue(live.out().contains("0 of 2 trials trained, epochs ["), live.out());
    assertTrue(live.out().endsWith("] 5/16"), live.out());
    assertEquals(List.of(), looked(screen, progress));

    write("0/folds/1", Stage.WRITING, 4, "");
    write("0", Stage.TRAINING, 3, "starts anew");
    new SweepProgress(live.terminal(), trials, Metric.LOSS).update();
    assertTrue(live.out().contains("trial 0 on all rows, epochs ["), live.out());
    assertTrue(live.out().endsWith("] 3/4"), live.out());
    List<String> lines =
        List.of("trial 0 is trained on its 2 folds", "trial 0 on all rows: starts anew");
    assertEquals(lines, looked(screen, progress));
    write("0", Stage.WRITING, 4, "starts anew");
    assertEquals(
        "trial 0 is trained on all rows, validation loss 0.2500 after epoch 4",
        looked(screen, progress).get(2));
    assertEquals(3, looked(screen, progress).size());
  }
}
