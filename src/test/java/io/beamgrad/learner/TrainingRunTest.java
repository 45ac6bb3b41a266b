package io.beamgrad.learner;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.beamgrad.data.files.RecordFile;
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
import io.beamgrad.schema.Adam;
import io.beamgrad.schema.BlockRef;
import io.beamgrad.schema.Checkpoint;
import io.beamgrad.schema.Column;
import io.beamgrad.schema.ColumnRole;
import io.beamgrad.schema.ColumnType;
import io.beamgrad.schema.Huber;
import io.beamgrad.schema.LinearLayer;
import io.beamgrad.schema.Manifest;
import io.beamgrad.schema.MeanSquaredError;
import io.beamgrad.schema.MetricRow;
import io.beamgrad.schema.Outcome;
import io.beamgrad.schema.OutcomeStatus;
import io.beamgrad.schema.ReadSummary;
import io.beamgrad.schema.ScaleMethod;
import io.beamgrad.schema.Sgd;
import io.beamgrad.schema.Split;
import io.beamgrad.schema.TanhLayer;
import io.beamgrad.schema.TrainingInput;
import io.beamgrad.schema.TrainingPlan;
import io.beamgrad.schema.ValueKind;
import io.beamgrad.train.Weights;
import java.io.IOException;
import java.math.BigDecimal;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.function.Consumer;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

class TrainingRunTest {
  private static final List<Column> COLUMNS =
      List.of(
          Columns.feature("x", ColumnType.FLOATS, List.of()),
          Columns.target("y", ColumnType.FLOATS, List.of()));
  private static final List<Column> WEIGHTED =
      List.of(
          COLUMNS.get(0),
          COLUMNS.get(1),
          new Column(
              "w", ColumnType.FLOATS, List.of(), ColumnRole.WEIGHT, ValueKind.NUMBER, null, false));

  @TempDir Path folder;
  private Manifest manifest;

  @BeforeEach
  void writeBlocks() throws UnusableDataException {
    writeBlocks(COLUMNS, 1);
  }

  private void writeBlocks(List<Column> columns, float weight) throws UnusableDataException {
    ChunkRows rows = new ChunkRows(columns, 1);
    for (int i = 0; i < 300; i++) {
      float[] x = {i % 17 / 17f};
      rows.add("f", i, Rows.block(columns, x, new float[] {i % 17}, new float[] {weight}), 0);
    }
    List<BlockRef> blocks =
        new BlockStore(folder.resolve("blocks").toString())
            .write(Split.TRAIN, 0, columns, SortedBucket.of(List.of(rows.build()), columns, 1, 32));
    manifest =
        new Ranking(
                new SplitSettings(
                    "f", columns, SplitRule.random(new BigDecimal("0.2")), BigDecimal.ZERO, 0))
            .rank(
                blocks,
                List.of(
                    new ReadSummary(
                        "f",
                        Split.TRAIN,
                        0L,
                        300L,
                        0L,
                        List.of(),
                        null,
                        List.of(),
                        null,
                        0L,
                        null)));
  }

  private TrainingPlan plan(String work, int epochs) {
    return TrainingPlan.newBuilder()
        .setModel("m")
        .setSeed(3)
        .setLayers(List.of(new LinearLayer(1, false, false)))
        .setLoss(new MeanSquaredError())
        .setOptimizer(new Sgd(0.01, 0.9, true, 0.001))
        .setBatchExamples(32)
        .setEpochs(epochs)
        .setFullPermutationRows(1000)
        .setColumns(COLUMNS)
        .setPreparations(ColumnLearner.numbers(COLUMNS, ScaleMethod.DIVIDE, 1.0))
        .setInitialWeights(null)
        .setWorkFolder(folder.resolve(work).toString())
        .setCacheBytes(1 << 20)
        .build();
  }

  private List<TrainingInput> inputs(TrainingPlan plan) {
    List<TrainingInput> inputs = new ArrayList<>();
    inputs.add(new TrainingInput(plan));
    inputs.add(new TrainingInput(manifest.getLearned()));
    manifest.getBlocks().forEach(block -> inputs.add(new TrainingInput(block)));
    return inputs;
  }

  private TrainingRun.Result run(List<TrainingInput> inputs) throws InterruptedException {
    return new TrainingRun(TrainingInputs.of("m", inputs)).run();
  }

