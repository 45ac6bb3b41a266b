package io.beamgrad.job;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.beamgrad.cli.Cli;
import io.beamgrad.data.files.RecordFile;
import io.beamgrad.data.shuffle.BlockFiles;
import io.beamgrad.schema.Checkpoint;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.OutputStream;
import java.io.RandomAccessFile;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;
import java.util.zip.GZIPOutputStream;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * Trainings in processes of their own whose disk fills up, or damages a file, on the way: each ends
 * in one line, leaves no half-written file under a final name, and goes on by the same command when
 * the fault is gone.
 */
@Tag("alone")
class DiskFaultsIT {
  @TempDir Path folder;

  private record Ended(int exitCode, String err) {}

  /** The packed rows say nothing of how many they are, so the estimate is far too low. */
  private Path spec(int rows, int hidden) throws IOException {
    try (OutputStream out =
        new GZIPOutputStream(Files.newOutputStream(folder.resolve("rows.csv.gz")))) {
      StringBuilder csv = new StringBuilder("x,y,kind\n");
      for (int i = 0; i < rows; i++) {
        csv.append(i % 7).append(',').append(i % 5).append(i % 7 > 3 ? ",red\n" : ",green\n");
      }
      out.write(csv.toString().getBytes(UTF_8));
    }
    Path spec = folder.resolve("rows.yaml");
    Files.writeString(
        spec,
        """
        data: {format: csv, dir: %s, train: rows.csv, features: [x, y], target: kind}
        model: [{linear: {out: %s}}, relu, {linear: {out: %s}}, relu, {linear: {out: 2}}]
        loss: cross_entropy
        optimizer: {sgd: {lr: 0.01}}
        batch: 100
        epochs: 4
        """
            .formatted(folder, hidden, hidden));
    return spec;
  }

  private Process start(Path spec, String runner, Path out) throws IOException {
    List<String> command = new ArrayList<>();
    command.add(Path.of(System.getProperty("java.home"), "bin/java").toString());
    command.addAll(List.of("-jar", "target/beamgrad.jar", "train", spec.toString()));
    command.addAll(List.of("--runner", runner, "--out", out.toString()));
    return new ProcessBuilder(command).redirectError(folder.resolve("err").toFile()).start();
  }

  private Ended end(Process process) throws IOException, InterruptedException {
    process.getInputStream().transferTo(OutputStream.nullOutputStream());
    return new Ended(process.waitFor(), Files.readString(folder.resolve("err")));
  }

  private Ended train(Path spec, String runner, Path out) throws IOException, InterruptedException {
    return end(start(spec, runner, out));
  }

  private static JsonNode report(Path out) throws IOException {
    return new ObjectMapper().readTree(out.resolve("run.json").toFile());
  }

  /** The files of a folder, none of which is half-written. */
  private static List<Path> files(Path folder) throws IOException {
    if (!Files.isDirectory(folder)) {
      return List.of();
    }
    try (Stream<Path> files = Files.list(folder)) {
      List<Path> found = files.toList();
      for (Path file : found) {
        assertTrue(file.toString().endsWith(".avro"), file + ": half-written, but left behind");
      }
      return found;
    }
  }

  /** That a training failed for want of room, by one line that names a file below a folder. */
  private static void assertNoRoom(Ended failed, Path below) {
    assertEquals(1, failed.exitCode(), failed.err());
    String line = onlyLine(failed);
    assertTrue(line.startsWith("beamgrad: cannot write " + below + "/"), line);
    assertTrue(line.endsWith(".avro: No space left on device"), line);
  }

  private static String onlyLine(Ended failed) {
    List<String> lines =
        failed.err().lines().filter(line -> !line.startsWith("WARNING: Using incubator")).toList();
    assertEquals(1, lines.size(), failed.err());
    return lines.get(0);
  }

  private void assertGoesOnToTheSameBits(Path spec, String runner, Path out)
      throws IOException, InterruptedException {
    Ended again = train(spec, runner, out);
    assertEquals(0, again.exitCode(), again.err());
    Path elsewhere = folder.resolve("elsewhere");
    Cli.Result undisturbed = Cli.run("train", spec.toString(), "--out", elsewhere.toString());
    assertEquals(0, undisturbed.exitCode(), undisturbed.err());
    assertEquals(report(elsewhere).get("weightsSha256"), report(out).get("weightsSha256"));
    assertEquals(report(elsewhere).get("metrics"), report(out).get("metrics"));
    assertTrue(report(out).at("/runner/continued").asBoolean());
  }

