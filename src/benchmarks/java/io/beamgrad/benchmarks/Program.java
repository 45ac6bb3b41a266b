package io.beamgrad.benchmarks;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.OptionalDouble;
import java.util.concurrent.TimeUnit;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * What a program took in a process of its own, from its start to its end.
 *
 * @param cpuSeconds of all its threads and the processes it waited for; NaN where the system does
 *     not say
 * @param peakMegabytes the most that it had in RAM, to the last 10 ms; 0 where the system does not
 *     say
 * @param output what it printed
 * @param arguments the command that it last was, as a launcher becomes Java; empty where the system
 *     does not say
 */
record Program(
    double wallSeconds,
    double cpuSeconds,
    long peakMegabytes,
    String output,
    List<String> arguments) {
  private static final Pattern PEAK = Pattern.compile("VmHWM:\\s+(\\d+) kB");
  private static final double TICKS_A_SECOND = 100; // USER_HZ of Linux

  static Program run(List<String> command) throws IOException, InterruptedException {
    Path output = Files.createTempFile("bench", ".out");
    try {
      double cpuBefore = cpuOfChildren().orElse(Double.NaN);
      long start = System.nanoTime();
      Process process =
          new ProcessBuilder(command)
              .redirectOutput(output.toFile())
              .redirectError(ProcessBuilder.Redirect.INHERIT)
              .start();
      Path system = Path.of("/proc/" + process.pid());
      long peak = 0;
      List<String> arguments = List.of();
      while (!process.waitFor(10, TimeUnit.MILLISECONDS)) {
        peak = Math.max(peak, peak(system));
        arguments = newer(arguments, text(system.resolve("cmdline")));
      }
      double wall = (System.nanoTime() - start) * 1e-9;
      double cpu = cpuOfChildren().orElse(Double.NaN) - cpuBefore;
      if (process.exitValue() != 0) {
        throw new IOException(
            "%s ended with exit code %s: %s"
                .formatted(
                    String.join(" ", command), process.exitValue(), Files.readString(output)));
      }
      return new Program(wall, cpu, peak, Files.readString(output), arguments);
    } finally {
      Files.delete(output);
    }
  }

  /** The user and system time of the processes that this one has waited for. */
  private static OptionalDouble cpuOfChildren() {
    String stat = text(Path.of("/proc/self/stat"));
    String[] afterName = stat.substring(stat.lastIndexOf(')') + 1).strip().split(" ");
    return afterName.length < 15
        ? OptionalDouble.empty()
        : OptionalDouble.of(
            (Long.parseLong(afterName[13]) + Long.parseLong(afterName[14])) / TICKS_A_SECOND);
  }

  private static long peak(Path system) {
    Matcher peak = PEAK.matcher(text(system.resolve("status")));
    return peak.find() ? (Long.parseLong(peak.group(1)) + 1023) / 1024 : 0;
  }

  private static List<String> newer(List<String> arguments, String text) {
    return text.isEmpty() ? arguments : List.of(text.split("\0"));
  }

  /** The text of a file of the system, or none where there is no such file or process. */
  private static String text(Path file) {
    try {
      return Files.readString(file);
    } catch (IOException e) {
      return "";
    }
  }
}
