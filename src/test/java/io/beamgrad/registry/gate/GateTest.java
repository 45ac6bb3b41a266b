package io.beamgrad.registry.gate;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.beamgrad.evaluation.ModelComparison;
import io.beamgrad.metrics.Metric;
import io.beamgrad.train.ClassCounts;
import io.beamgrad.train.Evaluation;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.stream.LongStream;
import org.junit.jupiter.api.Test;

class GateTest {
  private static final List<String> LABELS = List.of("no", "yes");
  private static final GateRule PLAIN = rule(0, null, GateRule.Test.NONE);

  private static GateRule rule(double minGain, Double maxLoss, GateRule.Test test) {
    return rule(Metric.ACCURACY, minGain, maxLoss, test);
  }

  private static GateRule rule(Metric metric, double minGain, Double maxLoss, GateRule.Test test) {
    return new GateRule(
        metric, minGain, maxLoss, Map.of(), Map.of(), null, Map.of(), test, 0.95, 1000, null, null,
        0.05);
  }

  private static GateRule floors(
      Map<Metric, Double> floors,
      Map<GateRule.ClassScore, Floor> classFloors,
      Map<Metric, Floor> segmentFloors) {
    return new GateRule(
        Metric.ACCURACY,
        0,
        null,
        floors,
        classFloors,
        "region",
        segmentFloors,
        GateRule.Test.NONE,
        0.95,
        1000,
        null,
        null,
        0.05);
  }

  /** Of so many rows, half of them of each class, of which so many are right, of no first. */
  private static Evaluation evaluation(double loss, int right, int rows) {
    int no = Math.min(right, rows / 2);
    int yes = right - no;
    long[][] counts = {{no, rows / 2 - no}, {rows - rows / 2 - yes, yes}};
    return new Evaluation(
        loss,
        rows == 0 ? Double.NaN : (double) right / rows,
        null,
        null,
        rows,
        null,
        null,
        loss,
        rows == 0 ? null : new ClassCounts(counts, new long[] {right, rows - right}),
        rows,
        null);
  }

  private static ModelComparison.Result first(Evaluation challenger) {
    return new ModelComparison.Result(
        LABELS, challenger, Map.of(), null, null, null, 0, null, 0, 0);
  }

  /**
   * Of a thousand rows.
   *
   * @param onlyChallenger rows that it gets right and the other one does not
   * @param both rows that both get right
   */
  private static ModelComparison.Result compared(int onlyChallenger, int onlyCurrent, int both) {
    return compared(onlyChallenger, onlyCurrent, both, 1);
  }

  private static ModelComparison.Result compared(
      int onlyChallenger, int onlyCurrent, int both, int rowsOfGroup) {
    double[] ours = new double[1000];
    double[] theirs = new double[1000];
    double[] ones = new double[1000];
    Arrays.fill(ones, 1);
    Arrays.fill(ours, 0, both + onlyChallenger, 1);
    Arrays.fill(theirs, 0, both, 1);
    Arrays.fill(theirs, both + onlyChallenger, both + onlyChallenger + onlyCurrent, 1);
    Evaluation challenger = evaluation(0.5, both + onlyChallenger, 1000);
    return new ModelComparison.Result(
        LABELS,
        challenger,
        Map.of(),
        challenger,
        evaluation(0.6, both + onlyCurrent, 1000),
        new ModelComparison.Pairs(
            ours,
            theirs,
            ones,
            LongStream.range(0, 1000).map(row -> row / rowsOfGroup).toArray(),
            onlyChallenger,
            onlyCurrent),
        0,
        null,
        0,
        0);
  }

  private static void assertPublished(Verdict verdict, String... reasons) {
    assertEquals(List.of(reasons), verdict.reasons());
    assertTrue(verdict.isPublished());
  }

  private static void assertRefused(Verdict verdict, String... reasons) {
    assertEquals(List.of(reasons), verdict.reasons());
    assertFalse(verdict.isPublished());
  }

  private static Verdict judge(GateRule rule, ModelComparison.Result found)
      throws InterruptedException {
    return Gate.judge(rule, found, found.current() == null ? null : Integer.valueOf(3), null, 1);
  }

