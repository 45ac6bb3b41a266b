package io.beamgrad.learner;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.beamgrad.data.rows.ColumnBlock;
import io.beamgrad.data.rows.Columns;
import io.beamgrad.data.rows.Rows;
import io.beamgrad.schema.Column;
import io.beamgrad.schema.ColumnType;
import io.beamgrad.schema.ScaleMethod;
import io.beamgrad.schema.TargetEncoding;
import io.beamgrad.schema.TargetPreparation;
import io.beamgrad.schema.TargetScale;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

class TargetLearnerTest {
  private static final List<Column> COLUMNS =
      List.of(
          Columns.feature("x", ColumnType.FLOATS, List.of()),
          Columns.target("a", ColumnType.FLOATS, List.of()),
          Columns.target("b", ColumnType.FLOATS, List.of()),
          Columns.weight("w"));

  private static ColumnLearner learner(TargetScale scale, boolean clip) {
    return new ColumnLearner(
        new EncodingPlan(
            COLUMNS,
            ColumnLearner.numbers(COLUMNS, ScaleMethod.NONE, 1.0),
            new TargetPreparation(scale, clip),
            null));
  }

  private static ColumnBlock rows(float[] a, float[] b) {
    float[] weights = new float[a.length];
    weights[0] = 1000; // which does not matter
    return Rows.block(COLUMNS, new float[a.length], a, b, weights);
  }

  private static List<TargetEncoding> learned(ColumnLearner learner, ColumnBlock... blocks) {
    ColumnStatistics all = new ColumnStatistics(1);
    for (ColumnBlock block : blocks) {
      learner.count(block).values().forEach(all::add);
    }
    return learner.targets(List.of(all));
  }

  @Test
  void eachTargetHasItsOwnMeanAndDeviationOfRowsThatCountOnce() {
    assertEquals(
        List.of(
            new TargetEncoding("a", TargetScale.STANDARD, 2.0, Math.sqrt(2 / 3.0), null, null),
            new TargetEncoding("b", TargetScale.STANDARD, 1e9, 64.0, null, null)),
        learned(
            learner(TargetScale.STANDARD, false),
            rows(
                new float[] {1, 2, 3, 1, 2, 3},
                new float[] {1e9f - 64, 1e9f + 64, 1e9f - 64, 1e9f + 64, 1e9f - 64, 1e9f + 64})));
  }

  @Test
  void logarithmsAreOfNegativeNumbersAndZeroTooAndTheRangeIsOfTheNumbers() {
    List<TargetEncoding> found =
        learned(
            learner(TargetScale.LOG, true),
            rows(new float[] {-1, 0, 1, 0}, new float[] {9, 99, 9, 99}));

    assertEquals(0, found.get(0).getShift());
    assertEquals(Math.log(2) / Math.sqrt(2), found.get(0).getScale(), 1e-15);
    assertEquals(-1, found.get(0).getLeast());
    assertEquals(1, found.get(0).getLargest());
    assertEquals(Math.log(10) * 1.5, found.get(1).getShift(), 1e-15);
    assertEquals(Math.log(10) * 0.5, found.get(1).getScale(), 1e-15);
    assertEquals(9, found.get(1).getLeast());
    assertEquals(99, found.get(1).getLargest());
  }

  @Test
  void aConstantTargetHasADeviationThatCanBeDividedBy() {
    TargetEncoding constant =
        learned(learner(TargetScale.STANDARD, true), rows(new float[] {7, 7}, new float[2])).get(0);
    assertEquals(new TargetEncoding("a", TargetScale.STANDARD, 7.0, 1.0, 7.0, 7.0), constant);
  }

  @Test
  void withoutAScaleARangeAloneIsLearned() {
    assertEquals(
        new TargetEncoding("b", TargetScale.NONE, 0.0, 1.0, -5.0, 8.0),
        learned(learner(TargetScale.NONE, true), rows(new float[2], new float[] {8, -5})).get(1));
  }

  @ParameterizedTest
  @EnumSource(TargetScale.class)
  void theOrderOfRowsAndBlocksDoesNotMatter(TargetScale scale) {
    float[] a = new float[100];
    float[] b = new float[100];
    for (int i = 0; i < a.length; i++) {
      a[i] = i % 3 == 0 ? 1e8f : 0.1f * i;
      b[i] = (float) Math.pow(-1.5, i % 40);
    }
    List<ColumnBlock> forward = new ArrayList<>();
    List<ColumnBlock> backward = new ArrayList<>();
    for (int i = 0; i < a.length; i++) {
      forward.add(rows(new float[] {a[i]}, new float[] {b[i]}));
      backward.add(0, forward.get(i));
    }
    ColumnLearner learner = learner(scale, true);
    List<TargetEncoding> whole = learned(learner, rows(a, b));
    assertEquals(whole, learned(learner, forward.toArray(ColumnBlock[]::new)));
    assertEquals(whole, learned(learner, backward.toArray(ColumnBlock[]::new)));
  }

  @Test
  void aModelFitsWhatItsTargetsWereScaledBy() {
    TargetEncoding standard = new TargetEncoding("a", TargetScale.STANDARD, 1.0, 2.0, null, null);
    TargetEncoding clipped = new TargetEncoding("a", TargetScale.STANDARD, 1.0, 2.0, 0.0, 9.0);
    assertTrue(TargetLearner.fits(List.of(), null));
    assertFalse(TargetLearner.fits(List.of(standard), null));
    assertTrue(fits(standard, TargetScale.STANDARD, false));
    assertFalse(fits(standard, TargetScale.STANDARD, true));
    assertFalse(fits(standard, TargetScale.LOG, false));
    assertTrue(fits(clipped, TargetScale.STANDARD, true));
    assertFalse(TargetLearner.fits(List.of(), new TargetPreparation(TargetScale.LOG, false)));
  }

  private static boolean fits(TargetEncoding of, TargetScale scale, boolean clip) {
    return TargetLearner.fits(List.of(of), new TargetPreparation(scale, clip));
  }
}
