package io.beamgrad.schedule;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.beamgrad.retrain.RetrainOutcome;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.time.Duration;
import java.time.LocalDate;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class RetrainProcessTest {
  private static final Duration INSTANT = Duration.ofMillis(200);
  private static final LocalDate DAY = LocalDate.of(2026, 11, 23);
  private static final Duration LONG = Duration.ofMinutes(1);

  @TempDir Path folder;
  private final List<String> log = new ArrayList<>();
  private final List<String> failures = new ArrayList<>();

  @ParameterizedTest
  @CsvSource({
    "0, PUBLISHED",
    "1, FAILED",
    "2, WRONG_INPUT",
    "10, NOTHING_NEW",
    "11, NOT_BETTER",
    "12, LOCKED",
    "13, STOPPED",
    "137, FAILED"
  })
  void theExitCodeSaysHowItEnded(int exitCode, RetrainOutcome end) throws InterruptedException {
    assertEquals(end, shell("exit " + exitCode, Optional.of(LONG), LONG).run(DAY));
    assertEquals(List.of(), log);
    // A run that fails by itself has told of it.
    assertEquals(
        exitCode == 137
            ? List.of("failed 137 retrain was killed or crashed: exit code 137")
            : List.of(),
        failures);
  }

  @Test
  void theDayOfTheRunIsAnOption() throws Exception {
    shell("echo \"$@\" >told", Optional.of(LONG), LONG).run(DAY);
    assertEquals("--date 2026-11-23\n", Files.readString(folder.resolve("told")));
  }

  @Test
  void oneThatCannotBeStartedHasFailed() throws InterruptedException {
    var process =
        new RetrainProcess(
            day -> List.of(folder + "/none"), Optional.empty(), LONG, log::add, this::failed);
    assertEquals(RetrainOutcome.FAILED, process.run(DAY));
    assertTrue(log.get(0).startsWith("retrain cannot be started: "), log.toString());
    assertEquals(List.of("failed null " + log.get(0)), failures);
  }

  @Test
  void atItsTimeLimitItIsAskedToEnd() throws Exception {
    String script = "trap 'echo asked >asked; exit 0' TERM; while :; do sleep 0.02; done";

    assertEquals(RetrainOutcome.TIMED_OUT, shell(script, Optional.of(INSTANT), LONG).run(DAY));

    assertTrue(Files.exists(folder.resolve("asked")));
    assertEquals(List.of("retrain has reached its time limit of 0 s"), log);
    assertEquals(List.of("timed_out null " + log.get(0)), failures);
  }

  @Test
  @Timeout(60)
  void oneThatDoesNotListenIsKilledWithWhatItStarted() throws Exception {
    String script = "trap '' TERM; sleep 1000 & echo $! >child; wait; wait";

    assertEquals(RetrainOutcome.TIMED_OUT, shell(script, Optional.of(INSTANT), INSTANT).run(DAY));

    assertEquals("retrain does not end by itself; killed", log.get(1));
    long child = Long.parseLong(Files.readString(folder.resolve("child")).strip());
    while (isAtWork(child)) {
      Thread.onSpinWait();
    }
  }

  /**
   * False of one that is only not yet forgotten; there is no better way to know of a grandchild.
   */
  private static boolean isAtWork(long process) throws IOException {
    try {
      return !Files.readString(Path.of("/proc/" + process + "/stat")).contains(") Z ");
    } catch (NoSuchFileException e) {
      return false;
    }
  }

  @Test
  void anInterruptEndsItAndWaitsForThat() throws Exception {
    String script = "trap 'echo asked >asked; exit 0' TERM; while :; do sleep 0.02; done";
    Thread.currentThread().interrupt();

    // It may be asked before it has said what to do then.
    assertThrows(InterruptedException.class, () -> shell(script, Optional.empty(), LONG).run(DAY));

    assertFalse(Thread.interrupted());
    assertEquals(0, ProcessHandle.current().children().filter(this::isOurs).count());
  }

  private boolean isOurs(ProcessHandle process) {
    return process.info().commandLine().orElse("").contains(folder.toString());
  }

  private RetrainProcess shell(String script, Optional<Duration> limit, Duration grace) {
    String inFolder = "cd '%s'; %s".formatted(folder, script);
    return new RetrainProcess(
        day -> Stream.concat(Stream.of("sh", "-c", inFolder, "sh"), day.stream()).toList(),
        limit,
        grace,
        log::add,
        this::failed);
  }

  private void failed(RetrainOutcome end, Integer exitCode, String message) {
    failures.add("%s %s %s".formatted(end.label(), exitCode, message));
  }
}
