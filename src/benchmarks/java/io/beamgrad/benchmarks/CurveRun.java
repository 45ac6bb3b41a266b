package io.beamgrad.benchmarks;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.beamgrad.model.ModelFile;
import io.beamgrad.schema.Parameter;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/**
 * One training of the curve.
 *
 * @param program from the command to its end
 * @param points after each epoch, before a refit
 * @param r2 on the rows to test on
 * @param flops floating point operations of the network's products in all epochs, those of a refit
 *     too, of all members; NaN where it is not known
 * @param isRefit whether it was trained again on training and validation rows
 */
record CurveRun(Program program, List<Point> points, double r2, double flops, boolean isRefit) {
  private static final ObjectMapper JSON = new ObjectMapper();
  // A product each for the outputs, the weights' gradient and the inputs' gradient, of a
  // multiplication and an addition.
  private static final double FLOPS_A_WEIGHT = 6;

  /**
   * After an epoch.
   *
   * @param seconds of this epoch and those before, with the scores of the validation rows
   * @param r2 on the validation rows
   */
  record Point(double seconds, double r2) {}

  /** Ours, with the score that {@code evaluate} gives. */
  static CurveRun ours(TrainingRun training, Path run, Path test)
      throws IOException, InterruptedException {
    String model = run.resolve("model.avro").toString();
    Program evaluation =
        Program.run(
            List.of(
                "scripts/beamgrad",
                "evaluate",
                "--model",
                model,
                "--input",
                test.toString(),
                "--json"));
    JsonNode record = JSON.readTree(run.resolve("run.json").toFile());
    return new CurveRun(
        training.program(),
        points(training),
        JSON.readTree(evaluation.output()).get("r2").asDouble(),
        flops(record, model),
        record.path("counts").path("refit").asLong() > 0);
  }

  private static List<Point> points(TrainingRun training) {
    double seconds = 0;
    List<Point> points = new ArrayList<>();
    for (Map<String, String> row : training.metrics()) {
      if (!row.get("epoch").equals("0")) {
        seconds += Double.parseDouble(row.get("seconds"));
        if (row.get("split").equals("validation")) {
          points.add(new Point(seconds, Double.parseDouble(row.get("r2"))));
        }
      }
    }
    return points;
  }

  private static double flops(JsonNode run, String model) {
    double rows = run.path("counts").path("trained").asDouble();
    double refit = run.path("counts").path("refit").asDouble();
    JsonNode epochs = run.path("epochs");
    double trained =
        epochs.path("trained").asDouble() * rows + epochs.path("kept").asDouble() * refit;
    JsonNode members = epochs.path("members");
    if (!members.isEmpty()) {
      trained = 0;
      for (JsonNode member : members) {
        trained +=
            member.path("epochs").asDouble() * rows + member.path("keptEpoch").asDouble() * refit;
      }
    }
    return FLOPS_A_WEIGHT * trained * weights(model) / Math.max(1, members.size());
  }

  /** Weights of all layers' products, of all members together. */
  private static double weights(String model) {
    return ModelFile.read(model).getParameters().stream()
        .map(Parameter::getShape)
        .filter(shape -> shape.size() == 2)
        .mapToDouble(shape -> (double) shape.get(0) * shape.get(1))
        .sum();
  }

  /** That of {@code scripts/bench_recipe.py --curve}. */
  static CurveRun theirs(Program program, boolean isRefit) {
    List<String> lines = program.output().lines().toList();
    List<Point> points = new ArrayList<>();
    for (String line : lines.subList(0, lines.size() - 1)) {
      String[] words = line.split(" ");
      points.add(new Point(Double.parseDouble(words[1]), Double.parseDouble(words[2])));
    }
    String[] last = lines.get(lines.size() - 1).split(" ");
    return new CurveRun(program, points, Double.parseDouble(last[1]), Double.NaN, isRefit);
  }

  /** Seconds of the whole program. */
  double seconds() {
    return program.wallSeconds();
  }
}