  private Path newestCheckpoint(String work) throws IOException {
    try (Stream<Path> files = Files.list(folder.resolve(work).resolve("checkpoints"))) {
      return files.sorted().reduce((first, second) -> second).orElseThrow();
    }
  }

  @Test
  void rowsThatAllWeighOneTrainToTheBitsOfRowsWithoutWeights()
      throws InterruptedException, UnusableDataException {
    TrainingRun.Result plain = run(inputs(plan("plain", 2)));
    writeBlocks(WEIGHTED, 1);
    TrainingPlan plan = TrainingPlan.newBuilder(plan("weighted", 2)).setColumns(WEIGHTED).build();
    TrainingRun.Result weighted = run(inputs(plan));
    assertEquals(plain.outcome().getWeightsSha256(), weighted.outcome().getWeightsSha256());
  }

  @Test
  void rowsThatAllWeighNothingAreAnOutcome() throws InterruptedException, UnusableDataException {
    writeBlocks(WEIGHTED, 0);
    TrainingPlan plan = TrainingPlan.newBuilder(plan("nothing", 2)).setColumns(WEIGHTED).build();
    Outcome outcome = run(inputs(plan)).outcome();
    assertEquals(OutcomeStatus.BAD_INPUT, outcome.getStatus());
    assertEquals("the weights of all 240 train rows are 0", outcome.getMessage());
  }

  @Test
  void aContinuedTrainingEndsWithTheBitsOfAnUndisturbedOne() throws InterruptedException {
    TrainingRun.Result whole = run(inputs(plan("whole", 6)));
    run(inputs(plan("parts", 2)));
    run(inputs(plan("parts", 3)));
    TrainingRun.Result parts = run(inputs(plan("parts", 6)));
    assertEquals(whole.outcome().getWeightsSha256(), parts.outcome().getWeightsSha256());
    List<String> hashes = whole.outcome().getEpochsSha256();
    assertEquals(7, hashes.stream().distinct().count()); // before the first epoch, and after each
    assertEquals(whole.outcome().getWeightsSha256(), hashes.get(6));
    assertEquals(hashes, parts.outcome().getEpochsSha256());
    assertEquals(whole.outcome().getEncodingsSha256(), parts.outcome().getEncodingsSha256());
    assertEquals(
        whole.metrics().getRows().stream()
            .map(row -> row.getEpoch() + " " + row.getLoss())
            .toList(),
        parts.metrics().getRows().stream()
            .map(row -> row.getEpoch() + " " + row.getLoss())
            .toList());
  }

  /** Plans that end with other weights, each on its own. */
  private static Stream<Consumer<TrainingPlan.Builder>> whatDecidesTheWeights() {
    return Stream.of(
        plan -> plan.setOptimizer(new Sgd(0.02, 0.9, true, 0.001)),
        plan -> plan.setOptimizer(new Adam(0.01, 0.9, 0.999, 1e-8, 0.0, false)),
        plan -> plan.setBatchExamples(16),
        plan -> plan.setSeed(4),
        plan ->
            plan.setLayers(
                List.of(
                    new LinearLayer(3, false, false),
                    new TanhLayer(),
                    new LinearLayer(1, false, false))),
        plan -> plan.setLoss(new Huber(0.5)),
        plan -> plan.setPenaltyL2(0.01),
        plan -> plan.setPreparations(ColumnLearner.numbers(COLUMNS, ScaleMethod.DIVIDE, 2.0)));
  }

  @ParameterizedTest
  @MethodSource("whatDecidesTheWeights")
  void anotherPlanInTheSameWorkFolderTrainsAnew(Consumer<TrainingPlan.Builder> change)
      throws InterruptedException {
    String first = run(inputs(plan("same", 2))).outcome().getWeightsSha256();
    TrainingPlan.Builder same = TrainingPlan.newBuilder(plan("same", 2));
    TrainingPlan.Builder fresh = TrainingPlan.newBuilder(plan("fresh", 2));
    change.accept(same);
    change.accept(fresh);
    String second = run(inputs(same.build())).outcome().getWeightsSha256();
    assertNotEquals(first, second);
    assertEquals(run(inputs(fresh.build())).outcome().getWeightsSha256(), second);
  }

