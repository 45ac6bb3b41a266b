package io.beamgrad.retrain;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.beamgrad.cli.Cli;
import io.beamgrad.registry.Decision;
import io.beamgrad.registry.ModelRegistry;
import io.beamgrad.registry.SaltedRegistry;
import io.beamgrad.spec.JobSpec;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Locale;
import java.util.Random;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What names the rows that judge, and that copies of them do not train. */
class RetrainHoldoutTest {
  private static final String MEMORISES =
      "[{linear: {out: 64}}, relu, {linear: {out: 64}}, relu, {linear: {out: 1}}]";

  @TempDir Path folder;
  private final List<String> overrides = new ArrayList<>();

  @BeforeEach
  void writeSpec() throws IOException {
    Files.writeString(
        folder.resolve("table.yaml"),
        """
        data:
          dir: %s
          train: ["**.csv", "**.jsonl"]
          features: [a, b, c, exported_at]
          target: y
          columns: {exported_at: category}
          scale: standard
        split: {validation: 0.2}
        model: [{linear: {out: 1}}]
        loss: binary_cross_entropy
        optimizer: {adam: {lr: 0.02}}
        batch: 32
        epochs: 1
        retrain:
          holdout: 0.2
          gate: {maxLoss: 1, test: none}
          checks: {psi: {stop: null}, ks: {warn: null}, classes: {stop: null}}
        """
            .formatted(folder.resolve("data")));
    SaltedRegistry.create(folder.resolve("registry"), "table", "0123456789abcdef");
  }

  private void write(String file, List<String> rows) throws IOException {
    Path path = folder.resolve("data").resolve(file);
    Files.createDirectories(path.getParent());
    Files.writeString(path, "customer,a,b,c,y,exported_at\n" + String.join("", rows));
  }

  /** Rows of numbers without a meaning, of which y is a coin. */
  private static List<String> coins(int rows, long seed, String exportedAt) {
    Random random = new Random(seed);
    List<String> lines = new ArrayList<>();
    for (int i = 0; i < rows; i++) {
      lines.add(
          String.format(
              Locale.ROOT,
              "k%d,%.2f,%.2f,%.2f,%d,%s%n",
              i,
              random.nextGaussian(),
              random.nextGaussian(),
              random.nextGaussian(),
              random.nextInt(2),
              exportedAt));
    }
    return lines;
  }

  /** Rows of which there are 24 different ones. */
  private static List<String> fewKinds(int rows) {
    List<String> lines = new ArrayList<>();
    for (int i = 0; i < rows; i++) {
      lines.add("k%s,%s,%s,0,%s,now%n".formatted(i, i % 4, i % 3, i / 12 % 2));
    }
    return lines;
  }

  private Decision retrain(int exitCode, String... more) {
    List<String> arguments =
        new ArrayList<>(
            List.of(
                "retrain",
                folder.resolve("table.yaml").toString(),
                "--registry",
                folder.resolve("registry").toString()));
    List<String> sets = new ArrayList<>(overrides);
    sets.addAll(List.of(more));
    sets.forEach(set -> arguments.addAll(List.of("--set", set)));
    Cli.Result result = Cli.run(arguments.toArray(new String[0]));
    assertEquals(exitCode, result.exitCode(), result.out() + result.err());
    List<Decision> history = ModelRegistry.open(folder.resolve("registry"), "table").history();
    Decision last = history.get(history.size() - 1);
    assertTrue(result.out().contains("  held out   " + last.copies().words() + "\n"), result.out());
    return last;
  }

  private JobSpec recorded(int version) {
    ModelRegistry registry = ModelRegistry.open(folder.resolve("registry"), "table");
    return JobSpec.load(registry.version(version).spec(), List.of());
  }