  @Test
  void whatIsBetterIsPublished() throws InterruptedException {
    Verdict verdict = judge(PLAIN, compared(21, 13, 900));

    assertPublished(verdict, "accuracy 0.921 on 1,000 rows, 0.913 of version 3: 0.008 higher");
    assertEquals(0.921, verdict.challenger());
    assertEquals(0.913, verdict.current());
    assertEquals(1000, verdict.rows());
    assertNull(verdict.test());
  }

  @Test
  void whatIsWorseOrTheSameIsNot() throws InterruptedException {
    assertRefused(
        judge(PLAIN, compared(13, 21, 900)),
        "accuracy 0.913 on 1,000 rows, 0.921 of version 3: 0.008 lower, higher wanted");
    assertRefused(
        judge(PLAIN, compared(5, 5, 900)),
        "accuracy 0.905 on 1,000 rows, 0.905 of version 3: the same, higher wanted");
  }

  @Test
  void aMinimumGainIsReached() throws InterruptedException {
    assertRefused(
        judge(rule(0.01, null, GateRule.Test.NONE), compared(21, 13, 900)),
        "accuracy 0.921 on 1,000 rows, 0.913 of version 3: 0.008 higher, at least 0.01 higher"
            + " wanted");
    assertTrue(judge(rule(0.008, null, GateRule.Test.NONE), compared(21, 13, 900)).isPublished());
  }

  @Test
  void aLossUpToTheLimitIsAllowed() throws InterruptedException {
    assertRefused(
        judge(rule(0, 0.005, GateRule.Test.NONE), compared(13, 21, 900)),
        "accuracy 0.913 on 1,000 rows, 0.921 of version 3: 0.008 lower, at most 0.005 lower"
            + " allowed");
    assertTrue(judge(rule(0, 0.008, GateRule.Test.NONE), compared(13, 21, 900)).isPublished());
    assertTrue(judge(rule(0, 0.0, GateRule.Test.NONE), compared(5, 5, 900)).isPublished());
  }

  @Test
  void ofAnErrorTheLowerIsBetter() throws InterruptedException {
    assertPublished(
        judge(rule(Metric.LOSS, 0, null, GateRule.Test.NONE), compared(13, 21, 900)),
        "loss 0.5 on 1,000 rows, 0.6 of version 3: 0.1 lower");
    assertRefused(
        judge(rule(Metric.LOSS, 0.2, null, GateRule.Test.NONE), compared(13, 21, 900)),
        "loss 0.5 on 1,000 rows, 0.6 of version 3: 0.1 lower, at least 0.2 lower wanted");
  }

  @Test
  void mcnemarMustBeSureOfIt() throws InterruptedException {
    GateRule rule = rule(0, null, GateRule.Test.MCNEMAR);

    assertPublished(
        judge(rule, compared(30, 10, 900)),
        "accuracy 0.93 on 1,000 rows, 0.91 of version 3: 0.02 higher",
        "McNemar's test: 30 rows right that version 3 has wrong, 10 the other way round, p 0.001332");
    Verdict refused = judge(rule, compared(21, 13, 900));
    assertRefused(
        refused,
        "McNemar's test: 21 rows right that version 3 has wrong, 13 the other way round, p 0.115,"
            + " at most 0.05 wanted");
    assertEquals("mcnemar", refused.test().name());
    assertEquals(0.95, refused.test().confidence());
  }

  @Test
  void rowsOfAGroupAreNoProofOfTheirOwn() throws InterruptedException {
    GateRule rule = rule(0, null, GateRule.Test.MCNEMAR);
    // Of eight groups of 125 rows the 30 rows that the challenger alone has right are of one.
    Verdict verdict = judge(rule, compared(30, 0, 876, 125));

    assertFalse(verdict.isPublished());
    assertEquals(
        List.of(
            "bootstrap of 8 groups: with 95% confidence accuracy is better by at least 0, more than"
                + " 0 wanted"),
        verdict.reasons());
    assertEquals("bootstrap", verdict.test().name());
    assertTrue(judge(rule, compared(30, 0, 876, 1)).isPublished());
    assertRefused(
        judge(rule, compared(30, 0, 876, 500)),
        "bootstrap of 2 groups: with 95% confidence nothing can be told, more than 0 wanted");
  }

