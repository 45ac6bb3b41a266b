package io.beamgrad;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** A Python of this machine that has a module. */
public record Python(String command) {

  private static final List<String> COMMANDS = List.of("python3", "/usr/bin/python3");

  /** The first that can import a module, or none. */
  public static Optional<Python> with(String module) {
    for (String command : COMMANDS) {
      Python python = new Python(command);
      try {
        python.run("-c", "import " + module);
        return Optional.of(python);
      } catch (IOException e) {
        // Not this one.
      } catch (InterruptedException e) {
        throw new IllegalStateException(e);
      }
    }
    return Optional.empty();
  }

  /** What it prints. */
  public String run(String... arguments) throws IOException, InterruptedException {
    List<String> words = new ArrayList<>(List.of(command));
    words.addAll(List.of(arguments));
    Process process =
        new ProcessBuilder(words).redirectError(ProcessBuilder.Redirect.DISCARD).start();
    String output = new String(process.getInputStream().readAllBytes(), UTF_8);
    if (process.waitFor() != 0) {
      throw new IOException(String.join(" ", words) + " failed: " + output);
    }
    return output;
  }
}
