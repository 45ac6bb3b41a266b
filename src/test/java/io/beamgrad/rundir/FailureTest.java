package io.beamgrad.rundir;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.beamgrad.failure.BrokenFileException;
import io.beamgrad.failure.JobFailedException;
import io.beamgrad.failure.LockedException;
import io.beamgrad.failure.MissingDataException;
import io.beamgrad.failure.RefusedDecisionException;
import io.beamgrad.failure.UnusableDataException;
import io.beamgrad.failure.WrongInputException;
import io.beamgrad.schema.OutcomeStatus;
import java.io.IOException;
import java.nio.file.AccessDeniedException;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class FailureTest {
  @TempDir Path folder;

  @Test
  void wrongInputIsExitCodeTwo() {
    assertEquals(
        new Failure(2, "a.yaml: batch is odd", true),
        Failure.of(new WrongInputException("a.yaml: batch is odd")));
    assertEquals(
        new Failure(2, "x: cut short", true), Failure.of(new BrokenFileException("x: cut short")));
    assertEquals(
        new Failure(2, "x: no such file", true),
        Failure.of(new MissingDataException("x: no such file")));
    assertEquals(
        new Failure(2, "x is empty", true),
        Failure.of(new UnusableDataException(OutcomeStatus.BAD_INPUT, "x is empty")));
    assertEquals(new Failure(2, "x: no such file", true), Failure.of(new NoSuchFileException("x")));
    assertEquals(
        new Failure(2, "x: access denied", true), Failure.of(new AccessDeniedException("x")));
  }

  @Test
  void aFailedJobIsExitCodeOne() {
    assertEquals(
        new Failure(1, "loss is NaN", true), Failure.of(new JobFailedException("loss is NaN")));
    assertEquals(
        new Failure(1, "too many rejects", true),
        Failure.of(new UnusableDataException(OutcomeStatus.FAILED, "too many rejects")));
    assertEquals(
        new Failure(1, "run it again", true),
        Failure.of(new RefusedDecisionException("run it again")));
    assertEquals(
        new Failure(1, "x: No space left on device", true),
        Failure.of(new FileSystemException("x", null, "No space left on device")));
  }

  @Test
  void aLockThatAnotherHoldsIsExitCode12() {
    assertEquals(
        new Failure(12, "reg/m: locked", true), Failure.of(new LockedException("reg/m: locked")));
  }

  @Test
  void anInterruptIsExitCode130() {
    assertEquals(
        new Failure(130, "interrupted", true),
        Failure.of(new RuntimeException(new InterruptedException())));
  }

  @Test
  void whatARunnerWrapsIsFound() {
    Throwable wrapped =
        new RuntimeException(
            "org.apache.beam: failed", new RuntimeException(new BrokenFileException("x: broken")));

    assertEquals(new Failure(2, "x: broken", true), Failure.of(wrapped));
  }

  @Test
  void onlyBeamgradsOwnIllegalArgumentsAreForTheUser() {
    IllegalArgumentException library = new IllegalArgumentException("weird");
    library.setStackTrace(
        new StackTraceElement[] {new StackTraceElement("org.apache.beam.X", "y", "X.java", 1)});

    assertEquals(
        new Failure(2, "matmul: sizes differ", true),
        Failure.of(new IllegalArgumentException("matmul: sizes differ")));
    assertFalse(Failure.of(library).isExpected());
  }

  @Test
  void anUnexpectedFailureSaysWhereItsTraceIs() throws IOException {
    IllegalStateException fault = new IllegalStateException("a\nb");
    assertEquals(
        new Failure(
            1, "unexpected IllegalStateException: a; --debug shows where it comes from", false),
        Failure.of(fault));

    Path log = folder.resolve("run.log");
    try (RunLog open = RunLog.open(log)) {
      assertEquals(
          new Failure(1, "unexpected IllegalStateException: a; see " + log, false),
          Failure.of(fault));
      RunLog.record("it failed", fault);
    }
    assertTrue(Files.readString(log).contains("SEVERE  io.beamgrad: it failed"));
    assertTrue(Files.readString(log).contains("java.lang.IllegalStateException: a"));
  }
}