  @Test
  void theBootstrapMustBeSureOfIt() throws InterruptedException {
    GateRule better = rule(0, null, GateRule.Test.BOOTSTRAP);
    GateRule tolerant = rule(0, 0.02, GateRule.Test.BOOTSTRAP);

    assertTrue(judge(better, compared(30, 10, 900)).isPublished());
    Verdict unsure = judge(better, compared(14, 13, 900));
    assertEquals(1, unsure.reasons().size());
    assertTrue(
        unsure
            .reasons()
            .get(0)
            .matches(
                "bootstrap: with 95% confidence accuracy is better by at least -0\\.0\\d+, more than 0"
                    + " wanted"),
        unsure.reasons().get(0));
    assertTrue(judge(tolerant, compared(13, 14, 900)).isPublished());
    assertFalse(
        judge(rule(0, 0.001, GateRule.Test.BOOTSTRAP), compared(13, 14, 900)).isPublished());
    assertEquals(unsure, judge(better, compared(14, 13, 900)));
  }

  @Test
  void theFirstVersionIsJudgedByFloorsAlone() throws InterruptedException {
    GateRule floor = floors(Map.of(Metric.ACCURACY, 0.9, Metric.LOSS, 0.4), Map.of(), Map.of());

    assertPublished(
        judge(rule(0.5, null, GateRule.Test.MCNEMAR), first(evaluation(0.5, 600, 1000))),
        "the first version: accuracy 0.6 on 1,000 rows");
    assertPublished(
        judge(floor, first(evaluation(0.4, 900, 1000))),
        "the first version: accuracy 0.9 on 1,000 rows, all floors hold");
    assertRefused(
        judge(floor, first(evaluation(0.5, 899, 1000))),
        "loss 0.5 on 1,000 rows, at most 0.4 wanted",
        "accuracy 0.899 on 1,000 rows, at least 0.9 wanted");
  }

  @Test
  void floorsHoldHoweverMuchBetterTheChallengerIs() throws InterruptedException {
    assertRefused(
        judge(floors(Map.of(Metric.ACCURACY, 0.95), Map.of(), Map.of()), compared(100, 0, 800)),
        "accuracy 0.9 on 1,000 rows, at least 0.95 wanted");
  }

  @Test
  void eachClassHasItsFloor() throws InterruptedException {
    Evaluation scored = evaluation(0.5, 900, 1000); // all of no, 400 of 500 of yes

    assertTrue(
        judge(ofClasses(GateRule.ClassScore.RECALL, Floor.ofAll(0.8)), first(scored))
            .isPublished());
    assertRefused(
        judge(ofClasses(GateRule.ClassScore.RECALL, Floor.ofAll(0.81)), first(scored)),
        "recall 0.8 of class 'yes' on 500 rows, at least 0.81 wanted");
    assertTrue(
        judge(
                ofClasses(GateRule.ClassScore.RECALL, new Floor(Map.of("yes", 0.8, "*", 1.0))),
                first(scored))
            .isPublished());
    assertRefused(
        judge(
            ofClasses(GateRule.ClassScore.PRECISION, new Floor(Map.of("no", 0.9))), first(scored)),
        "precision 0.8333 of class 'no' on 500 rows, at least 0.9 wanted");
    assertRefused(
        judge(ofClasses(GateRule.ClassScore.F1, new Floor(Map.of("maybe", 0.1))), first(scored)),
        "no class 'maybe' to tell its f1 from");
  }

  private static GateRule ofClasses(GateRule.ClassScore score, Floor floor) {
    return floors(Map.of(), Map.of(score, floor), Map.of());
  }

  @Test
  void aClassWithoutRowsPassesNoFloor() throws InterruptedException {
    Evaluation scored =
        new Evaluation(
            0.1,
            1.0,
            null,
            null,
            10,
            null,
            null,
            null,
            new ClassCounts(new long[][] {{10, 0}, {0, 0}}, new long[] {10, 0}),
            10,
            null);

    assertRefused(
        judge(ofClasses(GateRule.ClassScore.RECALL, Floor.ofAll(0.0)), first(scored)),
        "no rows of class 'yes' to tell its recall from");
  }

