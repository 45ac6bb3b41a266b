package io.beamgrad.job;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.beamgrad.cli.Cli;
import io.beamgrad.data.files.Storage;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * Unfinished runs whose work folder was damaged. An unfinished run is made of a finished one that
 * kept its work: only {@code run.json} tells them apart.
 */
class ResumeTest {
  @TempDir Path folder;
  private Path spec;
  private Path out;
  private JsonNode whole;

  @BeforeEach
  void makeAnUnfinishedRun() throws IOException {
    spec = TinyDigits.write(folder);
    out = folder.resolve("run");
    Cli.Result result = train("--keep-work");
    assertEquals(0, result.exitCode(), result.err());
    whole = report();
    Files.delete(out.resolve("run.json"));
  }

  private Cli.Result train(String more) {
    return Cli.run("train", spec.toString(), "--out", out.toString(), more);
  }

  private JsonNode report() throws IOException {
    return new ObjectMapper().readTree(out.resolve("run.json").toFile());
  }

  private List<Path> files(String name) throws IOException {
    try (Stream<Path> files = Files.list(out.resolve(name))) {
      return files.filter(Files::isRegularFile).sorted().toList();
    }
  }

  private static void damage(Path file) throws IOException {
    byte[] bytes = Files.readAllBytes(file);
    bytes[bytes.length - 40] ^= 1;
    Files.write(file, bytes);
  }

  private Cli.Result assertEndsInTheSameBits() throws IOException {
    Cli.Result result = train("--resume");
    assertEquals(0, result.exitCode(), result.err());
    assertEquals(whole.get("weightsSha256"), report().get("weightsSha256"));
    assertEquals(whole.get("metrics"), report().get("metrics"));
    assertTrue(report().at("/runner/continued").asBoolean());
    return result;
  }

  @Test
  void aDamagedNewestCheckpointFallsBackToTheOneBefore() throws IOException {
    List<Path> checkpoints = files("work/checkpoints");
    damage(checkpoints.get(checkpoints.size() - 1));
    assertEndsInTheSameBits();
    String log = Files.readString(out.resolve("run.log"));
    assertTrue(log.contains("; the checkpoint before it is used\n"), log);
    assertTrue(log.contains("continuing tiny after epoch 2\n"), log);
  }

  @Test
  void withoutAWholeCheckpointTrainingStartsAgain() throws IOException {
    for (Path checkpoint : files("work/checkpoints")) {
      damage(checkpoint);
    }
    assertEndsInTheSameBits();
    assertFalse(Files.readString(out.resolve("run.log")).contains("continuing tiny"));
  }

  @Test
  void aDamagedOrMissingBlockIsReadAgainFromTheSource() throws IOException {
    for (Path checkpoint : files("work/checkpoints")) {
      Files.delete(checkpoint);
    }
    damage(files("work/blocks").get(0));
    Files.delete(files("work/blocks").get(1));
    String said = assertEndsInTheSameBits().out();
    assertTrue(said.contains("\ncontinuing an unfinished run\n"), said);
  }

  @Test
  void aDamagedManifestIsMadeAgain() throws IOException {
    damage(out.resolve("work/manifest.avro"));
    String said = assertEndsInTheSameBits().out();
    assertTrue(said.contains("\ncontinuing an unfinished run\n"), said);
  }

  @Test
  void aRunKilledWhileItsWorkWasRemovedIsFinishedByTheSameCommand() throws IOException {
    JsonNode report = ((ObjectNode) whole).put("work", "removed");
    byte[] mark = Files.readAllBytes(out.resolve("work/fingerprint"));
    List<String> parts = List.of("blocks/some.avro", "manifest.avro", "outcomes.avro", "lock");
    for (int removed = 0; removed <= parts.size(); removed++) {
      // The mark is there to the last.
      Storage.write(out.resolve("work/fingerprint").toString(), file -> file.write(mark));
      for (String name : parts.subList(removed, parts.size())) {
        Storage.write(out.resolve("work").resolve(name).toString(), file -> file.write(mark));
      }
      new ObjectMapper().writeValue(out.resolve("run.json").toFile(), report);

      Cli.Result result = train("--resume");

      assertEquals(0, result.exitCode(), result.err());
      assertTrue(
          result
              .out()
              .startsWith(
                  "the run had finished already; what was left of its work folder is removed\n"
                      + "weights   SHA-256 "
                      + whole.get("weightsSha256").asText()
                      + "\n"),
          result.out());
      assertFalse(Files.exists(out.resolve("work")));
      assertEquals(report, report());
    }
  }

  @Test
  void withMoreEpochsAFinishedRunIsRefusedThoughItsWorkIsNotRemovedYet() throws IOException {
    JsonNode report = ((ObjectNode) whole).put("work", "removed");
    new ObjectMapper().writeValue(out.resolve("run.json").toFile(), report);
    Cli.Result result = train("--set=epochs=4");
    assertEquals(2, result.exitCode());
    assertEquals(
        "beamgrad: " + out + ": holds a finished run; choose another --out\n", result.err());
    assertEquals(report, report());
  }

  @Test
  void whatKilledWritersLeftBesideTheFilesIsRemoved() throws IOException {
    Path left = Files.writeString(out.resolve(".model.avro.aside-1"), "half");
    assertEndsInTheSameBits();
    assertFalse(Files.exists(left));
  }
}
