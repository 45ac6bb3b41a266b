package io.beamgrad.learner;

import static org.junit.jupiter.api.Assertions.assertEquals;

import io.beamgrad.schema.BaselineScore;
import io.beamgrad.schema.MetricRow;
import io.beamgrad.schema.Split;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ProgressFileTest {
  @TempDir Path folder;
  private String file;

  @BeforeEach
  void nameTheFile() {
    file = folder.resolve("progress.json").toString();
  }

  @Test
  void whatIsWrittenIsReadToTheLastBit() {
    MetricRow row =
        new MetricRow(
            "mnist",
            3,
            Split.VALIDATION,
            0.1 + 0.2,
            1 / 3.0,
            null,
            null,
            12L,
            1e-9,
            null,
            0.75,
            1 / 7.0,
            0.9,
            null,
            null,
            0L,
            null);
    MetricRow other =
        new MetricRow(
            "mnist",
            3,
            Split.TRAIN,
            Double.NaN,
            null,
            Math.PI,
            2.5,
            48L,
            0.0,
            -0.5,
            null,
            null,
            null,
            0.1 / 3,
            0.1 * 3,
            7L,
            new BaselineScore(null, null, 0.1 + 0.2, 1 / 3.0));
    Progress progress =
        new Progress(
            Progress.Stage.TRAINING, 4, 5, 17, 480, 812_345.678, List.of(row, other), "told");

    ProgressFile.write(file, progress);

    assertEquals(Optional.of(progress), ProgressFile.read(file));
  }

  @Test
  void aTrainingThatHasNotBegunHasNoProgress() {
    assertEquals(Optional.empty(), ProgressFile.read(file));
  }

  @Test
  void whatAPowerCutLeavesOfAFileSaysNothing() throws IOException {
    for (String left : List.of("", "{\"stage\": \"trai", "\0\0\0\0", "{\"stage\": \"dancing\"}")) {
      Files.writeString(Path.of(file), left);
      assertEquals(Optional.empty(), ProgressFile.read(file));
    }
  }
}
