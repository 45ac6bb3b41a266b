package io.beamgrad.schedule;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.beamgrad.cli.Cli;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.CompletableFuture;

/**
 * A file of {@code scripts/schedule} in which all paths are below a folder, where a script stands
 * in for the launcher: it writes down its arguments and ends as it is told to.
 */
final class ScheduleFile {
  private final Path folder;
  private final String text;

  ScheduleFile(Path folder, String name) throws IOException {
    this.folder = folder;
    this.text =
        Files.readString(Path.of("scripts/schedule", name))
            .replace("/opt/beamgrad", folder + "/opt")
            .replace("/srv/models", folder + "/models")
            .replace("/var/log", folder.toString());
    endWith("exit 0");
  }

  String text() {
    return text;
  }

  /** What the launcher does after it has written down its arguments. */
  void endWith(String script) throws IOException {
    Path launcher = Files.createDirectories(folder.resolve("opt/scripts")).resolve("beamgrad");
    Files.writeString(
        launcher,
        "#!/bin/sh\necho \"$@\" >'%s/arguments'\necho a word\n%s\n".formatted(folder, script));
    assertTrue(launcher.toFile().setExecutable(true));
  }

  /** What the launcher was started with. */
  String arguments() throws IOException {
    return Files.readString(folder.resolve("arguments")).strip();
  }

  /** False, and said aloud, where a program is not there. */
  static boolean has(String program, String test) throws IOException, InterruptedException {
    boolean found = run(List.of("sh", "-c", "command -v " + program)).exitCode() == 0;
    if (!found) {
      System.out.printf("skipped: %s, as there is no %s%n", test, program);
    }
    return found;
  }

  static Cli.Result run(List<String> command) throws IOException, InterruptedException {
    Process process = new ProcessBuilder(command).start();
    CompletableFuture<String> err =
        CompletableFuture.supplyAsync(() -> process.errorReader().lines().toList())
            .thenApply(lines -> String.join("\n", lines));
    String out = new String(process.getInputStream().readAllBytes(), UTF_8);
    return new Cli.Result(process.waitFor(), out, err.join());
  }
}
