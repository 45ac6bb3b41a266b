package io.beamgrad.benchmarks;

import java.io.File;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.stream.Stream;

/**
 * A job of pipelines/ as a user runs it: by the launcher, in a process of its own.
 *
 * @param wallSeconds from the command to its end
 * @param epochSeconds the median of the training epochs after the first, as metrics.csv has them
 */
record ShippedJob(double wallSeconds, double epochSeconds) {

  static ShippedJob run(String job, Path mnist, int epochs)
      throws IOException, InterruptedException {
    Path folder = Files.createTempDirectory("bench");
    try {
      Path out = folder.resolve("run");
      long start = System.nanoTime();
      Process process =
          new ProcessBuilder(
                  "scripts/beamgrad",
                  "train",
                  "pipelines/" + job + ".yaml",
                  "--set",
                  "data.dir=" + mnist,
                  "--set",
                  "epochs=" + epochs,
                  "--out",
                  out.toString())
              .redirectOutput(ProcessBuilder.Redirect.DISCARD)
              .redirectError(ProcessBuilder.Redirect.INHERIT)
              .start();
      if (process.waitFor() != 0) {
        throw new IOException(job + " ended with exit code " + process.exitValue());
      }
      double wallSeconds = (System.nanoTime() - start) * 1e-9;
      return new ShippedJob(wallSeconds, epochSeconds(out.resolve("metrics.csv")));
    } finally {
      try (Stream<Path> files = Files.walk(folder)) {
        files.sorted(Comparator.reverseOrder()).map(Path::toFile).forEach(File::delete);
      }
    }
  }

  private static double epochSeconds(Path metrics) throws IOException {
    List<String> lines = Files.readAllLines(metrics);
    List<String> heading = List.of(lines.get(0).split(",", -1));
    int epoch = heading.indexOf("epoch");
    int split = heading.indexOf("split");
    int seconds = heading.indexOf("seconds");
    List<Double> afterFirst = new ArrayList<>();
    for (String line : lines.subList(1, lines.size())) {
      String[] cells = line.split(",", -1);
      if (cells[split].equals("train") && Integer.parseInt(cells[epoch]) > 1) {
        afterFirst.add(Double.valueOf(cells[seconds]));
      }
    }
    return Statistics.median(afterFirst);
  }
}
