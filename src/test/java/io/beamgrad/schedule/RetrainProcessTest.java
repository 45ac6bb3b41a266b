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
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class RetrainProcessTest {
  private static final Duration INSTANT = Duration.ofMillis(200);
  private static final Duration LONG = Duration.ofMinutes(1);

  @TempDir Path folder;
  private final List<String> log = new ArrayList<>();

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
    assertEquals(end, shell("exit " + exitCode, Optional.of(LONG), LONG).run());
    assertEquals(List.of(), log);
  }

  @Test
  void oneThatCannotBeStartedHasFailed() throws InterruptedException {
    var process = new RetrainProcess(List.of(folder + "/none"), Optional.empty(), LONG, log::add);
    assertEquals(RetrainOutcome.FAILED, process.run());
    assertTrue(log.get(0).startsWith("retrain cannot be started: "), log.toString());
  }

  @Test
  void atItsTimeLimitItIsAskedToEnd() throws Exception {
    String script = "trap 'echo asked >asked; exit 0' TERM; while :; do sleep 0.02; done";

    assertEquals(RetrainOutcome.TIMED_OUT, shell(script, Optional.of(INSTANT), LONG).run());

    assertTrue(Files.exists(folder.resolve("asked")));
    assertEquals(List.of("retrain has reached its time limit of 0 s"), log);
  }

  @Test
  @Timeout(60)
  void oneThatDoesNotListenIsKilledWithWhatItStarted() throws Exception {
    String script = "trap '' TERM; sleep 1000 & echo $! >child; wait; wait";

    assertEquals(RetrainOutcome.TIMED_OUT, shell(script, Optional.of(INSTANT), INSTANT).run());

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
    assertThrows(InterruptedException.class, () -> shell(script, Optional.empty(), LONG).run());

    assertFalse(Thread.interrupted());
    assertEquals(0, ProcessHandle.current().children().filter(this::isOurs).count());
  }

  private boolean isOurs(ProcessHandle process) {
    return process.info().commandLine().orElse("").contains(folder.toString());
  }

  private RetrainProcess shell(String script, Optional<Duration> limit, Duration grace) {
    String inFolder = "cd '%s'; %s".formatted(folder, script);
    return new RetrainProcess(List.of("sh", "-c", inFolder), limit, grace, log::add);
  }
}
