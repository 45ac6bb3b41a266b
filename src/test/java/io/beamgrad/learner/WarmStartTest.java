package io.beamgrad.learner;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.beamgrad.data.files.Storage;
import io.beamgrad.data.rows.Columns;
import io.beamgrad.data.rows.Rows;
import io.beamgrad.data.shuffle.BlockStore;
import io.beamgrad.data.shuffle.ChunkRows;
import io.beamgrad.data.shuffle.Ranking;
import io.beamgrad.data.shuffle.SortedBucket;
import io.beamgrad.data.split.SplitRule;
import io.beamgrad.data.split.SplitSettings;
import io.beamgrad.failure.UnusableDataException;
import io.beamgrad.model.ModelFile;
import io.beamgrad.schema.Adam;
import io.beamgrad.schema.BlockRef;
import io.beamgrad.schema.Checkpoint;
import io.beamgrad.schema.Column;
import io.beamgrad.schema.ColumnType;
import io.beamgrad.schema.Cross;
import io.beamgrad.schema.LinearLayer;
import io.beamgrad.schema.Manifest;
import io.beamgrad.schema.MeanSquaredError;
import io.beamgrad.schema.ModelRecord;
import io.beamgrad.schema.Outcome;
import io.beamgrad.schema.OutcomeStatus;
import io.beamgrad.schema.Provenance;
import io.beamgrad.schema.ReadSummary;
import io.beamgrad.schema.ScaleMethod;
import io.beamgrad.schema.Sgd;
import io.beamgrad.schema.Split;
import io.beamgrad.schema.StoppingRule;
import io.beamgrad.schema.TargetEncoding;
import io.beamgrad.schema.TargetPreparation;
import io.beamgrad.schema.TargetScale;
import io.beamgrad.schema.TrainingInput;
import io.beamgrad.schema.TrainingPlan;
import io.beamgrad.schema.WarmStart;
import io.beamgrad.train.Weights;
import java.math.BigDecimal;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** On the same data a warm start has to be what would have come next, to the bit. */
class WarmStartTest {
  private static final List<Column> COLUMNS =
      List.of(
          Columns.feature("x", ColumnType.FLOATS, List.of()),
          Columns.target("y", ColumnType.FLOATS, List.of()));

  @TempDir Path folder;
  private Manifest manifest;

  @BeforeEach
  void writeBlocks() throws UnusableDataException {
    ChunkRows rows = new ChunkRows(COLUMNS, 1);
    for (int i = 0; i < 300; i++) {
      rows.add(
          "f", i, Rows.block(COLUMNS, new float[] {i % 17 / 17f}, new float[] {i * i % 17}), 0);
    }
    List<BlockRef> blocks =
        new BlockStore(folder.resolve("blocks").toString())
            .write(Split.TRAIN, 0, COLUMNS, SortedBucket.of(List.of(rows.build()), COLUMNS, 1, 32));
    SplitSettings split =
        new SplitSettings(
            "f", COLUMNS, SplitRule.random(new BigDecimal("0.2")), BigDecimal.ZERO, 0);
    ReadSummary read =
        new ReadSummary("f", Split.TRAIN, 0L, 300L, 0L, List.of(), null, List.of(), null, 0L, null);
    manifest = new Ranking(split).rank(blocks, List.of(read));
  }

  private TrainingPlan.Builder plan(String work, int epochs) {
    return TrainingPlan.newBuilder()
        .setModel("m")
        .setSeed(3)
        .setLayers(List.of(new LinearLayer(1, false, false)))
        .setLoss(new MeanSquaredError())
        .setOptimizer(new Adam(0.01, 0.9, 0.999, 1e-8, 0.0, false))
        .setBatchExamples(32)
        .setEpochs(epochs)
        .setFullPermutationRows(1000)
        .setColumns(COLUMNS)
        .setPreparations(ColumnLearner.numbers(COLUMNS, ScaleMethod.DIVIDE, 1.0))
        .setInitialWeights(null)
        .setKeepCheckpoint(true)
        .setWorkFolder(folder.resolve(work).toString())
        .setCacheBytes(1 << 20);
  }

