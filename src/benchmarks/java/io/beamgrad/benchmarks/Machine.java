package io.beamgrad.benchmarks;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;

/** The machine that is measured, in a line. */
final class Machine {

  private static final Path CPUS = Path.of("/proc/cpuinfo");
  private static final Path LOAD = Path.of("/proc/loadavg");

  private Machine() {}

  static String describe() throws IOException {
    return "%s, %s cores, load %s, Java %s"
        .formatted(
            model(),
            Runtime.getRuntime().availableProcessors(),
            Files.isReadable(LOAD) ? Files.readString(LOAD).split(" ")[0] : "unknown",
            System.getProperty("java.version"));
  }

  private static String model() throws IOException {
    List<String> lines = Files.isReadable(CPUS) ? Files.readAllLines(CPUS) : List.of();
    return lines.stream()
        .filter(line -> line.startsWith("model name"))
        .map(line -> line.substring(line.indexOf(':') + 2))
        .findFirst()
        .orElse(System.getProperty("os.arch"));
  }
}
