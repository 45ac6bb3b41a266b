package io.beamgrad.benchmarks;

import io.beamgrad.Python;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;

/** The programs of {@code scripts/bench*.py}, where a Python of this machine can run them. */
final class Peers {
  private Peers() {}

  /** Runs a program whose last line is its scores, numbers with spaces between them. */
  static Contest.Run run(Python python, String... arguments)
      throws IOException, InterruptedException {
    List<String> command = new ArrayList<>(List.of(python.command()));
    command.addAll(Arrays.asList(arguments));
    Program program = Program.run(command);
    String[] lines = program.output().strip().split("\n");
    return new Contest.Run(
        program, Stream.of(lines[lines.length - 1].split(" ")).map(Double::valueOf).toList());
  }

  /** Says so where there is no peer. */
  static void sayWhere(Optional<Python> python, String modules) {
    if (python.isEmpty()) {
      System.out.printf("  no Python here has %s, so there is nothing to compare with%n", modules);
    }
  }
}
