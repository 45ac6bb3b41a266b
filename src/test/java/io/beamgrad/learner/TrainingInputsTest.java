package io.beamgrad.learner;

import static org.junit.jupiter.api.Assertions.assertEquals;

import io.beamgrad.data.rows.Columns;
import io.beamgrad.schema.Column;
import io.beamgrad.schema.ColumnType;
import io.beamgrad.schema.LinearLayer;
import io.beamgrad.schema.MeanSquaredError;
import io.beamgrad.schema.MissingText;
import io.beamgrad.schema.ScaleMethod;
import io.beamgrad.schema.Sgd;
import io.beamgrad.schema.TextNorm;
import io.beamgrad.schema.TextPreparation;
import io.beamgrad.schema.TextWeights;
import io.beamgrad.schema.TrainingPlan;
import io.beamgrad.train.BlockShuffleSampler;
import io.beamgrad.train.RandomSampler;
import java.util.List;
import org.junit.jupiter.api.Test;

class TrainingInputsTest {
  private static final Column TARGET = Columns.target("y", ColumnType.FLOATS, List.of());

  private static Class<?> order(Column feature, Object preparation, long rows) {
    TrainingPlan plan =
        TrainingPlan.newBuilder()
            .setModel("m")
            .setSeed(1)
            .setLayers(List.of(new LinearLayer(1, false, false)))
            .setLoss(new MeanSquaredError())
            .setOptimizer(new Sgd(0.1, 0.9, false, 0.0))
            .setBatchExamples(100)
            .setEpochs(5)
            .setFullPermutationRows(4_000_000)
            .setColumns(List.of(feature, TARGET))
            .setPreparations(List.of(preparation))
            .setInitialWeights(null)
            .setWorkFolder("work")
            .setCacheBytes(1 << 20)
            .build();
    return TrainingInputs.sampler(plan, rows).getClass();
  }

  private static TextPreparation text(int slots) {
    return new TextPreparation(
        "t", slots, 1, true, TextWeights.COUNTS, TextNorm.L2, MissingText.ZERO);
  }

  /** A row's identity takes 12 bytes, its target 4. */
  @Test
  void rowsThatFitInMemoryArePermutedAsAWhole() {
    Column number = Columns.feature("x", ColumnType.FLOATS, List.of());
    Object scaled = ColumnLearner.numbers(List.of(number), ScaleMethod.NONE, 1).get(0);
    int most = (48 << 20) / (12 + 4 + 4);
    assertEquals(RandomSampler.class, order(number, scaled, most));
    assertEquals(BlockShuffleSampler.class, order(number, scaled, most + 1));

    Column text = Columns.feature("t", ColumnType.STRINGS, List.of());
    int mostTexts = (48 << 20) / (12 + 4 + 4 + 256 * 8);
    assertEquals(RandomSampler.class, order(text, text(65536), mostTexts));
    assertEquals(BlockShuffleSampler.class, order(text, text(65536), mostTexts + 1));
    int mostOfFewSlots = (48 << 20) / (12 + 4 + 4 + 10 * 8);
    assertEquals(RandomSampler.class, order(text, text(10), mostOfFewSlots));
    assertEquals(BlockShuffleSampler.class, order(text, text(10), mostOfFewSlots + 1));
  }
}
