package io.beamgrad.rundir;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.beamgrad.data.files.RecordFile;
import io.beamgrad.data.files.Sha256;
import io.beamgrad.failure.WrongInputException;
import io.beamgrad.schema.FoldResult;
import io.beamgrad.schema.Outcome;
import io.beamgrad.schema.OutcomeStatus;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What killed and concurrent processes leave in a run's folder, and what comes of it. */
class RunFolderTest {
  private static final String REMOVED = "{\"work\":\"removed\"}";

  @TempDir Path folder;

  private Path out() {
    return folder.resolve("run");
  }

  private void leave(String name, String content) throws IOException {
    Path file = out().resolve(name);
    Files.createDirectories(file.getParent());
    Files.writeString(file, content);
  }

  private void assertRefused(String message) {
    assertEquals(
        out() + ": " + message,
        assertThrows(
                WrongInputException.class,
                () -> RunFolder.open(out(), RunFolder.work(out(), null), "a"))
            .getMessage());
  }

  @Test
  void aNewFolderIsMade() {
    try (RunFolder made = RunFolder.open(out(), RunFolder.work(out(), null), "a")) {
      assertFalse(made.isContinued());
      assertFalse(made.isFinished());
    }
    assertTrue(RunFolder.isUnfinished(out()));
  }

  @Test
  void oneProcessAtATimeWorksInAFolder() {
    try (RunFolder first = RunFolder.open(out(), RunFolder.work(out(), null), "a")) {
      assertRefused("another process is working on this run");
      assertFalse(first.isFinished());
    }
    RunFolder.open(out(), RunFolder.work(out(), null), "a").close();
  }

  @Test
  void aRunKilledBeforeItsFingerprintWasWrittenIsBegunAfresh() throws IOException {
    leave("work/lock", "");
    leave("work/.fingerprint.aside-1", "");
    assertTrue(RunFolder.isUnfinished(out()));
    try (RunFolder again = RunFolder.open(out(), RunFolder.work(out(), null), "a")) {
      assertFalse(again.isContinued());
    }
  }

  @Test
  void anUnfinishedRunIsContinuedAndAnotherIsRefused() {
    RunFolder.open(out(), RunFolder.work(out(), null), "a").close();
    try (RunFolder again = RunFolder.open(out(), RunFolder.work(out(), null), "a")) {
      assertTrue(again.isContinued());
    }
    String message =
        assertThrows(
                WrongInputException.class,
                () -> RunFolder.open(out(), RunFolder.work(out(), null), "b"))
            .getMessage();
    assertEquals(
        out()
            + ": holds an unfinished run of another job, other data or another seed;"
            + " choose another --out",
        message);
  }

  @Test
  void whatAPowerCutLeavesOfTheFingerprintIsNoOtherJobs() throws IOException {
    for (String left : List.of("", "\0")) {
      leave("work/fingerprint", left);
      try (RunFolder again = RunFolder.open(out(), RunFolder.work(out(), null), "a")) {
        assertFalse(again.isContinued());
      }
      assertEquals("a", Files.readString(out().resolve("work/fingerprint")));
    }
  }

  @Test
  void aRunWhoseReportAPowerCutHasDamagedGoesOn() throws IOException {
    leave("work/fingerprint", "a");
    for (String left : List.of("", "{\"name\"", "\0\0")) {
      leave("run.json", left);
      assertTrue(RunFolder.isUnfinished(out()));
      try (RunFolder again = RunFolder.open(out(), RunFolder.work(out(), null), "a")) {
        assertTrue(again.isContinued());
      }
    }
  }

  /** Leaves a run that has ended. */
  private void leaveEnded(String model) throws IOException {
    leave("model.avro", "m");
    leave(
        "run.json",
        "{\"work\": \"removed\", \"files\": [{\"name\": \"model.avro\", \"sha256\": \"%s\"}]}"
            .formatted(Sha256.hex(model)));
  }

  @Test
  void aRunOfWhichAFileIsNotAsItSaysIsUnfit() throws IOException {
    leaveEnded("m");
    leave("profile.avro", "more");
    leave("work/blocks/back", "");
    RunFolder.deleteUnfit(out());
    assertTrue(Files.exists(out().resolve("model.avro")));
    assertFalse(Files.exists(out().resolve("work")));
    leaveEnded("n");
    RunFolder.deleteUnfit(out());
    assertFalse(Files.exists(out()));
    leave("run.json", REMOVED); // of an earlier beamgrad, which cannot be checked
    RunFolder.deleteUnfit(out());
    assertFalse(Files.exists(out()));
  }