  /** Of ten rows of class no that weigh 4, and of yes ten that weigh nothing. */
  private static Evaluation weighted() {
    return new Evaluation(
        0.1,
        0.75,
        null,
        null,
        20,
        null,
        null,
        null,
        new ClassCounts(
            new long[][] {{1, 9}, {10, 0}},
            new long[] {1, 19},
            new long[2],
            new double[][] {{3, 1}, {0, 0}},
            new double[] {3, 1},
            new double[2]),
        4,
        4.0);
  }

  @Test
  void floorsAreOfWhatRowsWeigh() throws InterruptedException {
    assertPublished(
        judge(
            ofClasses(GateRule.ClassScore.RECALL, new Floor(Map.of("no", 0.75))),
            first(weighted())),
        "the first version: accuracy 0.75 on 20 rows of weight 4, all floors hold");
    assertRefused(
        judge(ofClasses(GateRule.ClassScore.RECALL, Floor.ofAll(0.8)), first(weighted())),
        "recall 0.75 of class 'no' on 10 rows of weight 4, at least 0.8 wanted",
        "only 10 rows of weight 0 of class 'yes' to tell its recall from");
  }

  @Test
  void aSegmentThatWeighsNothingPassesNoFloor() throws InterruptedException {
    Evaluation nothing =
        new Evaluation(Double.NaN, Double.NaN, null, null, 7, null, null, null, null, 0, 0.0);
    ModelComparison.Result found =
        new ModelComparison.Result(
            LABELS, weighted(), Map.of("north", nothing), null, null, null, 0, null, 0, 0);

    assertRefused(
        judge(ofSegments(Floor.ofAll(0.1)), found),
        "accuracy not a number on 7 rows of weight 0 where region is 'north', at least 0.1 wanted");
    assertRefused(
        judge(PLAIN, first(nothing)),
        "accuracy of the challenger is not a number on 7 rows of weight 0");
  }

  @Test
  void eachSegmentHasItsFloor() throws InterruptedException {
    ModelComparison.Result found =
        new ModelComparison.Result(
            LABELS,
            evaluation(0.5, 900, 1000),
            Map.of("north", evaluation(0.5, 350, 400), "south", evaluation(0.5, 550, 600)),
            null,
            null,
            null,
            0,
            null,
            0,
            0);

    assertTrue(judge(ofSegments(Floor.ofAll(0.875)), found).isPublished());
    assertRefused(
        judge(ofSegments(Floor.ofAll(0.9)), found),
        "accuracy 0.875 on 400 rows where region is 'north', at least 0.9 wanted");
    assertTrue(judge(ofSegments(new Floor(Map.of("south", 0.9))), found).isPublished());
    assertRefused(
        judge(ofSegments(new Floor(Map.of("west", 0.5))), found),
        "no segment 'west' to tell its accuracy from");
  }

  private static GateRule ofSegments(Floor floor) {
    return floors(Map.of(), Map.of(), Map.of(Metric.ACCURACY, floor));
  }

  @Test
  void whatIsNotANumberNeverPasses() throws InterruptedException {
    Evaluation broken = evaluation(Double.NaN, 900, 1000);
    GateRule loss = rule(Metric.LOSS, 0, 1e9, GateRule.Test.NONE);

    assertRefused(
        judge(loss, first(broken)), "loss of the challenger is not a number on 1,000 rows");
    assertRefused(
        judge(floors(Map.of(Metric.LOSS, 1e9), Map.of(), Map.of()), first(broken)),
        "loss not a number on 1,000 rows, at most 1,000,000,000 wanted");
    assertRefused(
        judge(
            loss,
            new ModelComparison.Result(
                LABELS,
                evaluation(0.1, 900, 1000),
                Map.of(),
                evaluation(0.1, 900, 1000),
                broken,
                null,
                0,
                null,
                0,
                0)),
        "loss 0.1 on 1,000 rows, not a number of version 3: no comparison, at most 1,000,000,000"
            + " higher allowed");
    assertRefused(
        judge(PLAIN, first(evaluation(Double.NaN, 0, 0))), "no rows of the holdout to judge by");
  }

