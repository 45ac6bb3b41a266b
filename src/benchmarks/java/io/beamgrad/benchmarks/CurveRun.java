package io.beamgrad.benchmarks;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * One training of the curve.
 *
 * @param points after each epoch, of the first member before a refit
 * @param seconds of all epochs, with those that choose and those of a refit
 * @param rows that were trained on in all epochs of all members together; NaN where it is not known
 * @param r2 on the rows of the test
 * @param isRefit whether it was trained again on training and validation rows
 */
record CurveRun(
    Program program,
    List<Point> points,
    double seconds,
    double rows,
    double r2,
    boolean isRefit) {
  private static final ObjectMapper JSON = new ObjectMapper();

  /**
   * After an epoch.
   *
   * @param seconds since the first began
   * @param r2 on the validation rows
   */
  record Point(double seconds, double r2) {}

  /** Ours, with the score that {@code evaluate} gives. */
  static CurveRun ours(TrainingRun training, Path run, Path test)
      throws IOException, InterruptedException {
    Program evaluation =
        Program.run(
            List.of(
                "scripts/beamgrad",
                "evaluate",
                "--model",
                run.resolve("model.avro").toString(),
                "--input",
                test.toString(),
                "--json"));
    JsonNode score = JSON.readTree(evaluation.output());
    double seconds = 0;
    double rows = 0;
    List<Point> points = new ArrayList<>();
    for (Map<String, String> row : training.metrics()) {
      seconds += Double.parseDouble(row.get("seconds"));
      if (row.get("split").equals("train")) {
        rows += Double.parseDouble(row.get("examples"));
      } else if (row.get("split").equals("validation") && !row.get("epoch").equals("0")) {
        points.add(new Point(seconds, Double.parseDouble(row.get("r2"))));
      }
    }
    return new CurveRun(
        training.program(), points, seconds, rows, score.get("r2").asDouble(), false);
  }

  /** That of {@code scripts/bench_recipe.py --curve}. */
  static CurveRun theirs(Program program) {
    List<String> lines = program.output().lines().toList();
    List<Point> points = new ArrayList<>();
    for (String line : lines.subList(0, lines.size() - 1)) {
      String[] words = line.split(" ");
      points.add(new Point(Double.parseDouble(words[1]), Double.parseDouble(words[2])));
    }
    String[] last = lines.get(lines.size() - 1).split(" ");
    return new CurveRun(
        program,
        points,
        Double.parseDouble(last[0]),
        Double.NaN,
        Double.parseDouble(last[1]),
        false);
  }
}
