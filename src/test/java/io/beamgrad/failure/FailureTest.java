package io.beamgrad.failure;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.beamgrad.rundir.RunLog;
import io.beamgrad.schema.OutcomeStatus;
import java.io.IOException;
import java.io.UncheckedIOException;
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
        failure(new WrongInputException("a.yaml: batch is odd")));
    assertEquals(
        new Failure(2, "x: cut short", true), failure(new BrokenFileException("x: cut short")));
    assertEquals(
        new Failure(2, "x: no such file", true),
        failure(new MissingDataException("x: no such file")));
    assertEquals(
        new Failure(2, "x is empty", true),
        failure(new UnusableDataException(OutcomeStatus.BAD_INPUT, "x is empty")));
    assertEquals(new Failure(2, "x: no such file", true), failure(new NoSuchFileException("x")));
    assertEquals(new Failure(2, "x: access denied", true), failure(new AccessDeniedException("x")));
  }

  @Test
  void aFailedJobIsExitCodeOne() {
    assertEquals(
        new Failure(1, "loss is NaN", true), failure(new JobFailedException("loss is NaN")));
    assertEquals(
        new Failure(1, "too many rejects", true),
        failure(new UnusableDataException(OutcomeStatus.FAILED, "too many rejects")));
    assertEquals(
        new Failure(1, "run it again", true),
        failure(new RefusedDecisionException("run it again")));
    assertEquals(
        new Failure(1, "x: No space left on device", true),
        failure(new FileSystemException("x", null, "No space left on device")));
  }

  @Test
  void aLockThatAnotherHoldsIsExitCode12() {
    assertEquals(
        new Failure(12, "reg/m: locked", true), failure(new LockedException("reg/m: locked")));
  }

  @Test
  void anInterruptIsExitCode130() {
    assertEquals(
        new Failure(130, "interrupted", true),
        failure(new RuntimeException(new InterruptedException())));
  }

  @Test
  void whatARunnerWrapsIsFound() {
    Throwable wrapped =
        new RuntimeException(
            "org.apache.beam: failed", new RuntimeException(new BrokenFileException("x: broken")));

    assertEquals(new Failure(2, "x: broken", true), failure(wrapped));
  }

  @Test
  void aBrokenAssertionOfOurOwnIsNoMistakeOfTheUser() {
    assertEquals(
        new Failure(
            1,
            "unexpected IllegalArgumentException: matmul: sizes differ; --debug shows where it"
                + " comes from",
            false),
        failure(new IllegalArgumentException("matmul: sizes differ")));
  }

  @Test
  void aFileThatCannotBeReadIsNamedByWhoeverSaysMore() {
    FileSystemException full = new FileSystemException("x", null, "No space left on device");

    assertEquals(
        new Failure(1, "cannot write x: it is full", true),
        failure(new UncheckedIOException("cannot write x: it is full", full)));
    assertEquals(
        new Failure(1, "x: No space left on device", true),
        failure(new UncheckedIOException(full)));
  }

  @Test
  void anUnexpectedFailureSaysWhereItsTraceIs() throws IOException {
    IllegalStateException fault = new IllegalStateException("a\nb");
    assertEquals(
        new Failure(
            1, "unexpected IllegalStateException: a; --debug shows where it comes from", false),
        failure(fault));

    Path log = folder.resolve("run.log");
    try (RunLog open = RunLog.open(log)) {
      assertEquals(
          new Failure(1, "unexpected IllegalStateException: a; see " + log, false), failure(fault));
      RunLog.record("it failed", fault);
    }
    assertTrue(Files.readString(log).contains("SEVERE  io.beamgrad: it failed"));
    assertTrue(Files.readString(log).contains("java.lang.IllegalStateException: a"));
  }

  private static Failure failure(Throwable thrown) {
    return Failure.of(thrown, RunLog.path());
  }
}
