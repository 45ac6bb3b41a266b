package io.beamgrad.job;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.beamgrad.cli.Cli;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A work folder that is not in the run's folder. */
class WorkElsewhereTest {
  @TempDir Path folder;
  private Path spec;
  private Path out;
  private Path work;

  @BeforeEach
  void writeSpec() throws IOException {
    spec = TinyDigits.write(folder);
    out = folder.resolve("run");
    work = folder.resolve("scratch/work");
  }

  private Cli.Result train(Path to, Object... more) {
    List<String> arguments = new ArrayList<>(List.of("train", spec.toString()));
    arguments.addAll(List.of("--out", to.toString()));
    for (Object argument : more) {
      arguments.add(argument.toString());
    }
    return Cli.run(arguments.toArray(new String[0]));
  }

  private static JsonNode report(Path run) throws IOException {
    return new ObjectMapper().readTree(run.resolve("run.json").toFile());
  }

  private void assertWrong(String message, Cli.Result result) {
    assertEquals("beamgrad: " + message + "\n", result.err());
    assertEquals(2, result.exitCode());
  }

  /** As if killed at its last moment. */
  private void leaveUnfinished() throws IOException {
    assertEquals(0, train(out, "--work", work, "--keep-work").exitCode());
    Files.delete(out.resolve("run.json"));
    Files.delete(out.resolve("model.avro"));
  }

  @Test
  void theResultsAreTheSameAndTheWorkIsGone() throws IOException {
    Path usual = folder.resolve("usual");
    assertEquals(0, train(usual).exitCode());
    Cli.Result result = train(out, "--work", work, "--set", "sinks.tensorboard=true");
    assertEquals(0, result.exitCode(), result.err());
    for (String split : List.of("train", "validation", "test")) {
      Path events = out.resolve("tensorboard").resolve(split);
      assertTrue(Files.exists(events.resolve("events.out.tfevents.0.beamgrad")), split);
    }
    assertTrue(result.out().contains("\n  work       " + work + "\n"), result.out());
    assertEquals(report(usual).get("weightsSha256"), report(out).get("weightsSha256"));
    assertEquals(-1, Files.mismatch(usual.resolve("model.avro"), out.resolve("model.avro")));
    assertTrue(result.out().contains("/tensorboard\n"), result.out());
    try (var files = Files.list(usual);
        var files2 = Files.list(out)) {
      assertEquals(
          files.map(Path::getFileName).sorted().toList(),
          files2
              .map(Path::getFileName)
              .filter(name -> !name.toString().equals("tensorboard"))
              .sorted()
              .toList());
    }
    assertFalse(Files.exists(work));
    assertFalse(Files.exists(out.resolve("work")));
  }

  @Test
  void anUnfinishedRunIsFoundAgainWithAndWithoutTheOption() throws IOException {
    for (Object[] more : new Object[][] {{"--resume"}, {"--work", work}}) {
      out = folder.resolve("run" + more.length);
      leaveUnfinished();
      Cli.Result result = train(out, more);
      assertEquals(0, result.exitCode(), result.err());
      assertTrue(
          result.out().contains("\ncontinuing an unfinished run; its data is read already\n"),
          result.out());
      assertTrue(Files.exists(out.resolve("model.avro")));
      assertFalse(Files.exists(work));
    }
  }

  /** As with a container's own disk, while the work is on a shared one. */
  @Test
  void theSameCommandGoesOnWhereTheRunsOwnFolderWasLost() throws IOException {
    leaveUnfinished();
    try (var files = Files.walk(out)) {
      for (Path file : files.sorted(java.util.Comparator.reverseOrder()).toList()) {
        Files.delete(file);
      }
    }
    Cli.Result result = train(out, "--work", work);
    assertEquals(0, result.exitCode(), result.err());
    assertTrue(
        result.out().contains("\ncontinuing an unfinished run; its data is read already\n"),
        result.out());
  }

  @Test
  void anothersWorkFolderIsRefused() throws IOException {
    leaveUnfinished();
    Path other = folder.resolve("other");
    assertWrong(
        work + ": is the work folder of the run in " + out + "; choose another --work",
        train(other, "--work", work));
    assertWrong(
        out
            + ": the work folder of this unfinished run is "
            + work
            + "; leave out --work, or choose another --out",
        train(out, "--work", folder.resolve("new")));
    Files.createDirectories(folder.resolve("full/of"));
    assertWrong(
        folder.resolve("full") + ": expected an empty or new folder for --work, found other files",
        train(other, "--work", folder.resolve("full")));
    assertTrue(Files.exists(folder.resolve("full/of")));
    assertWrong(
        "--work " + folder + ": holds --out, but the work folder is deleted at the end",
        train(other, "--work", folder));
  }

  @Test
  void theWorkOfAnotherJobIsRefused() throws IOException {
    leaveUnfinished();
    String own = Files.readString(work.resolve("fingerprint"));
    Files.writeString(work.resolve("fingerprint"), "a".repeat(own.length()));
    assertWrong(
        work + ": holds the work of another job, other data or another seed; choose another --work",
        train(out));
  }

  @Test
  void anAddressOfNoUseIsOneLine() {
    assertWrong(
        "--work ftp://host/x: expected a folder of a disk, or s3://, gs:// or hdfs://",
        train(out, "--work", "ftp://host/x"));
    assertWrong(
        "--work s3://bucket: expected an address such as s3://bucket/folder, without any of"
            + " * ? [ ] { }",
        train(out, "--work", "s3://bucket"));
    assertWrong(
        "--work hdfs://host:8020/a*: expected an address such as hdfs://host:8020/folder, without"
            + " any of * ? [ ] { }",
        train(out, "--work", "hdfs://host:8020/a*"));
    assertFalse(Files.exists(out));
  }

  /** Of the file systems, this build has at most those of its profiles; that of gcs has no test. */
  @Test
  void aBuildWithoutTheModuleSaysHowToGetIt() {
    assertWrong(
        "--work gs://bucket/x: this build of beamgrad has no module for gs://;"
            + " BEAMGRAD_PROFILES=gcs makes scripts/beamgrad build one that has",
        train(out, "--work", "gs://bucket/x"));
    assertFalse(Files.exists(out));
  }

  @Test
  void outIsADisk() {
    assertWrong(
        "s3:/bucket/x: --out must be a folder of a disk; --work may be on an object store",
        train(Path.of("s3://bucket/x")));
  }
}
