package io.beamgrad.keyed;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.beamgrad.data.encoding.Encoding;
import io.beamgrad.data.encoding.RowEncoder;
import io.beamgrad.data.rows.Columns;
import io.beamgrad.data.rows.Rows;
import io.beamgrad.data.shuffle.BlockStore;
import io.beamgrad.data.shuffle.ChunkRows;
import io.beamgrad.data.shuffle.KeyReader;
import io.beamgrad.data.shuffle.SortedBucket;
import io.beamgrad.data.split.SplitRule;
import io.beamgrad.learner.ColumnLearner;
import io.beamgrad.model.ModelFile;
import io.beamgrad.model.Networks;
import io.beamgrad.schema.Adam;
import io.beamgrad.schema.BlockRef;
import io.beamgrad.schema.Column;
import io.beamgrad.schema.ColumnType;
import io.beamgrad.schema.CosineDecay;
import io.beamgrad.schema.EachKey;
import io.beamgrad.schema.KeyEncoding;
import io.beamgrad.schema.KeyEnd;
import io.beamgrad.schema.LearningRateSchedule;
import io.beamgrad.schema.LinearLayer;
import io.beamgrad.schema.LrFactors;
import io.beamgrad.schema.MeanSquaredError;
import io.beamgrad.schema.ModelRecord;
import io.beamgrad.schema.NumberEncoding;
import io.beamgrad.schema.Provenance;
import io.beamgrad.schema.ScaleMethod;
import io.beamgrad.schema.SchedulePer;
import io.beamgrad.schema.Sgd;
import io.beamgrad.schema.Split;
import io.beamgrad.schema.StoppingRule;
import io.beamgrad.schema.TargetEncoding;
import io.beamgrad.schema.TargetScale;
import io.beamgrad.schema.TrainingPlan;
import io.beamgrad.tensor.Kernels;
import io.beamgrad.tensor.Tensor;
import io.beamgrad.train.Evaluation;
import io.beamgrad.train.Weights;
import java.math.BigDecimal;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.function.UnaryOperator;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

class KeyTrainersTest {
  private static final int KEY = 3;
  private static final int FEW = 1;
  private static final int MANY = 40; // for which the kernels are called

  /**
   * @param width of the column v
   */
  private static List<Column> columns(int width) {
    return List.of(
        Columns.feature("x", ColumnType.FLOATS, List.of()),
        Columns.feature("z", ColumnType.FLOATS, List.of()),
        Columns.feature("v", ColumnType.FLOATS, List.of(width)),
        Columns.feature("key", ColumnType.STRINGS, List.of()),
        Columns.target("y", ColumnType.FLOATS, List.of()));
  }

  /** Plans that a linear key may have. */
  @SuppressWarnings("ImmutableEnumChecker") // the lambdas change nothing
  private enum Kind {
    SGD(plan -> plan),
    MOMENTUM(
        plan ->
            TrainingPlan.newBuilder(plan).setOptimizer(new Sgd(0.02, 0.9, true, 0.001)).build()),
    ADAM(
        plan ->
            TrainingPlan.newBuilder(plan)
                .setOptimizer(new Adam(0.05, 0.9, 0.99, 1e-8, 0.01, true))
                .build()),
    PENALTIES(
        plan ->
            TrainingPlan.newBuilder(plan)
                .setPenaltyL1(0.01)
                .setPenaltyL2(0.02)
                .setClipGradNorm(0.5)
                .build()),
    FACTORS(
        plan -> TrainingPlan.newBuilder(plan).setLrFactors(new LrFactors(1.0, 0.5, 2.0)).build()),
    SCHEDULE(
        plan ->
            TrainingPlan.newBuilder(plan)
                .setSchedule(
                    new LearningRateSchedule(SchedulePer.STEP, null, new CosineDecay(null, 0.0)))
                .build()),
    STOPPING(
        plan ->
            TrainingPlan.newBuilder(plan)
                .setEarlyStopping(new StoppingRule(2, 0.0, null))
                .setEpochs(30)
                .build()),
    STOPPING_BY_METRIC(
        plan ->
            TrainingPlan.newBuilder(plan)
                .setEarlyStopping(new StoppingRule(3, 0.0, "r2"))
                .setEpochs(30)
                .build()),
    DIVERGING(
        plan -> TrainingPlan.newBuilder(plan).setOptimizer(new Sgd(1e6, 0.0, false, 0.0)).build());

    private final UnaryOperator<TrainingPlan> change;