  @ParameterizedTest
  @ValueSource(strings = {"direct", "flink"})
  void aDiskThatFillsWhileBlocksAreWritten(String runner) throws Exception {
    Path spec = spec(200_000, 4);
    Optional<SmallDisk> disk = SmallDisk.mount(folder.resolve("disk"), 2_000);
    if (disk.isPresent()) {
      try (SmallDisk small = disk.get()) {
        Path out = small.folder().resolve("run");
        assertNoRoom(train(spec, runner, out), out.resolve("work/blocks"));
        for (Path file : files(out.resolve("work/blocks"))) {
          BlockFiles.requireWhole(file);
        }
        assertFalse(Files.exists(out.resolve("work/manifest.avro")));
        small.resize(64_000);
        assertGoesOnToTheSameBits(spec, runner, out);
      }
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"direct", "flink"})
  void aDiskThatFillsWhileACheckpointIsWritten(String runner) throws Exception {
    Path spec = spec(2_000, 700); // weights of 2 MB
    Optional<SmallDisk> disk = SmallDisk.mount(folder.resolve("disk"), 5_000);
    if (disk.isPresent()) {
      try (SmallDisk small = disk.get()) {
        Path out = small.folder().resolve("run");
        assertNoRoom(train(spec, runner, out), out.resolve("work/checkpoints"));
        List<Integer> kept = new ArrayList<>();
        for (Path file : files(out.resolve("work/checkpoints"))) {
          RecordFile.of(Checkpoint.class)
              .read(file.toString())
              .forEach(checkpoint -> kept.add(checkpoint.getEpoch()));
        }
        assertEquals(List.of(0, 1), kept.stream().sorted().toList());
        small.resize(64_000);
        assertGoesOnToTheSameBits(spec, runner, out);
        String log = Files.readString(out.resolve("run.log"));
        assertTrue(log.contains("continuing rows after epoch 1\n"), log);
      }
    }
  }

  @Test
  void aDiskTooSmallForTheBlocksIsToldOfBeforeAnythingIsRead() throws Exception {
    Path spec = TinyDigits.write(folder);
    Optional<SmallDisk> disk = SmallDisk.mount(folder.resolve("disk"), 12);
    if (disk.isPresent()) {
      try (SmallDisk small = disk.get()) {
        Path out = small.folder().resolve("run");
        Cli.Result failed = Cli.run("train", spec.toString(), "--out", out.toString());
        assertEquals(1, failed.exitCode(), failed.err());
        assertEquals(
            "beamgrad: "
                + out
                + "/work: the blocks of this data need about 0 MB, the disk has 0 MB free; choose"
                + " another --out\n",
            failed.err());
        assertFalse(Files.exists(out.resolve("work/blocks")));
      }
    }
  }

  @Test
  void aBlockDamagedWhileItsTrainingRunsIsNamedAndReadAgainFromTheSource() throws Exception {
    Path spec = folder.resolve("large.yaml");
    Files.writeString(
        spec,
        """
        data: {format: idx, dir: %s, train: train, test: t10k, generate: {digits: 3000}}
        model: [flatten, {linear: {out: 10}}]
        loss: cross_entropy
        optimizer: {sgd: {lr: 0.01}}
        blockCache: 1
        epochs: 400
        """
            .formatted(
                folder.resolve("digits"))); // 2.4 MB, so that blocks are read again and again
    Path out = folder.resolve("run");
    Process process = start(spec, "direct", out);
    BufferedReader said = process.inputReader(UTF_8);
    String line = said.readLine();
    while (line != null && !line.matches(" +3 .*")) {
      line = said.readLine();
    }
    List<Path> blocks;
    try (Stream<Path> files = Files.list(out.resolve("work/blocks"))) {
      blocks = files.toList();
    }
    for (Path block : blocks) {
      try (RandomAccessFile file = new RandomAccessFile(block.toFile(), "rw")) {
        file.seek(file.length() / 2);
        int found = file.read();
        file.seek(file.length() / 2);
        file.write(found ^ 1);
      }
    }
    Ended failed = end(process);
    assertEquals(1, failed.exitCode(), failed.err());
    String error = onlyLine(failed);
    assertTrue(error.startsWith("beamgrad: " + out.resolve("work/blocks") + "/"), error);
    assertTrue(error.contains(": damaged block at byte "), error);
    assertTrue(error.endsWith(" (work kept in " + out.resolve("work") + ")"), error);
    assertGoesOnToTheSameBits(spec, "direct", out);
  }
}
