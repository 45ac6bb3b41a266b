package io.beamgrad.cli;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.beamgrad.report.Screen;
import io.beamgrad.spec.SpecKey;
import io.beamgrad.spec.SpecKeys;
import io.beamgrad.terminal.StandardOutput;
import io.beamgrad.terminal.Terminal;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.io.PrintStream;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class MainTest {
  private final Screen screen = Screen.pipe();

  @ParameterizedTest
  @ValueSource(
      strings = {
        "train",
        "schedule",
        "evaluate",
        "predict",
        "inspect",
        "report",
        "compare",
        "runs",
        "show",
        "shell",
        "digits",
        "explain"
      })
  void everyCommandHasHelpAndVersion(String command) {
    assertEquals(0, Main.run(screen.terminal(), command, "--help"));
    assertTrue(screen.out().startsWith("Usage: beamgrad " + command), screen.out());

    assertEquals(0, Main.run(screen.terminal(), command, "--version"));
    assertTrue(screen.out().contains("beamgrad development, Java "), screen.out());
  }

  @Test
  void aNarrowTerminalIsNoFailure() {
    Screen narrow = Screen.live(20);

    assertEquals(0, Main.run(narrow.terminal(), "explain", "seed"), narrow.err());
    assertEquals(0, Main.run(narrow.terminal(), "train", "--help"), narrow.err());
  }

  @Test
  void anOutputThatCannotBeWrittenIsALine() throws IOException {
    Path full = Path.of("/dev/full");
    Assumptions.assumeTrue(Files.exists(full), "no /dev/full");
    ByteArrayOutputStream err = new ByteArrayOutputStream();
    try (PrintStream out = new StandardOutput(Files.newOutputStream(full))) {
      assertEquals(1, Main.run(terminal(out, err), "explain"));
      assertEquals("beamgrad: cannot write to the standard output\n", err.toString(UTF_8));
      assertEquals(1, Main.run(terminal(out, err)));
    }
  }

  @Test
  void anOutputThatNobodyReadsEndsInSilence() throws IOException {
    OutputStream broken =
        new OutputStream() {
          @Override
          public void write(int b) throws IOException {
            throw new IOException("Broken pipe");
          }
        };
    ByteArrayOutputStream err = new ByteArrayOutputStream();
    try (PrintStream out = new StandardOutput(broken)) {
      assertEquals(1, Main.run(terminal(out, err), "explain"));
      assertEquals("", err.toString(UTF_8));
    }
  }

  private static Terminal terminal(PrintStream out, OutputStream err) {
    return new Terminal(out, new PrintStream(err, true, UTF_8), false, false, 0);
  }

  @Test
  void withoutArgumentsTheCommandsAreListed() {
    assertEquals(0, Main.run(screen.terminal()));
    assertTrue(screen.out().contains("train     Trains the model of a job spec."), screen.out());
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '`',
      textBlock =
          """
          trian                            | unmatched argument at index 0: 'trian'; did you mean train or retrain?
          train                            | missing required parameter: 'SPEC.yaml'; see beamgrad train --help
          train a.yaml --runer flink       | unknown options: '--runer', 'flink'; did you mean --runner?
          train a.yaml --runner spark      | invalid value for option '--runner': must be direct or flink, was spark; see beamgrad train --help
          train a.yaml --parallelism x     | invalid value for option '--parallelism': 'x' is not an int; see beamgrad train --help
          train a.yaml --parallelism 0     | --parallelism must be in [1, 32768], was 0
          train a.yaml --parallelism 40000 | --parallelism must be in [1, 32768], was 40000
          explain optimzer.lr              | optimzer.lr is not a key of a job spec; did you mean optimizer.lr?
          explain xyz                      | xyz is not a key of a job spec
          explain -- --targetParallelism=2 | Beam's options after -- are for train, retrain, predict, evaluate, show, init only
          """)
  void wrongArgumentsAreOneLineAndExitCodeTwo(String arguments, String message) {
    assertEquals(2, Main.run(screen.terminal(), arguments.split(" ")));
    assertEquals("beamgrad: " + message + "\n", screen.err());
    assertEquals("", screen.out());
  }

  @Test
  void explainPrintsEveryKeyWithItsDefaultAndMeaning() {
    assertEquals(0, Main.run(screen.terminal(), "explain"));

    for (SpecKey key : SpecKeys.ALL) {
      assertTrue(screen.out().contains("\n" + key.name() + ": ") || key.name().equals("name"));
      assertTrue(screen.out().contains(key.meaning()), key.name());
    }
  }

  @Test
  void explainPrintsOneKeyOrThoseBelowIt() {
    assertEquals(0, Main.run(screen.terminal(), "explain", "optimizer.momentum"));
    assertEquals(0, Main.run(screen.terminal(), "explain", "penalty"));

    assertEquals(
        """
        optimizer.sgd.momentum: a number in [0, 1); default 0.0
            Momentum.
        penalty.l1: a number of at least 0; default 0.0
            So much times the sum of |w| is minimised too.
        penalty.l2: a number of at least 0; default 0.0
            And so much times half the sum of w^2.
        """,
        screen.out());
  }
}