  private Outcome run(TrainingPlan.Builder builder) throws InterruptedException {
    TrainingPlan plan = builder.build();
    List<TrainingInput> inputs = new ArrayList<>();
    inputs.add(new TrainingInput(plan));
    inputs.add(new TrainingInput(manifest.getLearned()));
    manifest.getBlocks().forEach(block -> inputs.add(new TrainingInput(block)));
    if (TrainingInputs.learnsEncodings(plan)) {
      EncodingPlan encodings = EncodingPlan.of(plan);
      List<BlockRef> training =
          manifest.getBlocks().stream().filter(b -> b.getSplit() == Split.TRAIN).toList();
      inputs.add(
          new TrainingInput(
              LearnedEncodingsFile.of(
                      encodings, List.copyOf(new ColumnLearner(encodings).count(training).values()))
                  .in(plan.getWorkFolder())));
    }
    TrainingRun.Result result = new TrainingRun(TrainingInputs.of("m", inputs)).run();
    result.model().ifPresent(ref -> Storage.copy(ref.getPath(), file(plan, "model.avro")));
    if (result.outcome().getStatus() == OutcomeStatus.SUCCEEDED) {
      Storage.copy(WarmStartCheckpoint.path(plan, result.outcome()), file(plan, "checkpoint.avro"));
    }
    return result.outcome();
  }

  private static String file(TrainingPlan plan, String name) {
    return plan.getWorkFolder() + "/" + name;
  }

  private WarmStart from(String work) {
    Path of = folder.resolve(work);
    return new WarmStart(
        of.resolve("model.avro").toString(), of.resolve("checkpoint.avro").toString());
  }

  @Test
  void onTheSameDataItIsTheRestOfTheTraining() throws Exception {
    Outcome whole = run(plan("whole", 5));
    run(plan("first", 2));
    Outcome rest = run(plan("rest", 3).setWarmStart(from("first")));
    assertEquals(whole.getWeightsSha256(), rest.getWeightsSha256());
    Checkpoint kept = WarmStartCheckpoint.read(folder.resolve("rest/checkpoint.avro").toString());
    assertEquals(5, kept.getEpoch());
    assertEquals(5 * 8, kept.getOptimizerSteps());
  }

  @Test
  void aModelOfOtherArithmeticIsTakenAndRecorded() throws Exception {
    run(plan("first", 2));
    String path = folder.resolve("first/model.avro").toString();
    ModelRecord first = ModelFile.read(path);
    Provenance own = first.getProvenance();
    assertEquals(Weights.ARITHMETIC, own.getArithmetic());
    assertNull(own.getWarmStartArithmetic());
    Provenance other = Provenance.newBuilder(own).setArithmetic(Weights.ARITHMETIC + 1).build();
    ModelFile.write(path, ModelRecord.newBuilder(first).setProvenance(other).build());
    run(plan("rest", 3).setWarmStart(from("first")));
    Provenance rest = ModelFile.read(folder.resolve("rest/model.avro").toString()).getProvenance();
    assertEquals(Weights.ARITHMETIC, rest.getArithmetic());
    assertEquals(Weights.ARITHMETIC + 1, rest.getWarmStartArithmetic());
  }

  @Test
  void aModelOfOtherCrossesIsNotGoneOnFrom() throws Exception {
    run(plan("first", 2));
    List<Cross> crosses = List.of(new Cross(List.of("a", "b"), 5));
    Outcome rest = run(plan("rest", 3).setCrosses(crosses).setWarmStart(from("first")));
    assertEquals(OutcomeStatus.BAD_INPUT, rest.getStatus());
    assertTrue(
        rest.getMessage().contains("was trained on other columns, crosses or classes"),
        rest.getMessage());
  }

  @Test
  void withoutACheckpointTheOptimiserBeginsAfresh() throws Exception {
    Outcome whole = run(plan("whole", 5));
    run(plan("first", 2));
    WarmStart weights = new WarmStart(from("first").getModel(), null);
    Outcome rest = run(plan("rest", 3).setWarmStart(weights));
    assertEquals(OutcomeStatus.SUCCEEDED, rest.getStatus());
    assertNotEquals(whole.getWeightsSha256(), rest.getWeightsSha256());
    Checkpoint kept = WarmStartCheckpoint.read(folder.resolve("rest/checkpoint.avro").toString());
    assertEquals(3 * 8, kept.getOptimizerSteps());
  }

