package io.beamgrad.benchmarks;

import java.io.IOException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/**
 * A class of the benchmarks in a process of its own, for the sake of its memory and its profile.
 */
final class OwnProcess {
  private OwnProcess() {}

  static Program run(Class<?> main, String... arguments) throws IOException, InterruptedException {
    List<String> command =
        new ArrayList<>(
            List.of(
                ProcessHandle.current().info().command().orElse("java"),
                "--add-modules=jdk.incubator.vector",
                "-XX:+UseParallelGC",
                "-Xlog:disable",
                "-Xmx800m",
                "-cp",
                System.getProperty("java.class.path"),
                main.getName()));
    command.addAll(Arrays.asList(arguments));
    return Program.run(command);
  }
}
