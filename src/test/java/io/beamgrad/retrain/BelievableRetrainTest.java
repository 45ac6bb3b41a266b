package io.beamgrad.retrain;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.beamgrad.cli.Cli;
import io.beamgrad.model.Model;
import io.beamgrad.registry.Decision;
import io.beamgrad.registry.ModelRegistry;
import io.beamgrad.registry.SaltedRegistry;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Locale;
import java.util.Random;
import java.util.function.DoublePredicate;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What a gate says is what models are worth on rows that they have never seen. */
class BelievableRetrainTest {
  /** Learns a few hundred rows by heart. */
  private static final String COINS =
      """
      data: {dir: %s, train: ["**.csv"], features: [a, b, c, d, e, f, g, h], target: y, scale: standard}
      split: {validation: 0}
      model: [{linear: {out: 64}}, relu, {linear: {out: 64}}, relu, {linear: {out: 1}}]
      loss: binary_cross_entropy
      optimizer: {adam: {lr: 0.01}}
      batch: 32
      epochs: 25
      retrain:
        holdout: %s
        gate: %s
        checks: {psi: {warn: null, stop: null}, ks: {warn: null, stop: null}}
      """;

  private static final String WORLD =
      """
      data: {dir: %s, train: ["**.csv"], features: [x], target: y}
      model: [{linear: {out: 1}}]
      loss: binary_cross_entropy
      optimizer: {adam: {lr: 0.05}}
      epochs: 10
      split: {validation: 0}
      retrain:
        select: sinceLast
        holdout: 0.2
        gate: %s
        checks:
          classes: {warn: null, stop: null}
          rowsOfLast: {warn: null, stop: null}
      """;

  @TempDir Path folder;

  private void spec(String text, Object... values) throws IOException {
    List<Object> all = new ArrayList<>(List.of(folder.resolve("data")));
    all.addAll(List.of(values));
    Files.writeString(folder.resolve("table.yaml"), text.formatted(all.toArray()));
    if (!Files.exists(folder.resolve("registry"))) {
      SaltedRegistry.create(folder.resolve("registry"), "table", "0123456789abcdef");
    }
  }

  private void write(String file, String header, List<String> rows) throws IOException {
    Path path = folder.resolve("data").resolve(file);
    Files.createDirectories(path.getParent());
    Files.writeString(path, header + "\n" + String.join("\n", rows) + "\n");
  }

  private void writeCoins(String file, List<String> rows) throws IOException {
    write(file, "a,b,c,d,e,f,g,h,y", rows);
  }

  /** Rows of which y is a coin, so that nobody can know it of an unseen one. */
  private static List<String> coins(int rows) {
    Random random = new Random(21);
    List<String> lines = new ArrayList<>();
    for (int i = 0; i < rows; i++) {
      StringBuilder line = new StringBuilder();
      for (int c = 0; c < 8; c++) {
        line.append(String.format(Locale.ROOT, "%.2f,", random.nextGaussian()));
      }
      lines.add(line.append(random.nextInt(2)).toString());
    }
    return lines;
  }

  private void writeWorld(int day, DoublePredicate isYes) throws IOException {
    Random random = new Random(day);
    List<String> rows = new ArrayList<>();
    for (int i = 0; i < 200; i++) {
      double x = random.nextGaussian();
      boolean isY = isYes.test(x + 0.2 * random.nextGaussian());
      rows.add(String.format(Locale.ROOT, "%.3f,%d", x, isY ? 1 : 0));
    }
    write(String.format(Locale.ROOT, "day=2026-11-%02d/p.csv", day), "x,y", rows);
  }

  private Cli.Result retrain() {
    return Cli.run(
        "retrain",
        folder.resolve("table.yaml").toString(),
        "--registry",
        folder.resolve("registry").toString());
  }

  private Decision decision(int exitCode) {
    Cli.Result result = retrain();
    assertEquals(exitCode, result.exitCode(), result.out() + result.err());
    List<Decision> history = registry().history();
    return history.get(history.size() - 1);
  }

  private ModelRegistry registry() {
    return ModelRegistry.open(folder.resolve("registry"), "table");
  }

  private double accuracy(DoublePredicate isYes) {
    Model model = Model.load(registry().current().orElseThrow().model());
    Random random = new Random(99);
    int right = 0;
    for (int i = 0; i < 400; i++) {
      double x = random.nextGaussian();
      right += model.predict(x).label().equals(isYes.test(x) ? "1" : "0") ? 1 : 0;
    }
    return right / 400.0;
  }