  @Test
  void theSamePlanWithAnotherCacheIsContinuedWhereItStands() throws InterruptedException {
    List<MetricRow> first = run(inputs(plan("same", 2))).metrics().getRows();
    TrainingPlan more = TrainingPlan.newBuilder(plan("same", 3)).setCacheBytes(2 << 20).build();
    List<MetricRow> all = run(inputs(more)).metrics().getRows();
    // With the seconds of each epoch; only the kept one has a baseline.
    assertEquals(withoutBaseline(first), withoutBaseline(all.subList(0, first.size())));
    assertEquals(
        List.of(3),
        all.stream().filter(row -> row.getBaseline() != null).map(MetricRow::getEpoch).toList());
  }

  private static List<MetricRow> withoutBaseline(List<MetricRow> rows) {
    return rows.stream().map(row -> MetricRow.newBuilder(row).setBaseline(null).build()).toList();
  }

  @Test
  void aCheckpointOfOtherArithmeticIsNotContinuedAndThatIsSaid() throws Exception {
    List<MetricRow> first = run(inputs(plan("same", 2))).metrics().getRows();
    Path newest = newestCheckpoint("same");
    RecordFile<Checkpoint> files = RecordFile.of(Checkpoint.class);
    Checkpoint own = files.read(newest.toString()).get(0);
    assertEquals(Weights.ARITHMETIC, own.getArithmetic());
    Checkpoint other = Checkpoint.newBuilder(own).setArithmetic(Weights.ARITHMETIC + 1).build();
    files.write(newest.toString(), List.of(other));

    TrainingRun.Result result = run(inputs(plan("same", 2)));

    assertEquals(OutcomeStatus.SUCCEEDED, result.outcome().getStatus());
    assertNotEquals(first, result.metrics().getRows()); // the seconds of each epoch
    Path progress = folder.resolve("same/progress.json");
    assertEquals(
        "training starts anew: its checkpoint of epoch 2 is of arithmetic %s, this beamgrad has %s"
            .formatted(Weights.ARITHMETIC + 1, Weights.ARITHMETIC),
        ProgressFile.read(progress.toString()).orElseThrow().note());
  }

  /** As a beamgrad left it that had another fingerprint and kept no hashes. */
  private void leaveCheckpointOfBefore(String work, String prefix) throws IOException {
    Path newest = newestCheckpoint(work);
    RecordFile<Checkpoint> files = RecordFile.of(Checkpoint.class);
    Checkpoint before =
        Checkpoint.newBuilder(files.read(newest.toString()).get(0))
            .setFingerprint(prefix.repeat(4))
            .setWeightsSha256(List.of())
            .build();
    Storage.delete(newest.getParent().toString());
    files.write(newest.resolveSibling(prefix + "-00000002.avro").toString(), List.of(before));
  }

  private String note(String work) {
    return ProgressFile.read(folder.resolve(work + "/progress.json").toString())
        .orElseThrow()
        .note();
  }

  @Test
  void aCheckpointOfAnEarlierBeamgradIsNotContinuedAndThatIsSaid() throws Exception {
    run(inputs(plan("same", 2)));
    leaveCheckpointOfBefore("same", "0123456789abcdef");
    run(inputs(plan("same", 3)));
    assertEquals(
        "training starts anew: its checkpoint of epoch 2 is of an earlier beamgrad", note("same"));
    run(inputs(plan("same", 4)));
    assertEquals("", note("same")); // as its own are there now
  }

  @Test
  void ofCheckpointsOfOtherTrainingsNothingIsSaid() throws Exception {
    TrainingPlan other = TrainingPlan.newBuilder(plan("same", 2)).setModel("other").build();
    new TrainingRun(TrainingInputs.of("other", inputs(other))).run();
    run(inputs(plan("same", 2)));
    assertEquals("", note("same"));
    TrainingPlan faster = TrainingPlan.newBuilder(plan("plans", 2)).setBatchExamples(16).build();
    run(inputs(faster));
    run(inputs(plan("plans", 2)));
    assertEquals("", note("plans"));

    new TrainingRun(
            TrainingInputs.of(
                "other", inputs(TrainingPlan.newBuilder(other).setWorkFolder(at("old")).build())))
        .run();
    leaveCheckpointOfBefore("old", "fedcba9876543210");
    run(inputs(plan("old", 2)));
    assertEquals("", note("old"));
  }

