package io.beamgrad.retrain;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.beamgrad.cli.Cli;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Locale;
import java.util.Random;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Retrains on rows with weights and groups. */
class WeightedRetrainTest {
  @TempDir Path folder;

  /** Most rows say the contrary of what the few that weigh say; four rows a customer. */
  @BeforeEach
  void writeRows() throws IOException {
    Random random = new Random(3);
    StringBuilder rows = new StringBuilder("x,who,w,y\n");
    for (int i = 0; i < 1200; i++) {
      double x = random.nextGaussian();
      boolean weighs = i % 5 == 0;
      rows.append(
          String.format(
              Locale.ROOT,
              "%.3f,c%d,%s,%d\n",
              x,
              i / 4,
              weighs ? "1" : "0.001",
              x > 0 == weighs ? 1 : 0));
    }
    Files.writeString(folder.resolve("rows.csv"), rows);
  }

  private Cli.Result retrain(String more, String... overrides) throws IOException {
    Path spec =
        Files.writeString(
            folder.resolve("weighed.yaml"),
            """
            data: {dir: %s, train: rows.csv, features: [x], target: y%s
            model: [{linear: {out: 1}}]
            loss: binary_cross_entropy
            optimizer: {adam: {lr: 0.1}}
            epochs: 8
            retrain: {holdout: 0.4, checks: {psi: {stop: null}}}
            """
                .formatted(folder, more));
    String[] arguments = new String[4 + 2 * overrides.length];
    arguments[0] = "retrain";
    arguments[1] = spec.toString();
    arguments[2] = "--registry";
    arguments[3] = folder.resolve("registry").toString();
    for (int i = 0; i < overrides.length; i++) {
      arguments[4 + 2 * i] = "--set";
      arguments[5 + 2 * i] = overrides[i];
    }
    return Cli.run(arguments);
  }

  private static double number(String text, String pattern) {
    Matcher found = Pattern.compile(pattern).matcher(text);
    assertTrue(found.find(), text);
    return Double.parseDouble(found.group(1));
  }

  @Test
  void theGateJudgesRowsByTheirWeightsAndDrawsGroupsWhole() throws IOException {
    String spec = ", weight: w}\nsplit: {by: {group: who}, validation: 0.2}";
    String first = retrain(spec, "retrain.gate.floors={accuracy: 0.6}").out();
    double accuracy =
        number(first, "the first version: accuracy ([0-9.]+) on [0-9]+ rows of weight");
    assertTrue(accuracy > 0.6, first); // by rows it is below 0.4

    String second = retrain(spec, "epochs=9").out();
    double groups = number(second, "bootstrap of ([0-9]+) groups: with 95% confidence accuracy");
    assertTrue(groups > 80 && groups < 160, second); // of 300 customers
  }

  @Test
  void mcnemarOfRowsWithWeightsIsOneLine() throws IOException {
    Cli.Result result = retrain(", weight: w}", "retrain.gate.test=mcnemar");

    assertEquals(2, result.exitCode());
    assertEquals(
        "--set retrain.gate.test=mcnemar: retrain.gate.test must be bootstrap or none with"
            + " data.weight; mcnemar counts rows, whatever they weigh\n",
        result.err().replaceFirst("^beamgrad: ", ""));
  }
}
