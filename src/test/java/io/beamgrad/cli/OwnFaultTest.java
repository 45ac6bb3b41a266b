package io.beamgrad.cli;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.beamgrad.job.TinyDigits;
import io.beamgrad.terminal.Terminal;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.io.PrintStream;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A broken assertion of beamgrad's own is no mistake of the user, and leaves its trace. */
class OwnFaultTest {
  @TempDir Path folder;

  /** Ends as if beamgrad had an argument wrong where it prints a line that begins so. */
  private String failAt(String beginning, String... arguments) {
    PrintStream out =
        new PrintStream(OutputStream.nullOutputStream(), true, UTF_8) {
          @Override
          public void write(byte[] bytes, int offset, int length) {
            if (new String(bytes, offset, length, UTF_8).startsWith(beginning)) {
              throw new IllegalArgumentException("rows: expected 3, found 4");
            }
          }
        };
    ByteArrayOutputStream err = new ByteArrayOutputStream();
    Terminal terminal = new Terminal(out, new PrintStream(err, true, UTF_8), false, false, 0);
    assertEquals(1, Main.run(terminal, arguments));
    return err.toString(UTF_8);
  }

  @Test
  void ofATrainingTheLogHasTheTrace() throws IOException {
    Path run = folder.resolve("run");
    String err =
        failAt("rows", "train", TinyDigits.write(folder).toString(), "--out", run.toString());

    Path log = run.resolve("run.log");
    assertEquals(
        "beamgrad: unexpected IllegalArgumentException: rows: expected 3, found 4; see %s\n"
            .formatted(log),
        err);
    String text = Files.readString(log);
    assertTrue(text.contains("IllegalArgumentException: rows: expected 3, found 4"), text);
    assertTrue(text.contains("at io.beamgrad.job.TrainJob"), text);
  }

  @Test
  void ofOtherCommandsAnOptionShowsTheTrace() {
    assertEquals(
        "beamgrad: unexpected IllegalArgumentException: rows: expected 3, found 4;"
            + " --debug shows where it comes from\n",
        failAt("seed", "explain", "seed"));
    assertTrue(failAt("seed", "explain", "seed", "--debug").contains("at io.beamgrad.cli."));
  }
}