    Kind(UnaryOperator<TrainingPlan> change) {
      this.change = change;
    }
  }

  @TempDir Path folder;

  private static TrainingPlan plan(int width) {
    return TrainingPlan.newBuilder()
        .setModel("m")
        .setSeed(3)
        .setLayers(List.of(new LinearLayer(1, false, false)))
        .setLoss(new MeanSquaredError())
        .setOptimizer(new Sgd(0.05, 0.0, false, 0.0))
        .setBatchExamples(16)
        .setEpochs(7)
        .setFullPermutationRows(1000)
        .setColumns(columns(width))
        .setPreparations(
            ColumnLearner.numbers(columns(width).subList(0, 3), ScaleMethod.DIVIDE, 1.0))
        .setInitialWeights(null)
        .setEach(new EachKey("key", 2L, 0.03, 1000L))
        .setWorkFolder("work")
        .setCacheBytes(1 << 20)
        .build();
  }

  private static ModelRecord pooled(int width, boolean isScaled) {
    float[] start = new float[2 + width];
    start[0] = 0.5f;
    start[1] = -0.25f;
    start[2] = 1f;
    Map<String, Tensor> weights = new LinkedHashMap<>();
    weights.put("0.weight", Tensor.wrap(start, 1, start.length));
    weights.put("0.bias", Tensor.wrap(new float[] {0.125f}, 1));
    List<Object> encodings = new ArrayList<>();
    for (Column column : columns(width).subList(0, 3)) {
      encodings.add(
          new NumberEncoding(
              column.getName(),
              null,
              null,
              false,
              List.of(0.1),
              List.of(1.5),
              null,
              false,
              null,
              null));
    }
    encodings.add(new KeyEncoding("key", ByteBuffer.allocate(0), ByteBuffer.allocate(0)));
    return ModelFile.versioned(
        ModelRecord.newBuilder()
            .setName("m")
            .setLayers(plan(width).getLayers())
            .setLoss(new MeanSquaredError())
            .setParameters(Networks.toRecords(weights))
            .setColumns(columns(width))
            .setEncodings(encodings)
            .setTargets(
                isScaled
                    ? List.of(new TargetEncoding("y", TargetScale.STANDARD, 0.5, 2.0, -9.0, 9.0))
                    : List.of())
            .setLabels(List.of())
            .setWeightsSha256(Weights.sha256(weights))
            .setProvenance(
                new Provenance(3L, "f", "d", 1, 1, 10L, "v", Weights.ARITHMETIC, null, null)));
  }

  /** Keys of 1 to 60 rows, each of a line of its own. */
  private List<BlockRef> blocks(int width) {
    List<Column> columns = columns(width);
    Random random = new Random(3);
    ChunkRows rows = new ChunkRows(columns, 1);
    int record = 0;
    for (int key = 0; key < 60; key++) {
      double slope = random.nextGaussian();
      for (int i = 0; i <= key; i++) {
        float x = (float) random.nextGaussian();
        float z = (float) random.nextGaussian();
        Object[] row = {
          new float[] {x},
          new float[] {z},
          vector(width, random),
          "k" + key,
          new float[] {(float) (slope * x + z + 0.1 * random.nextGaussian())}
        };
        rows.add("f", record++, Rows.block(columns, row), 0);
      }
    }
    SplitRule rule = SplitRule.random(new BigDecimal("0.2")).withEach("key");
    List<BlockRef> blocks = new ArrayList<>();
    SortedBucket.byKey(List.of(rows.build()), columns, KEY, 1, 100)
        .deal(rule)
        .forEach(
            (split, of) ->
                blocks.addAll(
                    new BlockStore(folder.resolve("blocks").toString())
                        .write(split, 0, columns, of)));
    return blocks;
  }

  private static float[] vector(int width, Random random) {
    float[] vector = new float[width];
    for (int i = 0; i < width; i++) {
      vector[i] = (float) random.nextGaussian();
    }
    return vector;
  }

  /** The rows of all keys that have training rows, with what the pooled model gives on them. */
  private static List<KeySplits> keys(List<BlockRef> blocks, Encoding encoding, KeyTrainer pooled)
      throws InterruptedException {
    KeyReader reader = new KeyReader(blocks, encoding, KEY, 1 << 20);
    RowEncoder rows = new RowEncoder(encoding);
    List<KeySplits> keys = new ArrayList<>();
    while (reader.next()) {
      KeyDataset training = new KeyDataset(rows, false).of(reader.rows(Split.TRAIN));
      KeyDataset validation = new KeyDataset(rows, false).of(reader.rows(Split.VALIDATION));
      if (training.size() > 0) {
        Evaluation before = validation.size() == 0 ? null : pooled.measurePooled(validation);
        Evaluation test = pooled.measurePooled(training);
        keys.add(new KeySplits(training, validation, training, before, test).copy());
      }
    }
    return keys;
  }

