package io.beamgrad.job;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.beamgrad.Jvms;
import io.beamgrad.data.files.RecordFile;
import io.beamgrad.schema.MetricRow;
import io.beamgrad.schema.Split;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * Kills the process of a training that has all kinds of state and starts it again with the same
 * command.
 */
@Tag("alone")
class KillIT {
  private static final int EPOCHS = 1000;

  @TempDir Path folder;

  private Process start(Path spec, String out, int epochs, String... more) throws IOException {
    List<String> line =
        new ArrayList<>(
            List.of(
                Path.of(System.getProperty("java.home"), "bin/java").toString(),
                Jvms.IN_ARABIC.get(0),
                Jvms.IN_ARABIC.get(1),
                "-jar",
                "target/beamgrad.jar",
                "train",
                spec.toString(),
                "--set",
                "epochs=" + epochs,
                "--set",
                "model=[flatten, {linear: {out: 16}}, batch_norm, relu, dropout, {linear: {out: 10}}]",
                "--set",
                "optimizer={adamw: {lr: 0.01}}",
                "--set",
                "schedule={per: step, warmUp: {length: 100}, cosine: {}}",
                "--set",
                "clipGradNorm=1",
                "--set",
                "earlyStopping.patience=" + epochs,
                "--out",
                folder.resolve(out).toString()));
    line.addAll(List.of(more));
    return new ProcessBuilder(line).redirectErrorStream(true).start();
  }

  private JsonNode run(String out) throws IOException {
    return new ObjectMapper().readTree(folder.resolve(out).resolve("run.json").toFile());
  }

  private String sha256(String out) throws IOException {
    return run(out).get("weightsSha256").asText();
  }

  @Test
  void aKilledRunContinuesToTheBitsOfAnUndisturbedOne() throws Exception {
    Path spec = TinyDigits.write(folder);
    Process whole = start(spec, "whole", EPOCHS);
    String wholeOut = new String(whole.getInputStream().readAllBytes(), UTF_8);
    assertEquals(0, whole.waitFor(), wholeOut);

    Process killed = start(spec, "killed", EPOCHS);
    try (BufferedReader lines = killed.inputReader()) {
      String line = lines.readLine();
      while (line != null && !line.startsWith("    1 ")) {
        line = lines.readLine();
      }
      killed.destroyForcibly();
    }
    assertEquals(137, killed.waitFor());
    assertFalse(Files.exists(folder.resolve("killed/run.json")));

    Process again = start(spec, "killed", EPOCHS);
    String output = new String(again.getInputStream().readAllBytes(), UTF_8);
    assertEquals(0, again.waitFor(), output);
    assertTrue(output.contains("continuing an unfinished run; its data is read already"), output);
    assertEquals(sha256("whole"), sha256("killed"));
    List<Integer> epochs =
        RecordFile.of(MetricRow.class)
            .read(folder.resolve("killed/metrics.avro").toString())
            .stream()
            .filter(row -> row.getSplit() == Split.TRAIN)
            .map(MetricRow::getEpoch)
            .toList();
    assertEquals(IntStream.rangeClosed(0, EPOCHS).boxed().toList(), epochs);
  }

  /** It is killed when the first fold has come to the end of the first stage, or soon after. */
  @Test
  void aKilledSweepOnFoldsHasTheRanksOfAnUndisturbedOne() throws Exception {
    Path spec = TinyDigits.write(folder);
    String[] sweep = {
      "--set", "folds=2", "--set", "sweep={batch: [8, 16, 32], halving: {from: 10, keep: 0.5}}"
    };
    Process whole = start(spec, "whole", 40, sweep);
    String wholeOut = new String(whole.getInputStream().readAllBytes(), UTF_8);
    assertEquals(0, whole.waitFor(), wholeOut);

    Process killed = start(spec, "killed", 40, sweep);
    Path trials = folder.resolve("killed/work/trials");
    while (killed.isAlive() && !hasPaused(trials)) {
      TimeUnit.MILLISECONDS.sleep(1);
    }
    killed.destroyForcibly();
    assertEquals(137, killed.waitFor());

    Process again = start(spec, "killed", 40, sweep);
    String output = new String(again.getInputStream().readAllBytes(), UTF_8);
    assertEquals(0, again.waitFor(), output);
    assertTrue(output.contains("continuing an unfinished run; its data is read already"), output);
    assertEquals(run("whole").get("sweep"), run("killed").get("sweep"));
    assertEquals(run("whole").at("/folds/scores"), run("killed").at("/folds/scores"));
    assertEquals(sha256("whole"), sha256("killed"));
    String name = "out-of-fold.avro";
    assertEquals(
        -1,
        Files.mismatch(
            folder.resolve("whole").resolve(name), folder.resolve("killed").resolve(name)));
  }

  private static boolean hasPaused(Path trials) throws IOException {
    if (!Files.exists(trials)) {
      return false;
    }
    try (Stream<Path> files = Files.walk(trials)) {
      return files.anyMatch(file -> file.endsWith("paused"));
    } catch (UncheckedIOException e) {
      return false; // a file went while it was looked at
    }
  }

  @Test
  void ofTwoProcessesAtOnceOneTrainsAndTheOtherSaysSo() throws Exception {
    Path spec = TinyDigits.write(folder);
    List<Process> both = List.of(start(spec, "run", 200), start(spec, "run", 200));
    List<Integer> exitCodes = new ArrayList<>();
    for (Process process : both) {
      String output = new String(process.getInputStream().readAllBytes(), UTF_8);
      exitCodes.add(process.waitFor());
      if (process.exitValue() != 0) {
        assertEquals(
            "beamgrad: %s: another process is working on this run\n"
                .formatted(folder.resolve("run")),
            output);
      }
    }
    assertEquals(List.of(0, 2), exitCodes.stream().sorted().toList());
    assertFalse(Files.exists(folder.resolve("run/work")));
  }
}