  @Test
  void rowsOfClassesThatTheChallengerDoesNotKnowSpeakAgainstItWhereTheyAreMany()
      throws InterruptedException {
    Evaluation scored = evaluation(0.5, 900, 1000);

    assertPublished(
        judge(
            PLAIN,
            new ModelComparison.Result(
                LABELS, scored, Map.of(), null, null, null, 50, "maybe", 0, 0)),
        "50 of 1,000 rows of the holdout (0.05) are of a class that the challenger does not know,"
            + " the first 'maybe'",
        "the first version: accuracy 0.9 on 1,000 rows");
    assertRefused(
        judge(
            PLAIN,
            new ModelComparison.Result(
                LABELS, scored, Map.of(), null, null, null, 51, "maybe", 0, 0)),
        "51 of 1,000 rows of the holdout (0.051) are of a class that the challenger does not know,"
            + " the first 'maybe', at most 0.05 wanted (retrain.gate.unknown)");
  }

  @Test
  void rowsThatTheOtherCannotBeScoredOnAreToldOf() throws InterruptedException {
    ModelComparison.Result found = compared(21, 13, 900);

    assertPublished(
        judge(
            PLAIN,
            new ModelComparison.Result(
                LABELS,
                found.challenger(),
                Map.of(),
                found.challengerPaired(),
                found.current(),
                found.pairs(),
                0,
                null,
                7,
                0)),
        "accuracy 0.921 on 1,000 rows, 0.913 of version 3: 0.008 higher (7 more rows are none that"
            + " both can be scored on)");
  }

  @Test
  void aVersionWithoutScoresIsAFault() throws InterruptedException {
    assertThrows(
        IllegalArgumentException.class,
        () -> Gate.judge(PLAIN, first(evaluation(0.5, 900, 1000)), 3, null, 1));
  }

  @Test
  void everyWayToFailIsToldAtOnce() throws InterruptedException {
    GateRule strict =
        new GateRule(
            Metric.ACCURACY,
            0.01,
            null,
            Map.of(Metric.ACCURACY, 0.99),
            Map.of(GateRule.ClassScore.RECALL, Floor.ofAll(0.9)),
            null,
            Map.of(),
            GateRule.Test.MCNEMAR,
            0.95,
            1000,
            null,
            null,
            0.05);

    assertRefused(
        judge(strict, compared(13, 21, 870)),
        "accuracy 0.883 on 1,000 rows, at least 0.99 wanted",
        "recall 0.766 of class 'yes' on 500 rows, at least 0.9 wanted",
        "accuracy 0.883 on 1,000 rows, 0.891 of version 3: 0.008 lower, at least 0.01 higher wanted",
        "McNemar's test: 13 rows right that version 3 has wrong, 21 the other way round, p 0.9386,"
            + " at most 0.05 wanted");
  }

  private static GateRule with(GateRule rule, int rows) {
    return new GateRule(
        rule.metric(),
        rule.minGain(),
        rule.maxLoss(),
        Map.of(),
        Map.of(),
        null,
        Map.of(),
        rule.test(),
        rule.confidence(),
        rule.resamples(),
        null,
        rows,
        rule.unknown());
  }

  private static ModelComparison.Result seen(ModelComparison.Result found, long seen) {
    return new ModelComparison.Result(
        found.labels(),
        found.challenger(),
        found.segments(),
        found.challengerPaired(),
        found.current(),
        found.pairs(),
        found.unknown(),
        found.firstUnknown(),
        found.unpaired(),
        seen);
  }

  @Test
  void nothingIsPublishedOnFewRowsAndItIsSaidHowManyAreLeft() throws InterruptedException {
    ModelComparison.Result found = seen(compared(21, 13, 900), 48);

    assertPublished(
        judge(with(PLAIN, 1000), found),
        "1,000 rows of the holdout to judge by, which neither model has trained on (48 more may have"
            + " trained one of them)",
        "accuracy 0.921 on 1,000 rows, 0.913 of version 3: 0.008 higher");
    assertRefused(
        judge(with(PLAIN, 1001), found),
        "1,000 rows of the holdout to judge by, which neither model has trained on (48 more may have"
            + " trained one of them), at least 1,001 wanted");
    // A first version takes nobody's place.
    assertTrue(judge(PLAIN, first(evaluation(0.5, 12, 14))).isPublished());
    assertRefused(
        judge(with(PLAIN, 15), first(evaluation(0.5, 12, 14))),
        "14 rows of the holdout to judge by, at least 15 wanted");
  }