  @Test
  void filesWithoutAWorkFolderAreUnfitAndAnUnfinishedRunIsNot() throws IOException {
    leave("model.avro", "m");
    RunFolder.deleteUnfit(out());
    assertFalse(Files.exists(out()));
    leave("work/fingerprint", "a");
    RunFolder.deleteUnfit(out());
    assertTrue(RunFolder.isUnfinished(out()));
  }

  @Test
  void aFinishedRunIsRefused() throws IOException {
    leave("run.json", REMOVED);
    assertFalse(RunFolder.isUnfinished(out()));
    assertRefused("holds a finished run; choose another --out");
  }

  @Test
  void aFinishedRunThatKeepsItsWorkIsRefusedAndKeepsIt() throws IOException {
    leave("run.json", "{\"work\":\"kept\"}");
    leave("work/fingerprint", "a");
    assertFalse(RunFolder.isUnfinished(out()));
    assertRefused("holds a finished run; choose another --out");
    assertTrue(Files.exists(out().resolve("work/fingerprint")));
  }

  @Test
  void theRemovalOfTheWorkOfAFinishedRunGoesOn() throws IOException {
    leave("run.json", REMOVED);
    leave("work/fingerprint", "a");
    leave("work/blocks/some.avro", "");
    assertTrue(RunFolder.isUnfinished(out()));
    try (RunFolder again = RunFolder.open(out(), RunFolder.work(out(), null), "a")) {
      assertTrue(again.isFinished());
      assertFalse(again.isContinued());
      again.deleteWork();
    }
    assertFalse(Files.exists(out().resolve("work")));
  }

  @Test
  void anotherJobDoesNotRemoveTheWorkOfAFinishedRun() throws IOException {
    leave("run.json", REMOVED);
    leave("work/fingerprint", "b");
    assertRefused("holds a finished run; choose another --out");
    assertTrue(Files.exists(out().resolve("work/fingerprint")));
  }

  /** As whoever came while another ended leaves it, and who was killed on the last step of all. */
  @Test
  void anEmptyWorkFolderBesideAFinishedRunIsRemoved() throws IOException {
    leave("run.json", REMOVED);
    leave("work/lock", "");
    assertRefused("holds a finished run; choose another --out");
    assertFalse(Files.exists(out().resolve("work")));
  }

  @Test
  void whatIsNotOursStays() throws IOException {
    leave("run.json", "{}");
    leave("work/thesis.txt", "");
    assertRefused("holds a finished run; choose another --out");
    assertTrue(Files.exists(out().resolve("work/thesis.txt")));
    Files.delete(out().resolve("run.json"));
    Files.move(out().resolve("work"), out().resolve("other"));
    assertRefused("expected an empty or new folder or an unfinished run, found other files");
  }

  private static Outcome outcome(OutcomeStatus status) {
    return Outcome.newBuilder()
        .setModel("m")
        .setStatus(status)
        .setMessage("")
        .setRead(1)
        .setTrained(1)
        .setValidated(0)
        .setTested(0)
        .setRejected(0)
        .setDataChecksum("")
        .setWeightsSha256(null)
        .build();
  }

  /** A command that is repeated follows the job of before only where that can be finished. */
  @Test
  void aRunOfWhichAFoldFailedHasNotSucceeded() {
    try (RunFolder made = RunFolder.open(out(), RunFolder.work(out(), null), "a")) {
      assertFalse(made.hasSucceeded());
      RecordFile.of(Outcome.class)
          .write(made.outcomes(), List.of(outcome(OutcomeStatus.SUCCEEDED)));
      assertTrue(made.hasSucceeded());
      for (OutcomeStatus status : List.of(OutcomeStatus.SUCCEEDED, OutcomeStatus.FAILED)) {
        FoldResult fold = new FoldResult(0, outcome(status), List.of(), List.of(), List.of());
        RecordFile.of(FoldResult.class).write(made.folds(), List.of(fold));
        assertEquals(status == OutcomeStatus.SUCCEEDED, made.hasSucceeded());
      }
    }
  }
}
