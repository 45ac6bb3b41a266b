package io.beamgrad.benchmarks;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

class QualityComparisonTest {
  private final List<QualityScore> scores = new ArrayList<>();

  @Test
  void differencesArePairedBySplit() {
    add("t", "r2", "beamgrad", 0.5, 0.7, 0.9);
    add("t", "r2", "linear", 0.4, 0.5, 0.6);

    PairedMean difference = compared().difference("t", "linear");

    assertEquals(0.2, difference.mean(), 1e-12);
    assertEquals(0.1 / Math.sqrt(3), difference.error(), 1e-12);
    assertEquals("0.7000 ± 0.1155", compared().mean("t", "beamgrad").text());
  }

  @Test
  void onlySplitsThatAllProgramsHaveCount() {
    add("t", "r2", "beamgrad", 0.5, 0.7, 0.1);
    add("t", "r2", "linear", 0.4, 0.5);
    add("other", "r2", "linear", 0.4);

    assertEquals(2, compared().splits("t"));
    assertEquals(0.6, compared().mean("t", "beamgrad").mean(), 1e-12);
    assertEquals(List.of("t"), compared().tables());
  }

  @Test
  void ranksAreOfMeansAndTiesShareTheirs() {
    add("a", "r2", "linear", 0.9);
    add("a", "r2", "beamgrad", 0.9);
    add("a", "r2", "MLP", 0.1);
    add("b", "r2", "linear", 0.1);
    add("b", "r2", "beamgrad", 0.3);
    add("b", "r2", "MLP", 0.2);

    QualityComparison found = compared();

    assertEquals(List.of("beamgrad", "linear", "MLP"), found.programs());
    assertEquals((1.5 + 1) / 2, found.meanRank("beamgrad"));
    assertEquals((1.5 + 3) / 2, found.meanRank("linear"));
    assertEquals((3 + 2) / 2.0, found.meanRank("MLP"));
    assertEquals("beamgrad", found.best("a"));
    assertTrue(found.conditions().get(0).holds());
    assertEquals("1.25, linear 2.25", found.conditions().get(0).why());
  }

  @Test
  void aDifferenceMayBeWorseThanTheMarginByTwoStandardErrors() {
    assertTrue(new PairedMean(-0.03, 0.01).isWithin(0.01));
    assertFalse(new PairedMean(-0.0301, 0.01).isWithin(0.01));
    assertTrue(PairedMean.of(List.of(-0.01)).isWithin(0.01));
    assertFalse(PairedMean.of(List.of(-0.011)).isWithin(0.01));
  }

  @Test
  void allTablesOfAMetricButOneMustBeNearTheBest() {
    add("a", "r2", "beamgrad", 0.900);
    add("a", "r2", "MLP", 0.909);
    add("b", "r2", "beamgrad", 0.900);
    add("b", "r2", "MLP", 0.920);
    add("c", "accuracy", "beamgrad", 0.900);
    add("c", "accuracy", "MLP", 0.909);

    List<QualityComparison.Condition> conditions = compared().conditions();

    assertEquals(
        new QualityComparison.Condition(
            "R2 within 0.01 of the best of all on at least 1 of 2",
            true,
            "1; not b -0.0200 ± 0.0000"),
        conditions.get(1));
    assertEquals(
        new QualityComparison.Condition(
            "accuracy within 0.005 of the best of all on at least 1 of 1",
            false,
            "0; not c -0.0090 ± 0.0000"),
        conditions.get(2));
  }

  @Test
  void noTableMayBeFarBelowTheLinearModel() {
    add("a", "r2", "beamgrad", 0.900);
    add("a", "r2", "linear", 0.909);
    assertTrue(compared().conditions().get(1).holds());

    add("b", "r2", "beamgrad", 0.900);
    add("b", "r2", "linear", 0.911);
    assertEquals(
        new QualityComparison.Condition(
            "nowhere more than 0.01 below the linear model", false, "b -0.0110 ± 0.0000"),
        compared().conditions().get(1));
  }

  @Test
  void aloneThereIsNothingToHold() {
    add("a", "r2", "beamgrad", 0.900);

    assertEquals(List.of(), compared().conditions());
  }

  private QualityComparison compared() {
    return new QualityComparison(scores);
  }

  private void add(String table, String metric, String program, double... values) {
    for (int i = 0; i < values.length; i++) {
      scores.add(new QualityScore(table, i, program, metric, values[i], 1));
    }
  }
}