  @Test
  void aWarmStartThatIsInterruptedEndsInTheSameBits() throws Exception {
    run(plan("first", 2));
    Outcome whole = run(plan("whole", 4).setWarmStart(from("first")));
    run(plan("parts", 1).setWarmStart(from("first")));
    Outcome parts = run(plan("parts", 4).setWarmStart(from("first")));
    assertEquals(whole.getWeightsSha256(), parts.getWeightsSha256());
    assertArrayEquals(
        Files.readAllBytes(folder.resolve("whole/checkpoint.avro")),
        Files.readAllBytes(folder.resolve("parts/checkpoint.avro")));
  }

  @Test
  void earlyStoppingKeepsTheOptimisersStateOfTheWeightsThatItKeeps() throws Exception {
    // So large a step that the loss gets worse again and again.
    Sgd far = new Sgd(0.9, 0.95, false, 0.0);
    Outcome stopped =
        run(plan("stopped", 30).setOptimizer(far).setEarlyStopping(new StoppingRule(2, 0.0, null)));
    int kept = stopped.getKeptEpoch();
    assertNotEquals(stopped.getEpochs(), kept);
    Outcome next = run(plan("next", 1).setOptimizer(far).setWarmStart(from("stopped")));
    Outcome whole = run(plan("whole", kept + 1).setOptimizer(far));
    assertEquals(whole.getWeightsSha256(), next.getWeightsSha256());
  }

  private List<TargetEncoding> targets(String work) {
    return ModelFile.read(folder.resolve(work).resolve("model.avro").toString()).getTargets();
  }

  @Test
  void theTargetsAreScaledAsThoseOfTheVersionAndTheirRangeIsWidened() throws Exception {
    TargetPreparation asked = new TargetPreparation(TargetScale.STANDARD, true);
    Outcome whole = run(plan("whole", 5).setTargets(asked));
    run(plan("first", 2).setTargets(asked));
    Outcome rest = run(plan("rest", 3).setTargets(asked).setWarmStart(from("first")));
    assertEquals(whole.getWeightsSha256(), rest.getWeightsSha256());
    assertEquals(targets("whole"), targets("rest"));

    String first = folder.resolve("first/model.avro").toString();
    TargetEncoding other = new TargetEncoding("y", TargetScale.STANDARD, 100.0, 10.0, -7.0, 1.0);
    ModelFile.write(
        first, ModelRecord.newBuilder(ModelFile.read(first)).setTargets(List.of(other)).build());
    run(plan("other", 3).setTargets(asked).setWarmStart(from("first")));
    assertEquals(
        List.of(TargetEncoding.newBuilder(other).setLargest(16.0).build()), targets("other"));
  }

  @Test
  void targetsThatAreScaledInAnotherWayAreAnOutcome() throws Exception {
    run(plan("first", 1));
    Outcome other =
        run(
            plan("other", 1)
                .setTargets(new TargetPreparation(TargetScale.LOG, false))
                .setWarmStart(from("first")));
    assertEquals(OutcomeStatus.BAD_INPUT, other.getStatus());
    assertEquals(
        "warm start: %s: was trained on targets of another data.target.scale or clip"
            .formatted(from("first").getModel()),
        other.getMessage());
  }

  @Test
  void anotherOptimisersStateIsAnOutcome() throws Exception {
    run(plan("first", 1));
    Outcome other =
        run(
            plan("other", 1)
                .setOptimizer(new Sgd(0.01, 0.9, false, 0.0))
                .setWarmStart(from("first")));
    assertEquals(OutcomeStatus.BAD_INPUT, other.getStatus());
    assertEquals(
        "warm start: %s: optimizer: ".formatted(from("first").getCheckpoint()),
        other.getMessage().replaceFirst("(optimizer: ).*", "$1"));
  }
}