  private static void assertIsOfACoin(double score, long rows) {
    assertEquals(0.5, score, 3 * Math.sqrt(0.25 / rows), "on %s rows".formatted(rows));
  }

  @Test
  void dailyDumpsOfCoinsAreJudgedNearOneHalfAndNeverPublished() throws IOException {
    spec(COINS, "0.2", "{floors: {accuracy: 0.8}}");
    for (int day = 1; day <= 4; day++) {
      writeCoins("day=2026-11-0%s/customers.csv".formatted(day), coins(220 + 20 * day));
      if (day == 3) {
        continue; // no run that day
      }
      Decision decision = decision(11);
      assertEquals("content", decision.copies().heldOutBy());
      // copies are no rows more to judge by
      assertIsOfACoin(decision.scores().challenger(), decision.scores().holdoutRows() / day);
    }
    assertTrue(registry().current().isEmpty());
  }

  @Test
  void rowsThatMovedAreJudgedByAsRowsThatTheVersionInServiceHasNotSeen() throws IOException {
    spec(COINS, "0.2", "{maxLoss: 1, test: none}");
    writeCoins("orders.csv", coins(250));
    assertIsOfACoin(decision(0).scores().challenger(), 50);

    List<String> newestFirst = coins(500);
    Collections.reverse(newestFirst);
    writeCoins("orders.csv", newestFirst);
    Decision second = decision(0);
    assertIsOfACoin(second.scores().current(), second.scores().holdoutRows());
    assertIsOfACoin(second.scores().challenger(), second.scores().holdoutRows());
    assertTrue(second.scores().holdoutRows() > 70, second.scores().toString());
  }

  @Test
  void rowsByFileAndRecordOfAChangedFileJudgeNobodyWhoHasTrainedOnIt() throws IOException {
    spec(COINS, "{share: 0.2, by: rows}", "{maxLoss: 1, test: none}");
    writeCoins("orders.csv", coins(250));
    decision(0);

    List<String> newestFirst = coins(500);
    Collections.reverse(newestFirst);
    writeCoins("orders.csv", newestFirst);
    Decision second = decision(11);
    assertEquals(0, second.scores().holdoutRows());
    assertTrue(second.judging().seen() > 70, second.judging().toString());
    assertTrue(second.reasons().toString().contains("no rows of the holdout to judge by"));
  }

  @Test
  void aLargerHoldoutJudgesTheVersionInServiceOnlyOnWhatItsOwnHeldOut() throws IOException {
    spec(COINS, "0.2", "{maxLoss: 1, test: none}");
    writeCoins("orders.csv", coins(400));
    decision(0);

    spec(COINS, "0.5", "{maxLoss: 1, test: none}");
    Decision second = decision(0);
    assertIsOfACoin(second.scores().current(), second.scores().holdoutRows());
    assertEquals(80.0, (double) second.scores().holdoutRows(), 25);
    assertEquals(120.0, (double) second.judging().seen(), 40);
  }

  @Test
  void whereTheRelationTurnsDecayIsToldAndTheModelOfTheNewWorldIsPublished() throws IOException {
    spec(WORLD, "{maxLoss: 0.02}");
    DoublePredicate before = x -> x > 0;
    DoublePredicate after = x -> x < 0;
    for (int day = 1; day <= 8; day++) {
      writeWorld(day, before);
      if (day == 2 || day == 8) {
        decision(0);
      }
    }
    assertTrue(accuracy(before) > 0.9);

    writeWorld(9, after);
    Cli.Result ninth = retrain();
    writeWorld(10, after);
    Cli.Result tenth = retrain();
    String both = ninth.out() + tenth.out(); // few rows of the ninth day may be held out
    assertTrue(ninth.exitCode() == 0 || tenth.exitCode() == 0, both);
    assertTrue(both.contains("  decay      version 2 has accuracy 0."), both);
    assertTrue(accuracy(after) > 0.9, both);
  }

  @Test
  void theScoreOnFreshRowsIsBesideTheOneOfRowsThatHaveChosenBefore() throws IOException {
    spec(WORLD, "{of: all, maxLoss: 1, test: none}");
    for (int day = 1; day <= 3; day++) {
      writeWorld(day, x -> x > 0);
      Decision decision = decision(0);
      Decision.Fresh fresh = decision.judging().fresh();
      assertEquals("all", decision.judging().rows());
      assertEquals(40.0, (double) fresh.rows(), 20);
      if (day > 1) {
        assertTrue(fresh.rows() < decision.scores().holdoutRows(), decision.toString());
        assertNotEquals(fresh.challenger(), decision.scores().challenger());
      }
    }
  }
}
