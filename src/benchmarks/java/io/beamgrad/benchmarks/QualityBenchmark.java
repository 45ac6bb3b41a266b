package io.beamgrad.benchmarks;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.beamgrad.Python;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.IntStream;

/**
 * How good the models are that the commands give for tables of a folder, beside scikit-learn and
 * XGBoost on the same rows: {@code init}, {@code train} and {@code evaluate} as a user runs them,
 * the spec as it is written, but without test rows of its own.
 */
final class QualityBenchmark {
  private static final String PEERS = "scripts/bench_quality.py";
  private static final String MODULES = "pandas, sklearn";
  private static final ObjectMapper JSON = new ObjectMapper();

  private final QualityArguments arguments;
  private final int splits;
  private final long seed;
  private final QualityLog log;
  private final Path folder;
  private final Optional<Python> python;
  private final List<String> remarks = new ArrayList<>();

  private QualityBenchmark(
      QualityArguments arguments, int splits, long seed, Path folder, Optional<Python> python)
      throws IOException {
    this.arguments = arguments;
    this.splits = splits;
    this.seed = seed;
    this.folder = folder;
    this.python = python;
    this.log = new QualityLog(arguments.save());
  }

  static void run(QualityArguments arguments, int splits, long seed)
      throws IOException, InterruptedException {
    Path folder = Files.createTempDirectory(Path.of("target"), "quality");
    try {
      Optional<Python> python = Python.with(MODULES);
      new QualityBenchmark(arguments, splits, seed, folder, python).run();
    } finally {
      Folders.delete(folder);
    }
  }

  /** Writes the splits alone, for a look at what each program gets. */
  static void write(QualityArguments arguments, Path to, int splits, long seed) throws IOException {
    for (Map.Entry<String, String> table : targets(arguments).entrySet()) {
      TableFile file = TableFile.read(arguments.folder().resolve(table.getKey()), table.getValue());
      writeSplits(file, to.resolve(file.name()), splits, seed);
    }
  }

  /** The tables that are asked for, and what is to be predicted of each, by their files' names. */
  private static Map<String, String> targets(QualityArguments arguments) throws IOException {
    Path file = arguments.folder().resolve(QualityArguments.TARGETS);
    Map<String, String> targets = new LinkedHashMap<>();
    JSON.readTree(file.toFile())
        .fields()
        .forEachRemaining(
            field -> {
              if (arguments.has(field.getKey())) {
                targets.put(field.getKey(), field.getValue().asText());
              }
            });
    return targets;
  }

  private static void writeSplits(TableFile file, Path to, int splits, long seed)
      throws IOException {
    for (int i = 0; i < splits; i++) {
      TableSplit split = TableSplit.draw(seed, file.name(), i, file.records().size());
      file.write(to.resolve(i + "/train" + file.suffix()), split.train());
      file.write(to.resolve(i + "/test" + file.suffix()), split.test());
    }
  }

  private void run() throws IOException, InterruptedException {
    List<String> names = new ArrayList<>();
    for (Map.Entry<String, String> table : targets(arguments).entrySet()) {
      TableFile file = TableFile.read(arguments.folder().resolve(table.getKey()), table.getValue());
      names.add(file.name());
      writeSplits(file, folder.resolve(file.name()), splits, seed);
      for (int i = 0; i < splits; i++) {
        trainOurs(file, table.getValue(), i);
      }
      trainPeers(file.name(), table.getValue());
      System.out.printf("  %s: %,d rows%n", file.name(), file.records().size());
    }
    QualityComparison found = new QualityComparison(log.scores(names, splits));
    new QualityReport(found).print();
    remarks.forEach(remark -> System.out.println("  " + remark));
    if (python.isEmpty()) {
      System.out.println("  no Python here has pandas and scikit-learn (Debian: python3-sklearn,");
      System.out.println("  python3-xgboost), so there is nothing to compare with");
    }
  }

  private void trainOurs(TableFile file, String target, int split)
      throws IOException, InterruptedException {
    if (log.has(file.name(), split, QualityComparison.OURS)) {
      return;
    }
    Path here = folder.resolve(file.name() + "/" + split);
    try {
      log.add(ours(here, file, target, split));
    } catch (IOException e) {
      remarks.add("%s, split %s: %s".formatted(file.name(), split, e.getMessage().strip()));
    } finally {
      Folders.delete(here.resolve("run"));
    }
  }

  private QualityScore ours(Path here, TableFile file, String target, int split)
      throws IOException, InterruptedException {
    Path spec = here.resolve("spec.yaml");
    String train = here.resolve("train" + file.suffix()).toString();
    String test = here.resolve("test" + file.suffix()).toString();
    Path run = here.resolve("run");
    double seconds =
        command("init", train, "--target", target, "--out", spec.toString()).wallSeconds();
    List<String> training = new ArrayList<>(List.of("train", spec.toString()));
    training.addAll(List.of("--set", "split.test=0", "--out", run.toString()));
    for (String setting : arguments.settings()) {
      training.addAll(List.of("--set", setting));
    }
    seconds += command(training.toArray(String[]::new)).wallSeconds();
    Program evaluation =
        command(
            "evaluate", "--model", run.resolve("model.avro").toString(), "--input", test, "--json");
    seconds += evaluation.wallSeconds();
    JsonNode score = JSON.readTree(evaluation.output());
    if (score.get("rejected").asLong() > 0) {
      remarks.add(
          "%s, split %s: %s of the test rows were rejected"
              .formatted(file.name(), split, score.get("rejected")));
    }
    String metric = score.get("accuracy").isNull() ? "r2" : QualityComparison.ACCURACY;
    return new QualityScore(
        file.name(), split, QualityComparison.OURS, metric, score.get(metric).asDouble(), seconds);
  }

  private static Program command(String... arguments) throws IOException, InterruptedException {
    List<String> command = new ArrayList<>(List.of("scripts/beamgrad"));
    command.addAll(List.of(arguments));
    return Program.run(command);
  }

  private void trainPeers(String table, String target) throws IOException, InterruptedException {
    List<QualityScore> there = log.scores(List.of(table), splits);
    if (python.isEmpty() || there.isEmpty()) {
      return;
    }
    for (String peer : python.get().run(PEERS, "peers").strip().split(" ")) {
      List<String> missing =
          IntStream.range(0, splits)
              .filter(split -> !log.has(table, split, peer))
              .mapToObj(Integer::toString)
              .toList();
      if (!missing.isEmpty()) {
        String metric = there.get(0).metric();
        Program program =
            Program.run(
                List.of(
                    python.get().command(),
                    PEERS,
                    folder.resolve(table).toString(),
                    target,
                    metric,
                    peer,
                    String.join(",", missing)));
        for (String line : program.output().lines().toList()) {
          log.add(score(table, metric, line.split(" ")));
        }
      }
    }
  }

  private static QualityScore score(String table, String metric, String[] words) {
    return new QualityScore(
        table,
        Integer.parseInt(words[0]),
        words[1],
        metric,
        Double.parseDouble(words[2]),
        Double.parseDouble(words[3]));
  }
}
