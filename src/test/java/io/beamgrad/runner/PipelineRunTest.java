package io.beamgrad.runner;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.beamgrad.failure.JobFailedException;
import io.beamgrad.failure.WrongInputException;
import io.beamgrad.rundir.RunLog;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.apache.beam.sdk.options.PipelineOptionsFactory;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class PipelineRunTest {
  @TempDir Path folder;

  private static void fail(RuntimeException thrown) throws InterruptedException {
    PipelineRun.start(
            options -> {
              throw thrown;
            },
            PipelineOptionsFactory.create())
        .follow(() -> {}, 1);
  }

  @Test
  void aBrokenAssertionInAPipelineIsAFailedJobWithItsTraceInTheLog() throws IOException {
    Path log = folder.resolve("run.log");
    try (RunLog open = RunLog.open(log)) {
      JobFailedException failed =
          assertThrows(
              JobFailedException.class,
              () -> fail(new IllegalArgumentException("matmul: sizes differ")));
      assertEquals(
          "unexpected IllegalArgumentException: matmul: sizes differ; see " + log,
          failed.getMessage());
    }
    String text = Files.readString(log);
    assertTrue(text.contains("java.lang.IllegalArgumentException: matmul: sizes differ"), text);
    assertTrue(text.contains("at io.beamgrad.runner.PipelineRunTest"), text);
  }

  @Test
  void aMistakeOfTheUserThatAPipelineFindsStaysOne() {
    assertEquals(
        "the rows are odd",
        assertThrows(
                WrongInputException.class,
                () -> fail(new RuntimeException(new WrongInputException("the rows are odd"))))
            .getMessage());
  }
}
