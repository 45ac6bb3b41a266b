package io.beamgrad.evaluation;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.beamgrad.data.rows.Columns;
import io.beamgrad.data.split.Holdout;
import io.beamgrad.data.split.SplitRule;
import io.beamgrad.metrics.Metric;
import io.beamgrad.model.Models;
import io.beamgrad.schema.Column;
import io.beamgrad.schema.ModelRecord;
import io.beamgrad.train.Evaluation;
import java.io.IOException;
import java.math.BigDecimal;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Rows that have weights and keys: four rows of each of a hundred customers. */
class WeightedComparisonTest {
  private static final Holdout HOLDOUT = new Holdout("salt", new BigDecimal("0.3"));
  private static final SplitRule RULE = SplitRule.random(BigDecimal.ZERO);

  @TempDir Path folder;
  private final List<double[]> rows = new ArrayList<>(); // customer, x, y, larger, weight

  @BeforeEach
  void write() throws IOException {
    StringBuilder csv = new StringBuilder("x,y,larger,w,who\n");
    for (int i = 0; i < 400; i++) {
      double[] row = {i % 100, i * 7 % 4, i * 5 % 8, i % 3 == 0 ? 1 : 0, i % 5 * 0.25};
      rows.add(row);
      csv.append(
          String.format(
              Locale.ROOT,
              "%.0f,%.0f,%s,%.2f,c%.0f\n",
              row[1],
              row[2],
              row[3] == 1 ? "yes" : "no",
              row[4],
              row[0]));
    }
    Files.writeString(folder.resolve("rows.csv"), csv);
  }

  private ModelComparison.Result compare(Holdout holdout, PerRowScore metric)
      throws InterruptedException {
    List<Column> columns = new ArrayList<>(Models.signs().getColumns());
    columns.add(Columns.weight("w"));
    ModelRecord weighted = ModelRecord.newBuilder(Models.signs()).setColumns(columns).build();
    ModelRecord turned = ModelRecord.newBuilder(Models.signsTurned()).setColumns(columns).build();
    List<Column> withKey = new ArrayList<>(columns);
    withKey.add(Columns.key("who"));
    return Comparisons.compare(
        Comparisons.models(weighted, turned),
        folder,
        withKey,
        RULE.withHoldout(holdout),
        metric,
        "x");
  }

  @Test
  void rowsOfOneKeyAreOfOneGroup() throws InterruptedException {
    long[] byKey = compare(HOLDOUT.byKey(List.of("who")), null).pairs().groups();
    long[] byPlace = compare(HOLDOUT, null).pairs().groups();

    Map<Long, Integer> rowsOf = new HashMap<>();
    Arrays.stream(byKey).forEach(group -> rowsOf.merge(group, 1, Integer::sum));
    assertTrue(byKey.length > 40 && byPlace.length > 40);
    assertEquals(Set.of(4), Set.copyOf(rowsOf.values()));
    assertEquals(byPlace.length, Arrays.stream(byPlace).distinct().count());
  }

  @Test
  void whatIsMeasuredAndComparedIsByWeight() throws InterruptedException {
    // All rows of a holdout of nearly all of them, so that they are known here.
    Holdout all = new Holdout("salt", new BigDecimal("0.9999999999999999"));
    ModelComparison.Result found = compare(all, PerRowScore.ACCURACY);

    assertEquals(400, found.challenger().examples());
    assertEquals(weight(row -> true), found.challenger().rowWeight(), 1e-9);
    assertEquals(
        weight(row -> isRight(row, 1)) / weight(row -> true), found.challenger().accuracy(), 1e-9);
    assertEquals(
        weight(row -> isRight(row, -1)) / weight(row -> true), found.current().accuracy(), 1e-9);
    assertArrayEquals(rows.stream().mapToDouble(row -> row[4]).toArray(), found.pairs().weights());
    assertArrayEquals(
        rows.stream().mapToDouble(row -> isRight(row, 1) ? row[4] : 0).toArray(),
        found.pairs().challenger());
    for (Map.Entry<String, Evaluation> segment : found.segments().entrySet()) {
      double x = Double.parseDouble(segment.getKey());
      assertEquals(
          weight(row -> row[1] == x && isRight(row, 1)) / weight(row -> row[1] == x),
          segment.getValue().accuracy(),
          1e-9);
    }
    assertEquals(new TreeSet<>(Set.of("0", "1", "2", "3")), found.segments().keySet());
  }

  @Test
  void theScoresOfRowsAddUpToTheMetricForEachMeanOfRows() throws InterruptedException {
    for (PerRowScore score : new PerRowScore[] {PerRowScore.LOSS, PerRowScore.LOG_LOSS}) {
      ModelComparison.Result found = compare(HOLDOUT, score);
      double sum = Arrays.stream(found.pairs().challenger()).sum();
      double weight = Arrays.stream(found.pairs().weights()).sum();
      assertEquals(
          Metric.valueOf(score.name()).score(found.challengerPaired()), sum / weight, 1e-9);
    }
  }

  private interface Choice {
    boolean of(double[] row);
  }

  private double weight(Choice choice) {
    return rows.stream().filter(choice::of).mapToDouble(row -> row[4]).sum();
  }

  /** Whether a model is right that says yes where {@code sign (x - y) > 0}. */
  private static boolean isRight(double[] row, int sign) {
    return sign * (row[1] - row[2]) > 0 == (row[3] == 1);
  }
}
