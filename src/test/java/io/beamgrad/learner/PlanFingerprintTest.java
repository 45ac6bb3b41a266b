package io.beamgrad.learner;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;

import io.beamgrad.data.rows.Columns;
import io.beamgrad.schema.Column;
import io.beamgrad.schema.ColumnType;
import io.beamgrad.schema.CosineDecay;
import io.beamgrad.schema.CrossEntropy;
import io.beamgrad.schema.FlattenLayer;
import io.beamgrad.schema.LearningRateSchedule;
import io.beamgrad.schema.LinearLayer;
import io.beamgrad.schema.ReluLayer;
import io.beamgrad.schema.ScaleMethod;
import io.beamgrad.schema.SchedulePer;
import io.beamgrad.schema.Sgd;
import io.beamgrad.schema.StoppingRule;
import io.beamgrad.schema.TrainingPlan;
import io.beamgrad.schema.WarmStart;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class PlanFingerprintTest {
  private static final List<Column> COLUMNS =
      List.of(
          Columns.feature("image", ColumnType.BYTES, List.of(28, 28)),
          Columns.target("label", ColumnType.BYTES, List.of()));

  @TempDir Path folder;

  private static TrainingPlan.Builder plan() {
    return TrainingPlan.newBuilder()
        .setModel("digits")
        .setSeed(42)
        .setLayers(
            List.of(
                new FlattenLayer(),
                new LinearLayer(64, false, false),
                new ReluLayer(),
                new LinearLayer(10, false, false)))
        .setLoss(new CrossEntropy(0.1, List.of(1f, 0.3f)))
        .setOptimizer(new Sgd(0.1, 0.9, false, 0.0))
        .setBatchExamples(100)
        .setEpochs(5)
        .setFullPermutationRows(1_000_000)
        .setColumns(COLUMNS)
        .setPreparations(ColumnLearner.numbers(COLUMNS, ScaleMethod.DIVIDE, 255.0))
        .setInitialWeights(null)
        .setWorkFolder("work")
        .setCacheBytes(1 << 20);
  }

  private static String of(TrainingPlan.Builder plan) {
    return PlanFingerprint.of(plan.build());
  }

  private static LearningRateSchedule cosine(Long length) {
    return new LearningRateSchedule(SchedulePer.EPOCH, null, new CosineDecay(length, 0.0));
  }

  /** Half-done trainings go by it: it never moves. */
  @Test
  void itIsTheSameInEachVersion() {
    assertEquals("c5f3c6a861432e7005cd9ea879b255bde71967990a527d5e5cc4c3e8fa3cc85f", of(plan()));
    assertEquals(
        "6948ab31ac71bb19fb177a3dad9cbd5fdc65de8ceeb6d1ba34406dafafbba05d",
        of(
            plan()
                .setSchedule(cosine(null))
                .setClipGradNorm(1.5)
                .setPenaltyL1(1e-3)
                .setEarlyStopping(new StoppingRule(3, 0.01, null))));
  }

  @Test
  void whereThingsLieDoesNotCount() {
    String plain = of(plan());
    assertEquals(plain, of(plan().setWorkFolder("elsewhere")));
    assertEquals(plain, of(plan().setCacheBytes(5)));
    assertEquals(plain, of(plan().setKeepCheckpoint(true)));
    assertNotEquals(plain, of(plan().setFullPermutationRows(7)));
  }

  @Test
  void epochsCountWhereTheScheduleEndsWithThem() {
    assertEquals(of(plan()), of(plan().setEpochs(9)));
    assertEquals(
        of(plan().setSchedule(cosine(4L))), of(plan().setSchedule(cosine(4L)).setEpochs(9)));
    assertNotEquals(
        of(plan().setSchedule(cosine(null))), of(plan().setSchedule(cosine(null)).setEpochs(9)));
  }

  @Test
  void aFileToStartFromCountsByItsContent() throws IOException {
    String first = file("first.avro", "weights");
    String renamed = file("renamed.avro", "weights");
    String other = file("other.avro", "other weights");
    String initial = of(plan().setInitialWeights(first));
    assertNotEquals(of(plan()), initial);
    assertEquals(initial, of(plan().setInitialWeights(renamed)));
    assertNotEquals(initial, of(plan().setInitialWeights(other)));
    String warm = of(plan().setWarmStart(new WarmStart(first, null)));
    assertNotEquals(initial, warm);
    assertEquals(warm, of(plan().setWarmStart(new WarmStart(renamed, null))));
    assertNotEquals(warm, of(plan().setWarmStart(new WarmStart(first, other))));
  }

  private String file(String name, String content) throws IOException {
    return Files.writeString(folder.resolve(name), content).toString();
  }
}
