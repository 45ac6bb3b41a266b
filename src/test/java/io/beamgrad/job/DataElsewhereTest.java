package io.beamgrad.job;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;

import io.beamgrad.cli.Cli;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Data at addresses that this build does not reach; those of gs:// it never does in tests. */
class DataElsewhereTest {
  private static final String NO_MODULE =
      ": this build of beamgrad has no module for gs://; BEAMGRAD_PROFILES=gcs makes"
          + " scripts/beamgrad build one that has";

  @TempDir Path folder;
  private String spec;
  private String out;

  @BeforeEach
  void writeSpec() throws IOException {
    spec = TinyDigits.write(folder).toString();
    out = folder.resolve("run").toString();
  }

  private static void assertWrong(String message, String... arguments) {
    Cli.Result result = Cli.run(arguments);
    assertEquals("beamgrad: " + message + "\n", result.err());
    assertEquals(2, result.exitCode());
  }

  @Test
  void eachCommandSaysWhichProfileIsMissing() {
    String at = "gs://bucket/data";
    String set = "data.dir=" + at;
    assertEquals(0, Cli.run("train", spec, "--out", out).exitCode());
    String model = out + "/model.avro";
    assertWrong(at + NO_MODULE, "train", spec, "--set", set, "--out", out + "2");
    assertWrong(at + NO_MODULE, "show", "data", spec, "--set", set);
    assertWrong(at + NO_MODULE, "evaluate", "--model", model, "--data", spec, "--set", set);
    assertWrong(at + NO_MODULE, "evaluate", "--model", model, "--input", at);
    assertWrong(at + NO_MODULE, "predict", "--model", model, "--input", at);
    assertWrong(at + "/a.csv" + NO_MODULE, "init", at + "/a.csv", "--target", "y");
    assertWrong(at + NO_MODULE, "retrain", spec, "--set", set, "--registry", out + "3");
    assertFalse(Files.exists(Path.of(out + "2")));
  }

  @Test
  void credentialsInAnAddressAreRefusedAndNotPrinted() {
    assertWrong(
        "s3://...@bucket: an address has no user and no password in it; the environment has them",
        "train",
        spec,
        "--set",
        "data.dir=s3://key:secret@bucket/data",
        "--out",
        out);
    assertFalse(Files.exists(Path.of(out)));
  }

  @Test
  void anotherSchemeIsOneLine() {
    assertWrong(
        "ftp://host/x: expected a folder of a disk, or s3://, gs:// or hdfs://",
        "train",
        spec,
        "--set",
        "data.dir=ftp://host/x",
        "--out",
        out);
  }

  @Test
  void digitsAreNotDrawnIntoAnAddress() {
    assertWrong(
        "data.generate draws into a folder of a disk, but data.dir is gs://bucket/data",
        "train",
        spec,
        "--set",
        "data.dir=gs://bucket/data",
        "--set",
        "data.generate.digits=10",
        "--out",
        out);
  }
}