  @Test
  void coinsInDailyDumpsAreNeverLearnedThoughStampsChangeAndRowsAreMovedAndRenamed()
      throws IOException {
    overrides.addAll(
        List.of("model=" + MEMORISES, "epochs=60", "retrain.gate={floors: {accuracy: 0.8}}"));
    write("day=2026-11-01/customers.csv", coins(250, 1, "mon"));
    Decision first = retrain(11);
    assertEquals("content", first.copies().heldOutBy());
    assertEquals(List.of("a", "b", "c", "y"), first.copies().columns());
    assertEquals(0, first.copies().across());

    List<String> moved = coins(270, 1, "tue");
    Collections.reverse(moved);
    write("day=2026-11-02/renamed.csv", moved);
    Decision second = retrain(11);
    assertEquals("content", second.copies().heldOutBy());
    assertEquals(0, second.copies().within());
    assertEquals(250, second.copies().across());
    assertEquals(0.5, second.scores().challenger(), 0.15);
  }

  @Test
  void copiesInCsvAndJsonLinesTrainValidateAndJudgeTogether() throws IOException {
    List<String> rows = coins(200, 2, "mon");
    write("day=2026-11-01/a.csv", rows);
    StringBuilder json = new StringBuilder();
    for (String row : rows) {
      String[] f = row.strip().split(",");
      json.append(
          "{\"exported_at\": \"tue\", \"y\": %s, \"c\": %s0, \"b\": %se0, \"a\": %s}%n"
              .formatted(f[4], f[3], f[2], Double.parseDouble(f[1])));
    }
    Path path = Files.createDirectories(folder.resolve("data/day=2026-11-02")).resolve("a.jsonl");
    Files.writeString(path, json);

    Decision decision = retrain(0);
    assertEquals("content", decision.copies().heldOutBy());
    assertEquals(200, decision.copies().across());
    assertEquals(0, decision.rows().heldOut() % 2);
    assertEquals(0, decision.rows().validated() % 2);
    assertEquals(80.0, (double) decision.rows().heldOut(), 30);
    assertEquals(64.0, (double) decision.rows().validated(), 30);
    assertEquals(List.of("a", "b", "c", "y"), recorded(1).split().holdout().columns());

    write("day=2026-11-03/few.csv", fewKinds(600));
    Decision later = retrain(0);
    assertEquals("content", later.copies().heldOutBy(), "what was chosen stays");
  }

  @Test
  void twentyFourDistinctRowsInTwoThousandAreHeldOutByFileAndRecordFromThenOn() throws IOException {
    write("day=2026-11-01/few.csv", fewKinds(2000));
    Decision first = retrain(0);
    assertEquals("rows", first.copies().heldOutBy());
    assertEquals(1976, first.copies().within());
    assertEquals("warn", first.checks().get(0).action());
    assertEquals("duplicates", first.checks().get(0).name());
    assertEquals(List.of(), recorded(1).split().holdout().columns());

    write("day=2026-11-01/few.csv", coins(300, 3, "mon"));
    write("day=2026-11-02/coins.csv", coins(300, 3, "tue"));
    assertEquals("rows", retrain(0).copies().heldOutBy(), "as a registry of before has it");
    Decision said = retrain(0, "retrain.holdout={share: 0.2, by: content}");
    assertEquals("content", said.copies().heldOutBy(), "the spec says otherwise");
  }

  @Test
  void rowsOfOneKeyAreTogetherThoughTheirValuesChangeEachDay() throws IOException {
    write("day=2026-11-01/customers.csv", coins(200, 4, "mon"));
    write("day=2026-11-02/customers.csv", coins(200, 5, "tue"));
    Decision decision = retrain(0, "retrain.holdout={share: 0.2, key: customer}");

    assertEquals("key", decision.copies().heldOutBy());
    assertEquals(List.of("customer"), decision.copies().columns());
    assertEquals(0, decision.rows().heldOut() % 2);
    assertEquals(0, decision.rows().validated() % 2);
    assertEquals(List.of("customer"), recorded(1).split().holdout().keys());

    write("day=2026-11-03/customers.csv", coins(200, 6, "wed"));
    Decision kept = retrain(0);
    assertEquals("key", kept.copies().heldOutBy());
    assertEquals(0, kept.rows().heldOut() % 3);
  }
}
