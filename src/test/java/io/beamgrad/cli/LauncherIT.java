package io.beamgrad.cli;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.beamgrad.job.TinyDigits;
import io.beamgrad.retrain.DailyDigits;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.Writer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The launcher as a process, with the jar that was built. */
@Tag("alone")
class LauncherIT {
  private static final Path LAUNCHER = Path.of("scripts/beamgrad").toAbsolutePath();

  @TempDir Path folder;

  @Test
  void itIsQuietAndWorksFromAnywhere() throws Exception {
    Path link = Files.createSymbolicLink(folder.resolve("bg"), LAUNCHER);

    Cli.Result result = run(Map.of(), link.toString(), "--version");
    Files.delete(link);

    assertEquals("", result.err());
    assertTrue(result.out().matches("beamgrad \\S+, Java \\S+\n"), result.out());
    assertEquals(0, result.exitCode());
  }

  @Test
  void anErrorIsOneLineAndItsExitCodeIsThatOfTheLauncher() throws Exception {
    Cli.Result result = run(Map.of(), LAUNCHER.toString(), "train", "none.yaml");

    assertEquals("beamgrad: none.yaml: no such file\n", result.err());
    assertEquals("", result.out());
    assertEquals(2, result.exitCode());
  }

  @Test
  void anErrorKeepsItsPlaceInAFileThatOthersWriteTo() throws Exception {
    Path log = folder.resolve("log");
    String script = "{ echo before; %s train none.yaml; echo after; } >%s 2>&1";

    run(Map.of(), "sh", "-c", script.formatted(LAUNCHER, log));

    assertEquals(
        List.of("before", "beamgrad: none.yaml: no such file", "after"), Files.readAllLines(log));
  }

  @Test
  void filesNamedInUtf8AreFoundInTheLocaleOfCron() throws Exception {
    Path table = Files.writeString(folder.resolve("Größe.csv"), "x,y\n1,2\n");
    Map<String, String> cron = Map.of("LC_ALL", "C");

    Cli.Result none = run(cron, LAUNCHER.toString(), "train", "Größe.yaml");
    Cli.Result found =
        run(cron, LAUNCHER.toString(), "init", table.toString(), "--target", "nothing");

    assertEquals("beamgrad: Größe.yaml: no such file\n", none.err());
    assertTrue(found.err().contains("nothing"), found.err());
    assertTrue(found.err().contains("x, y"), found.err());
  }

  @Test
  void aJavaHomeWithoutJavaIsNamed() throws Exception {
    Cli.Result result = run(Map.of("JAVA_HOME", "/none"), LAUNCHER.toString(), "--version");

    assertEquals("beamgrad: JAVA_HOME is /none, which has no bin/java\n", result.err());
    assertEquals(2, result.exitCode());
  }

  @Test
  void anOldJavaIsNamed() throws Exception {
    Path java = Files.createDirectories(folder.resolve("jdk/bin")).resolve("java");
    Files.writeString(java, "#!/bin/sh\nexit 9\n");
    assertTrue(java.toFile().setExecutable(true));
    Files.writeString(folder.resolve("jdk/release"), "JAVA_VERSION=\"11.0.2\"\n");

    Cli.Result result =
        run(Map.of("JAVA_HOME", folder.resolve("jdk").toString()), LAUNCHER.toString());

    assertEquals("beamgrad: needs Java 17 or newer, found 11.0.2 at " + java + "\n", result.err());
    assertEquals(2, result.exitCode());
  }

  @Test
  void furtherOptionsReachJavaAndWhatJavaSaysIsShown() throws Exception {
    Map<String, String> wrong = Map.of("BEAMGRAD_JAVA_OPTS", "-Xmx200m -XX:+None");

    Cli.Result result = run(wrong, LAUNCHER.toString(), "--version");

    assertTrue(result.err().startsWith("Unrecognized VM option 'None'\n"), result.err());
    assertEquals(1, result.exitCode());
  }

  @Test
  void anInterruptEndsATrainingWithExitCode130() throws Exception {
    Path spec = TinyDigits.write(folder);
    Process process =
        new ProcessBuilder(
                LAUNCHER.toString(),
                "train",
                spec.toString(),
                "--set",
                "epochs=1000000",
                "--out",
                folder.resolve("run").toString())
            .redirectErrorStream(true)
            .start();
    try (BufferedReader lines = process.inputReader()) {
      String line = lines.readLine();
      while (line != null && !line.startsWith("    1 ")) {
        line = lines.readLine();
      }
      // The launcher becomes the Java process, so its number reaches it.
      run(Map.of(), "kill", "-INT", Long.toString(process.pid()));
      lines.lines().forEach(ignored -> {});
    }

    assertEquals(130, process.waitFor());
  }

  @Test
  void anInterruptAfterADecisionDoesNotChangeTheExitCode() throws Exception {
    DailyDigits digits = new DailyDigits(folder);
    digits.day(1);
    Path told = folder.resolve("told");
    Path spec =
        digits.spec(
            "notify: {command: [sh, -c, 'touch %s; sleep 100'], timeout: 100}".formatted(told));
    Process process =
        new ProcessBuilder(
                LAUNCHER.toString(),
                "retrain",
                spec.toString(),
                "--registry",
                digits.registry().toString())
            .redirectErrorStream(true)
            .start();
    String last = "";
    try (BufferedReader lines = process.inputReader()) {
      for (String line = lines.readLine(); line != null; line = lines.readLine()) {
        last = line;
        if (line.equals("published as version 1")) {
          while (!Files.exists(told)) {
            Thread.sleep(20);
          }
          process.toHandle().destroy();
        }
      }
    }
    assertEquals("beamgrad: retrain.notify: interrupted", last);
    assertEquals(0, process.waitFor());
  }

  private static Cli.Result run(Map<String, String> environment, String... command)
      throws IOException, InterruptedException {
    ProcessBuilder builder = new ProcessBuilder(command);
    builder.environment().putAll(environment);
    Process process = builder.start();
    CompletableFuture<String> err =
        CompletableFuture.supplyAsync(
            () -> {
              try {
                return new String(process.getErrorStream().readAllBytes(), UTF_8);
              } catch (IOException e) {
                return e.toString();
              }
            });
    String out = new String(process.getInputStream().readAllBytes(), UTF_8);
    return new Cli.Result(process.waitFor(), out, err.join());
  }

  @Test
  void theShellPromptsOnATerminal() throws Exception {
    Path script = Path.of("/usr/bin/script");
    assumeTrue(
        Files.exists(script), "no script to make a terminal with: the prompt is not looked at");
    ProcessBuilder builder =
        new ProcessBuilder(
            script.toString(), "-qefc", "exec '%s' shell".formatted(LAUNCHER), "/dev/null");
    builder.environment().put("BEAMGRAD_JAVA_OPTS", "-Djava.util.prefs.userRoot=" + folder);
    Process process = builder.redirectErrorStream(true).start();
    try (Writer keys = process.outputWriter()) {
      keys.write("var w = Tensor.of(3f).requiresGrad(true)\n");
      keys.write("var loss = w.mul(w).sum(); loss.backward(); System.out.println(w.grad())\n");
      keys.write("/exit 5\n");
      keys.flush();
      String screen = new String(process.getInputStream().readAllBytes(), UTF_8);
      assertEquals(5, process.waitFor(), screen);
      assertTrue(screen.contains("JShell of Java"), screen);
      assertTrue(screen.contains("tensor(6.)"), screen);
    }
  }
}