  private String at(String work) {
    return folder.resolve(work).toString();
  }

  @Test
  void blocksTellTheSeedOfTheirOrder() {
    assertTrue(manifest.getBlocks().stream().anyMatch(b -> b.getSplit() == Split.VALIDATION));
    assertTrue(manifest.getBlocks().stream().allMatch(block -> block.getSeed() == 1));
  }

  @Test
  void fewerEpochsThanAnEarlierAttemptTakeNothingOfItsLaterOnes() throws Exception {
    TrainingRun.Result whole = run(inputs(plan("whole", 3)));
    run(inputs(plan("longer", 6)));
    TrainingRun.Result shorter = run(inputs(plan("longer", 3)));
    assertEquals(whole.outcome().getWeightsSha256(), shorter.outcome().getWeightsSha256());
    assertEquals(3, shorter.metrics().getRows().get(7).getEpoch());
    assertEquals(8, shorter.metrics().getRows().size());
    assertTrue(newestCheckpoint("longer").toString().endsWith("-00000003.avro"));
  }

  @Test
  void aLastStepThatGoesTooFarFailsAndIsNotKept() throws Exception {
    TrainingPlan plan =
        TrainingPlan.newBuilder(plan("far", 1))
            .setBatchExamples(1000)
            .setOptimizer(new Sgd(1e38, 0.0, false, 0.0))
            .build();
    TrainingRun.Result result = run(inputs(plan));
    assertEquals(OutcomeStatus.FAILED, result.outcome().getStatus());
    assertTrue(
        result.outcome().getMessage().contains("after epoch 1"), result.outcome().getMessage());
    assertTrue(result.model().isEmpty());
    assertTrue(newestCheckpoint("far").toString().endsWith("-00000000.avro"));
  }

  @Test
  void theOrderOfArrivalDoesNotShow() throws InterruptedException {
    List<TrainingInput> inputs = inputs(plan("a", 2));
    String first = run(inputs).outcome().getWeightsSha256();
    List<TrainingInput> reversed = inputs(plan("b", 2));
    Collections.reverse(reversed);
    assertEquals(first, run(reversed).outcome().getWeightsSha256());
  }

  @Test
  void aDamagedCheckpointIsPassedForTheOneBeforeIt() throws Exception {
    String whole = run(inputs(plan("whole", 4))).outcome().getWeightsSha256();
    run(inputs(plan("hurt", 3)));
    Path newest = newestCheckpoint("hurt");
    byte[] bytes = Files.readAllBytes(newest);
    bytes[bytes.length / 2] ^= 1;
    Files.write(newest, bytes);
    assertEquals(whole, run(inputs(plan("hurt", 4))).outcome().getWeightsSha256());
  }

  @Test
  void interruptionEndsTrainingAndKeepsFinishedEpochs() throws Exception {
    String whole = run(inputs(plan("whole", 4))).outcome().getWeightsSha256();
    run(inputs(plan("stopped", 2)));
    Thread.currentThread().interrupt();
    assertThrows(InterruptedException.class, () -> run(inputs(plan("stopped", 4))));
    assertEquals(whole, run(inputs(plan("stopped", 4))).outcome().getWeightsSha256());
  }

  @Test
  void aMissingPartIsNamed() {
    List<TrainingInput> inputs = inputs(plan("a", 2)).subList(1, 3);
    assertEquals(
        "TrainModel: model 'm': expected one plan in its window, found 0",
        assertThrows(IllegalStateException.class, () -> run(inputs)).getMessage());
  }

  @Test
  void aDamagedBlockFailsTheTrainingByTheNameOfItsFile() throws Exception {
    Path block = Path.of(manifest.getBlocks().get(3).getPath());
    byte[] bytes = Files.readAllBytes(block);
    bytes[(int) manifest.getBlocks().get(3).getPosition() + 40] ^= 1;
    Files.write(block, bytes);

    Outcome outcome = run(inputs(plan("damaged", 3))).outcome();

    assertEquals(OutcomeStatus.FAILED, outcome.getStatus());
    assertTrue(outcome.getMessage().startsWith(block + ": "), outcome.getMessage());
    assertFalse(outcome.getMessage().contains("\n"), outcome.getMessage());
  }
}