  @Test
  void smallLossesDoNotAddUpPastTheLastVersionThatWasBetter() throws InterruptedException {
    GateRule tolerant = rule(0, 0.01, GateRule.Test.NONE);
    ModelComparison.Result withinADay = compared(12, 13, 900);

    Verdict kept =
        Gate.judge(tolerant, withinADay, 9, new Gate.Reference(2, compared(5, 15, 907)), 1);
    Verdict crept =
        Gate.judge(tolerant, withinADay, 9, new Gate.Reference(2, compared(5, 16, 907)), 1);

    assertTrue(kept.isPublished());
    assertFalse(kept.isSuperior());
    assertEquals(
        "accuracy 0.912 on 1,000 rows, 0.922 of version 2, the last that was better than the one"
            + " before it: 0.01 lower",
        kept.reasons().get(1));
    assertRefused(
        crept,
        "accuracy 0.912 on 1,000 rows, 0.923 of version 2, the last that was better than the one"
            + " before it: 0.011 lower, at most 0.01 lower allowed");
  }

  @Test
  void thirtyDaysOfWhichEachIsAThousandthWorseEndWithinTheLimitOfTheLastThatWasBetter()
      throws InterruptedException {
    GateRule tolerant = rule(0, 0.01, GateRule.Test.NONE);
    int right = 980; // of 1,000 rows, by version 2
    int inService = right;
    for (int day = 1; day <= 30; day++) {
      Gate.Reference better =
          new Gate.Reference(2, compared(0, right - inService + 1, inService - 1));
      Verdict verdict = Gate.judge(tolerant, compared(0, 1, inService - 1), 2 + day, better, 1);
      assertFalse(verdict.isSuperior());
      assertEquals(day <= 10, verdict.isPublished(), "day " + day);
      inService -= verdict.isPublished() ? 1 : 0;
    }
    assertEquals(970, inService);
  }

  @Test
  void aReferenceThatHardlyAnyRowComparesWithHasNoVeto() throws InterruptedException {
    ModelComparison.Result few =
        new ModelComparison.Result(
            LABELS,
            evaluation(0.5, 3, 8),
            Map.of(),
            evaluation(0.5, 3, 8),
            evaluation(0.5, 8, 8),
            null,
            0,
            null,
            0,
            0);

    Verdict verdict =
        Gate.judge(
            rule(0, 0.01, GateRule.Test.BOOTSTRAP),
            compared(40, 13, 900),
            9,
            new Gate.Reference(2, few),
            1);

    assertTrue(verdict.isPublished());
    assertTrue(verdict.isSuperior());
    assertTrue(
        verdict
            .reasons()
            .contains(
                "too few rows (8) to compare with version 2, the last that was better than the one"
                    + " before it"),
        verdict.reasons().toString());
  }

  @Test
  void superiorIsWhatIsBetterBeyondChanceThanTheVersionInServiceAndNoWorseThanTheReference()
      throws InterruptedException {
    GateRule tolerant = rule(0, 0.01, GateRule.Test.BOOTSTRAP);
    Gate.Reference weak = new Gate.Reference(2, compared(15, 5, 907));
    Gate.Reference strong = new Gate.Reference(2, compared(5, 6, 907));

    assertTrue(judge(PLAIN, compared(21, 13, 900)).isSuperior()); // it had to be better
    assertTrue(judge(PLAIN, first(evaluation(0.5, 600, 1000))).isSuperior());
    assertTrue(judge(tolerant, compared(40, 13, 900)).isSuperior());
    assertFalse(judge(tolerant, compared(14, 13, 900)).isSuperior()); // by chance
    assertTrue(Gate.judge(tolerant, compared(40, 13, 900), 9, weak, 1).isSuperior());
    assertFalse(Gate.judge(tolerant, compared(40, 13, 900), 9, strong, 1).isSuperior());
    assertFalse(judge(rule(0, 0.01, GateRule.Test.NONE), compared(21, 13, 900)).isSuperior());
  }
}
