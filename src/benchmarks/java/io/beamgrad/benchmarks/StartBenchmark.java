package io.beamgrad.benchmarks;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;

/**
 * What a small table costs from the command to its end, beside a job of Beam that does next to
 * nothing, with the same Java, its flags and its archive of classes.
 */
final class StartBenchmark {
  private static final int ROWS = 400;
  private static final String SPEC =
      """
      seed: 1
      data: {dir: %s, train: small.csv, features: [age, city, amount], target: left, scale: standard, columns: {city: category}}
      split: {validation: 0.2, test: 0.2}
      model: [{linear: {out: 8}}, relu, {linear: {out: classes}}]
      loss: cross_entropy
      optimizer: {sgd: {lr: 0.1}}
      batch: 20
      epochs: 5
      """;

  private StartBenchmark() {}

  static void run(int rounds) throws IOException, InterruptedException {
    Path folder = Files.createTempDirectory(Path.of("target"), "start");
    try {
      writeTable(folder.resolve("small.csv"));
      Path spec = folder.resolve("small.yaml");
      Files.writeString(spec, SPEC.formatted(folder.toAbsolutePath()));
      Contest contest = new Contest();
      contest.add(
          "beamgrad train", () -> new Contest.Run(TrainingRun.of(spec).program(), List.of()));
      addEmptyJob(contest, folder);
      contest.run(rounds);
      System.out.printf(
          "start: a table of %d rows from the command to the end, direct runner; medians of %d%n",
          ROWS, rounds);
      contest.print();
    } finally {
      Folders.delete(folder);
    }
  }

  /** An empty job, with the Java that the launcher starts. */
  static void addEmptyJob(Contest contest, Path folder) throws IOException, InterruptedException {
    List<String> command = new ArrayList<>(launchersJava());
    command.addAll(
        List.of(
            "-Djava.util.logging.config.file=/dev/null", // Beam tells of every file
            "-cp",
            "target/beamgrad.jar:target/test-classes",
            EmptyJob.class.getName(),
            folder.resolve("empty").toString()));
    contest.add("an empty Beam job", () -> new Contest.Run(Program.run(command), List.of()));
  }

  /** Java with the flags that the launcher gives it. */
  private static List<String> launchersJava() throws IOException, InterruptedException {
    List<String> arguments = Program.run(List.of("scripts/beamgrad", "explain")).arguments();
    int jar = arguments.indexOf("-jar");
    if (jar < 0) {
      throw new IOException("the launcher ran no jar: " + String.join(" ", arguments));
    }
    return arguments.subList(0, jar);
  }

  private static void writeTable(Path file) throws IOException {
    Random random = new Random(1);
    StringBuilder text = new StringBuilder("age,city,amount,left\n");
    for (int i = 0; i < ROWS; i++) {
      int age = 18 + random.nextInt(60);
      int amount = random.nextInt(1000);
      String left = age * 10 + amount + random.nextInt(200) > 1100 ? "yes" : "no";
      text.append(age).append(",city ").append(random.nextInt(9)).append(',');
      text.append(amount).append(',').append(left).append('\n');
    }
    Files.writeString(file, text);
  }
}
