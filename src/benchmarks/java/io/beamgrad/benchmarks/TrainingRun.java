package io.beamgrad.benchmarks;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * A training as a user runs it: by the launcher, in a process of its own.
 *
 * @param metrics the rows of metrics.csv, by the names of its columns
 */
record TrainingRun(Program program, List<Map<String, String>> metrics) {

  /** Trains by a spec, with further arguments of {@code train}. */
  static TrainingRun of(Path spec, String... arguments) throws IOException, InterruptedException {
    return of(Files.createTempDirectory(Path.of("target"), "bench"), spec, arguments);
  }

  /** The same to a folder, which is deleted. */
  private static TrainingRun of(Path folder, Path spec, String... arguments)
      throws IOException, InterruptedException {
    try {
      return kept(folder.resolve("run"), spec, arguments);
    } finally {
      Folders.delete(folder);
    }
  }

  /** The same to a folder that stays. */
  static TrainingRun kept(Path out, Path spec, String... arguments)
      throws IOException, InterruptedException {
    List<String> command = new ArrayList<>(List.of("scripts/beamgrad", "train", spec.toString()));
    command.addAll(Arrays.asList(arguments));
    command.addAll(List.of("--out", out.toString()));
    return new TrainingRun(Program.run(command), metrics(out.resolve("metrics.csv")));
  }

  /** One of {@code pipelines/}, on the real MNIST. */
  static TrainingRun shipped(String job, Path mnist, int epochs)
      throws IOException, InterruptedException {
    return of(
        Path.of("pipelines", job + ".yaml"),
        "--set",
        "data.dir=" + mnist,
        "--set",
        "epochs=" + epochs);
  }

  private static List<Map<String, String>> metrics(Path file) throws IOException {
    List<String> lines = Files.readAllLines(file);
    String[] names = lines.get(0).split(",", -1);
    List<Map<String, String>> rows = new ArrayList<>();
    for (String line : lines.subList(1, lines.size())) {
      String[] cells = line.split(",", -1);
      Map<String, String> row = new HashMap<>();
      for (int i = 0; i < names.length; i++) {
        row.put(names[i], cells[i]);
      }
      rows.add(row);
    }
    return rows;
  }

  /** The median of the training epochs after the first. */
  double epochSeconds() {
    return Statistics.median(
        metrics.stream()
            .filter(row -> row.get("split").equals("train"))
            .filter(row -> Integer.parseInt(row.get("epoch")) > 1)
            .map(row -> Double.valueOf(row.get("seconds")))
            .toList());
  }

  /** The seconds of an epoch, then these metrics of the test rows. */
  Contest.Run scored(String... names) {
    Map<String, String> test =
        metrics.stream().filter(row -> row.get("split").equals("test")).findFirst().orElseThrow();
    List<Double> scores = new ArrayList<>(List.of(epochSeconds()));
    for (String name : names) {
      scores.add(Double.valueOf(test.get(name)));
    }
    return new Contest.Run(program, scores);
  }
}