  @ParameterizedTest
  @EnumSource
  void linearKeysHaveTheBitsOfThePlainTrainer(Kind kind) throws Exception {
    for (boolean isScaled : new boolean[] {false, true}) {
      requireSameBits(kind, FEW, isScaled);
    }
  }

  @Test
  void keysOfManyInputsHaveThemToo() throws Exception {
    requireSameBits(Kind.PENALTIES, MANY, true);
    requireSameBits(Kind.STOPPING, MANY, false);
  }

  private void requireSameBits(Kind kind, int width, boolean isScaled) throws Exception {
    TrainingPlan plan = kind.change.apply(plan(width));
    ModelRecord pooled = pooled(width, isScaled);
    Encoding encoding = ModelFile.encoding(pooled);
    KeyTrainer fast = LinearKeyTrainer.of(plan, pooled, new RowEncoder(encoding));
    assertInstanceOf(LinearKeyTrainer.class, fast);
    KeyTrainer plain = new NetworkKeyTrainer(plan, pooled, false);
    List<KeySplits> keys = keys(blocks(width), encoding, plain);
    KeyTrainer.Trained[] found = new KeyTrainer.Trained[keys.size()];
    WaitingKeys waiting = new WaitingKeys(fast);
    for (int i = 0; i < found.length; i++) {
      int key = i;
      waiting.add(keys.get(key), trained -> found[key] = trained);
    }
    waiting.trainAll();
    int own = 0;
    for (int i = 0; i < found.length; i++) {
      KeyTrainer.Trained expected = plain.train(List.of(keys.get(i))).get(0);
      assertEquals(expected, found[i]);
      own += expected.weights() == null ? 0 : 1;
    }
    assertTrue(kind == Kind.DIVERGING ? own == 0 : own > 15, kind + ": " + own);
  }

  @Test
  void keysAreTrainedInAsManyLanesAsThereAre() throws Exception {
    ModelRecord pooled = pooled(FEW, false);
    Encoding encoding = ModelFile.encoding(pooled);
    KeyTrainer trainer = LinearKeyTrainer.of(plan(FEW), pooled, new RowEncoder(encoding));
    KeySplits key = keys(blocks(FEW), encoding, trainer).get(20);
    assertEquals(Kernels.LANES, trainer.together(key));
    KeyTrainer.Trained alone = trainer.train(List.of(key)).get(0);
    for (KeyTrainer.Trained beside : trainer.train(Collections.nCopies(Kernels.LANES, key))) {
      assertEquals(alone, beside);
    }
  }

  @Test
  void aKeyThatDivergesChangesNoneBesideIt() throws Exception {
    ModelRecord pooled = pooled(FEW, false);
    Encoding encoding = ModelFile.encoding(pooled);
    TrainingPlan plan = plan(FEW);
    KeyTrainer trainer = LinearKeyTrainer.of(plan, pooled, new RowEncoder(encoding));
    List<KeySplits> keys = keys(blocks(FEW), encoding, trainer);
    KeySplits sound = keys.get(20).copy();
    KeySplits wild = keys.get(20).copy();
    Arrays.fill(((KeyDataset) wild.training()).rowsOfKey().targets(), 1e30f);
    KeyTrainer.Trained alone = trainer.train(List.of(sound)).get(0);
    List<KeyTrainer.Trained> beside = trainer.train(List.of(sound, wild, sound));
    assertEquals(KeyEnd.DIVERGED, beside.get(1).ended());
    assertEquals(alone, beside.get(0));
    assertEquals(alone, beside.get(2));
  }

  @Test
  void whatComesOfAKeyDoesNotDependOnTheKeysBefore() throws Exception {
    ModelRecord pooled = pooled(FEW, true);
    Encoding encoding = ModelFile.encoding(pooled);
    List<BlockRef> blocks = blocks(FEW);
    KeyTrainer all = new NetworkKeyTrainer(plan(FEW), pooled, false);
    for (KeySplits key : keys(blocks, encoding, all)) {
      KeyTrainer alone = new NetworkKeyTrainer(plan(FEW), pooled, false);
      assertEquals(alone.train(List.of(key)), all.train(List.of(key)));
    }
  }
}
