package io.beamgrad.rundir;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNull;

import io.beamgrad.metrics.MetricRecords;
import io.beamgrad.report.Screen;
import io.beamgrad.schema.RunEvaluation;
import io.beamgrad.schema.Split;
import io.beamgrad.train.ClassCounts;
import io.beamgrad.train.Evaluation;
import java.util.List;
import org.junit.jupiter.api.Test;

class ClassTableTest {
  private static final ClassTable TABLE =
      new ClassTable(
          List.of("cat", "dog"),
          new ClassCounts(new long[][] {{1900, 100}, {300, 700}}, new long[] {2600, 400}));

  @Test
  void aWideTerminalHasTheWholeMatrix() {
    assertEquals(
        """
        class       rows  precision     recall         f1
        cat        2,000     0.8636     0.9500     0.9048
        dog        1,000     0.8750     0.7000     0.7778
        taken for
                 cat    dog
        cat    1,900    100
        dog      300    700
        """,
        String.join("\n", TABLE.lines(Screen.pipe().terminal())) + "\n");
  }

  @Test
  void rowsWithWeightsHaveTheirSumBesideTheirNumber() {
    ClassTable weighted =
        new ClassTable(
            List.of("cat", "dog"),
            new ClassCounts(
                new long[][] {{1900, 100}, {300, 700}},
                new long[] {2600, 400},
                new long[2],
                new double[][] {{30, 10}, {0.5, 2}},
                new double[] {32, 10.5},
                new double[2]));
    assertEquals(
        """
        class       rows     weight  precision     recall         f1
        cat        2,000         40     0.9836     0.7500     0.8511
        dog        1,000        2.5     0.1667     0.8000     0.2759
        rows taken for
                 cat    dog
        cat    1,900    100
        dog      300    700
        """,
        String.join("\n", weighted.lines(Screen.pipe().terminal())) + "\n");
    RunEvaluation record = weighted.toRecord(Split.TEST);
    assertEquals(40, record.getClasses().get(0).getWeight());
    assertEquals(List.of(List.of(30.0, 10.0), List.of(0.5, 2.0)), record.getConfusionWeights());
    assertEquals(32 / 42.5, record.getTopAccuracy().get(0));
    assertNull(TABLE.toRecord(Split.TEST).getConfusionWeights());
  }

  @Test
  void rowsOfUnknownClassesAreCountedBesideTheClassesAndComeBackFromTheRecordOfARun() {
    ClassCounts counts =
        new ClassCounts(
            new long[][] {{4, 0}, {1, 3}},
            new long[] {7, 1},
            new long[] {2, 0},
            new double[][] {{8, 0}, {2, 6}},
            new double[] {14, 2},
            new double[] {4, 0});
    List<String> labels = List.of("cat", "dog");
    RunEvaluation record = new ClassTable(labels, counts).toRecord(Split.TEST);
    assertEquals(2, record.getUnknown());
    assertEquals(4, record.getUnknownWeight());
    assertEquals(14 / 20., record.getTopAccuracy().get(0));
    assertEquals(8 / 14., record.getClasses().get(0).getPrecision());
    assertNull(TABLE.toRecord(Split.TEST).getUnknown());

    Evaluation found = new Evaluation(0.5, 0.7, null, null, 10, null, null, null, counts, 16, 20.0);
    assertEquals(
        counts, ClassTable.of(MetricRecords.confusion(Split.TEST, labels, found)).counts());
  }

  @Test
  void aNarrowOneHasWhatIsConfusedMostOften() {
    assertEquals(
        """
        class    rows precision  recall      f1
        cat     2,000    0.8636  0.9500  0.9048
        dog     1,000    0.8750  0.7000  0.7778
        taken for
                 cat    dog
        cat    1,900    100
        dog      300    700
        """,
        String.join("\n", TABLE.lines(Screen.live(40).terminal())) + "\n");
    assertEquals(
        List.of("dog taken for cat: 300", "cat taken for dog: 100"),
        TABLE.lines(Screen.live(15).terminal()).subList(3, 5));
  }
}
