package io.beamgrad.learner;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertNull;
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
import io.beamgrad.model.ModelFile;
import io.beamgrad.model.Networks;
import io.beamgrad.nn.MSELoss;
import io.beamgrad.nn.Module;
import io.beamgrad.nn.Sequential;
import io.beamgrad.schema.Adam;
import io.beamgrad.schema.BlockRef;
import io.beamgrad.schema.Checkpoint;
import io.beamgrad.schema.Column;
import io.beamgrad.schema.ColumnType;
import io.beamgrad.schema.CosineDecay;
import io.beamgrad.schema.Details;
import io.beamgrad.schema.DropoutLayer;
import io.beamgrad.schema.Ensemble;
import io.beamgrad.schema.EnsembleMember;
import io.beamgrad.schema.LearningRateSchedule;
import io.beamgrad.schema.LinearLayer;
import io.beamgrad.schema.Manifest;
import io.beamgrad.schema.MeanSquaredError;
import io.beamgrad.schema.MetricRow;
import io.beamgrad.schema.ModelRecord;
import io.beamgrad.schema.Outcome;
import io.beamgrad.schema.OutcomeStatus;
import io.beamgrad.schema.ReadSummary;
import io.beamgrad.schema.ReluLayer;
import io.beamgrad.schema.ScaleMethod;
import io.beamgrad.schema.SchedulePer;
import io.beamgrad.schema.Sgd;
import io.beamgrad.schema.Split;
import io.beamgrad.schema.StoppingRule;
import io.beamgrad.schema.TrainingInput;
import io.beamgrad.schema.TrainingPlan;
import io.beamgrad.schema.WarmStart;
import io.beamgrad.tensor.Tensor;
import io.beamgrad.train.RandomSampler;
import io.beamgrad.train.RowBatch;
import io.beamgrad.train.StepListener;
import io.beamgrad.train.Trainer;
import io.beamgrad.train.Weights;
import java.math.BigDecimal;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Trainings of several networks at once, and refits. */
class EnsembleTrainingTest {
  private static final List<Column> COLUMNS =
      List.of(
          Columns.feature("x", ColumnType.FLOATS, List.of()),
          Columns.target("y", ColumnType.FLOATS, List.of()));
  private static final int ROWS = 300;
  private static final int BATCH = 16;

  @TempDir Path folder;
  private Manifest manifest;

  @BeforeEach
  void writeBlocks() throws UnusableDataException {
    writeBlocks("0.2", "0.1");
  }

  private void writeBlocks(String validation, String test) throws UnusableDataException {
    ChunkRows rows = new ChunkRows(COLUMNS, 1);
    for (int i = 0; i < ROWS; i++) {
      float y = i * i % 17 / 4f;
      rows.add("f", i, Rows.block(COLUMNS, new float[] {i % 17 / 17f}, new float[] {y}), 0);
    }
    List<BlockRef> blocks =
        new BlockStore(folder.resolve("blocks" + validation).toString())
            .write(Split.TRAIN, 0, COLUMNS, SortedBucket.of(List.of(rows.build()), COLUMNS, 1, 32));
    SplitRule rule =
        new SplitRule(SplitRule.By.RANDOM, null, new BigDecimal(validation), new BigDecimal(test));
    ReadSummary read =
        new ReadSummary("f", Split.TRAIN, 0L, 300L, 0L, List.of(), null, List.of(), null, 0L, null);
    manifest =
        new Ranking(new SplitSettings("f", COLUMNS, rule, BigDecimal.ZERO, 0))
            .rank(blocks, List.of(read));
  }

  private TrainingPlan.Builder plan(String work, int epochs) {
    return TrainingPlan.newBuilder()
        .setModel("m")
        .setSeed(3)
        .setLayers(
            List.of(
                new LinearLayer(8, false, false),
                new ReluLayer(),
                new DropoutLayer(0.1),
                new LinearLayer(1, false, false)))
        .setLoss(new MeanSquaredError())
        .setOptimizer(new Adam(0.02, 0.9, 0.999, 1e-8, 0.0, false))
        .setBatchExamples(BATCH)
        .setEpochs(epochs)
        .setFullPermutationRows(1000)
        .setColumns(COLUMNS)
        .setPreparations(ColumnLearner.numbers(COLUMNS, ScaleMethod.DIVIDE, 1.0))
        .setInitialWeights(null)
        .setWorkFolder(folder.resolve(work).toString())
        .setCacheBytes(1 << 20);
  }

  private TrainingInputs inputs(TrainingPlan plan) {
    List<TrainingInput> inputs = new ArrayList<>();
    inputs.add(new TrainingInput(plan));
    inputs.add(new TrainingInput(manifest.getLearned()));
    manifest.getBlocks().forEach(block -> inputs.add(new TrainingInput(block)));
    return TrainingInputs.of("m", inputs);
  }

  private TrainingRun.Result run(TrainingPlan.Builder plan) throws InterruptedException {
    return new TrainingRun(inputs(plan.build())).run();
  }

  private Outcome outcome(TrainingPlan.Builder plan) throws InterruptedException {
    Outcome outcome = run(plan).outcome();
    assertEquals(OutcomeStatus.SUCCEEDED, outcome.getStatus(), outcome.getMessage());
    return outcome;
  }

  private static TrainingPlan.Builder stopping(TrainingPlan.Builder plan) {
    return plan.setEarlyStopping(new StoppingRule(3, 0.0, null));
  }

  private static LearningRateSchedule cosine() {
    return LearningRateSchedule.newBuilder()
        .setWarmUp(null)
        .setDecay(new CosineDecay(null, 0.0))
        .setPer(SchedulePer.STEP)
        .build();
  }

  @Test
  void eachMemberIsTheModelThatItIsAlone() throws InterruptedException {
    Outcome whole = outcome(stopping(plan("whole", 40)).setEnsemble(new Ensemble(4, null)));
    List<EnsembleMember> members = whole.getMembers();
    assertEquals(4, members.size());
    assertTrue(
        members.stream().map(EnsembleMember::getEpochs).distinct().count() > 1,
        "members stop at epochs of their own: " + members);
    for (int i = 0; i < 4; i++) {
      Outcome only = outcome(stopping(plan("only" + i, 40)).setEnsemble(new Ensemble(4, i)));
      assertEquals(members.get(i).getWeightsSha256(), only.getWeightsSha256());
      assertEquals(members.get(i).getEpochs(), only.getEpochs());
      assertEquals(members.get(i).getKeptEpoch(), only.getKeptEpoch());
      assertEquals(List.of(), only.getMembers());
    }
    assertEquals(4, members.stream().map(EnsembleMember::getWeightsSha256).distinct().count());
  }

  @Test
  void theFirstMemberIsTheSingleNetwork() throws InterruptedException {
    Outcome single = outcome(plan("single", 3));
    Outcome whole = outcome(plan("whole", 3).setEnsemble(new Ensemble(2, null)));
    assertEquals(single.getWeightsSha256(), whole.getMembers().get(0).getWeightsSha256());
    assertEquals(List.of(), single.getMembers());
  }

  @Test
  void whatIsMeasuredLastIsTheMeanOfTheKeptMembers() throws InterruptedException {
    TrainingPlan.Builder plan = stopping(plan("whole", 40)).setEnsemble(new Ensemble(3, null));
    TrainingRun.Result result = run(plan);
    ModelRecord model = ModelFile.read(result.model().orElseThrow().getPath());
    assertEquals(2, model.getFormatVersion());
    assertEquals(result.outcome().getMembers(), model.getMembers());
    for (Split split : List.of(Split.VALIDATION, Split.TEST)) {
      List<MetricRow> rows =
          result.metrics().getRows().stream().filter(row -> row.getSplit() == split).toList();
      MetricRow last = rows.get(rows.size() - 1);
      assertEquals(result.outcome().getEpochs(), last.getEpoch());
      assertEquals(loss(plan.build(), model, split), last.getLoss(), 1e-9);
    }
  }

  /** The mean squared error of a model's predictions. */
  private double loss(TrainingPlan plan, ModelRecord model, Split split) {
    TrainingInputs inputs = inputs(plan);
    BlockDataset rows = inputs.dataset(split, model.getEncodings());
    Module network = ModelFile.network("m", model);
    double sum = 0;
    for (long row = 0; row < rows.size(); row++) {
      RowBatch batch = new RowBatch(rows);
      batch.resize(1);
      rows.copyRows(new long[] {row}, 1, batch);
      Tensor found = Tensor.noGrad(() -> network.forward(Tensor.wrap(batch.inputs(), 1, 1)));
      double error = found.item() - batch.targets()[0];
      sum += error * error;
    }
    return sum / rows.size();
  }

  @Test
  void aContinuedEnsembleEndsWithTheBitsOfAnUndisturbedOne() throws InterruptedException {
    Ensemble ensemble = new Ensemble(3, null);
    Outcome whole = outcome(stopping(plan("whole", 30)).setEnsemble(ensemble));
    for (int epochs : List.of(1, 4, 5, 9, 17)) {
      outcome(stopping(plan("parts", epochs)).setEnsemble(ensemble));
    }
    Outcome parts = outcome(stopping(plan("parts", 30)).setEnsemble(ensemble));
    assertEquals(whole.getWeightsSha256(), parts.getWeightsSha256());
    assertEquals(whole.getMembers(), parts.getMembers());
    assertEquals(whole.getEpochsSha256(), parts.getEpochsSha256());
  }

  @Test
  void aMemberThatDivergesIsNamed() throws InterruptedException {
    TrainingPlan.Builder plan =
        plan("far", 2)
            .setOptimizer(new Sgd(1e38, 0.0, false, 0.0))
            .setEnsemble(new Ensemble(2, null));
    Outcome outcome = run(plan).outcome();
    assertEquals(OutcomeStatus.FAILED, outcome.getStatus());
    assertTrue(outcome.getMessage().startsWith("member 0: "), outcome.getMessage());
  }

  @Test
  void aRefitIsTheTrainingByHandOnTrainingAndValidationRows() throws Exception {
    TrainingPlan plan = stopping(plan("refit", 40)).setRefit(true).setSchedule(cosine()).build();
    TrainingRun.Result result = run(TrainingPlan.newBuilder(plan));
    Outcome outcome = result.outcome();
    assertEquals(270L, outcome.getRefitRows());
    assertEquals(210, outcome.getTrained());
    assertEquals(60, outcome.getValidated());
    assertTrue(outcome.getKeptEpoch() < outcome.getEpochs());

    TrainingInputs inputs = inputs(plan);
    BlockDataset union = inputs.trainingAndValidation(inputs.encodings().getColumns());
    Sequential network = Networks.build(plan.getLayers(), new int[] {1}, false, 3);
    Trainer trainer =
        new Trainer(
            network,
            new MSELoss(),
            Networks.optimizer(plan.getOptimizer(), network.namedParameters()),
            BATCH);
    long steps = 40 * ((270L + BATCH - 1) / BATCH); // as if all epochs were to come
    trainer.setSchedule(Networks.schedule(plan.getSchedule(), steps), Trainer.Count.STEPS);
    for (int epoch = 1; epoch <= outcome.getKeptEpoch(); epoch++) {
      trainer.trainEpoch(epoch, union, new RandomSampler(270, 3), StepListener.NONE);
    }
    assertEquals(Weights.sha256(network.stateDict()), outcome.getWeightsSha256());
    ModelRecord model = ModelFile.read(result.model().orElseThrow().getPath());
    assertEquals(270L, model.getProvenance().getRefitRows());
    assertEquals(1, model.getFormatVersion());
  }

  @Test
  void validationScoresAreOfTheModelBeforeTheRefitAndTestScoresOfTheRefit() throws Exception {
    TrainingRun.Result plain = run(stopping(plan("plain", 20)));
    TrainingRun.Result refit = run(stopping(plan("refit", 20)).setRefit(true));
    List<String> before = losses(plain, Split.VALIDATION);
    assertEquals(before, losses(refit, Split.VALIDATION));
    assertEquals(losses(plain, Split.TRAIN), losses(refit, Split.TRAIN));
    assertNotEquals(losses(plain, Split.TEST), losses(refit, Split.TEST));
    ModelRecord model = ModelFile.read(refit.model().orElseThrow().getPath());
    MetricRow test = refit.metrics().getRows().get(refit.metrics().getRows().size() - 1);
    assertEquals(Split.TEST, test.getSplit());
    assertEquals(loss(plan("x", 1).build(), model, Split.TEST), test.getLoss(), 1e-9);
    assertNull(plain.outcome().getRefitRows());
  }

  private static List<String> losses(TrainingRun.Result result, Split split) {
    return result.metrics().getRows().stream()
        .filter(row -> row.getSplit() == split)
        .map(row -> row.getEpoch() + " " + row.getLoss())
        .toList();
  }

  @Test
  void withoutTestRowsWhatIsLookedAtIsTheModelBeforeTheRefit() throws Exception {
    writeBlocks("0.2", "0");
    TrainingRun.Result plain = run(plan("plain", 5));
    TrainingRun.Result refit = run(plan("refit", 5).setRefit(true));
    assertNotEquals(plain.outcome().getWeightsSha256(), refit.outcome().getWeightsSha256());
    assertEquals(
        plain.details().orElseThrow().getSamples(), refit.details().orElseThrow().getSamples());
    assertEquals(refit.details(), again("refit", 5)); // of a run that finds its refit finished
  }

  private Optional<Details> again(String work, int epochs) throws InterruptedException {
    return run(plan(work, epochs).setRefit(true)).details();
  }

  /** The checkpoints of a training that was killed after some epochs of its first phase. */
  private void leaveFirstPhase(TrainingPlan.Builder refit, int epochs, String work)
      throws InterruptedException {
    TrainingPlan whole = TrainingPlan.newBuilder(refit).setRefit(true).build();
    run(TrainingPlan.newBuilder(refit).setRefit(false).setEpochs(epochs));
    String own = PlanFingerprint.ofTraining(inputs(whole));
    String path = folder.resolve(work).resolve("checkpoints").toString();
    List<String> names = Storage.list(path);
    RecordFile<Checkpoint> files = RecordFile.of(Checkpoint.class);
    Checkpoint newest = files.read(path + "/" + names.get(names.size() - 1)).get(0);
    names.forEach(name -> Storage.delete(path + "/" + name));
    new Checkpoints(path, "m", own)
        .write(Checkpoint.newBuilder(newest).setFingerprint(own).build());
  }

  @Test
  void aRefitThatIsKilledInEitherPhaseEndsWithTheSameBits() throws InterruptedException {
    Ensemble ensemble = new Ensemble(3, null);
    Outcome whole = outcome(stopping(plan("whole", 30)).setRefit(true).setEnsemble(ensemble));
    assertEquals(3, whole.getMembers().size());

    leaveFirstPhase(stopping(plan("first", 30)).setEnsemble(ensemble), 7, "first");
    Outcome first = outcome(stopping(plan("first", 30)).setRefit(true).setEnsemble(ensemble));
    assertEquals(whole.getWeightsSha256(), first.getWeightsSha256());
    assertEquals(whole.getEpochsSha256(), first.getEpochsSha256());

    String path = folder.resolve("whole/checkpoints").toString();
    List<String> names = Storage.list(path);
    assertEquals(2, names.size());
    Storage.delete(path + "/" + names.get(1)); // the last epoch of the refit
    Outcome second = outcome(stopping(plan("whole", 30)).setRefit(true).setEnsemble(ensemble));
    assertEquals(whole.getWeightsSha256(), second.getWeightsSha256());
    assertEquals(whole.getMembers(), second.getMembers());
    assertEquals(whole.getEpochsSha256(), second.getEpochsSha256());
  }

  @Test
  void aMemberIsRefitForItsOwnNumberOfEpochs() throws InterruptedException {
    Outcome whole =
        outcome(stopping(plan("whole", 30)).setRefit(true).setEnsemble(new Ensemble(3, null)));
    for (int i = 0; i < 3; i++) {
      Outcome only =
          outcome(stopping(plan("only" + i, 30)).setRefit(true).setEnsemble(new Ensemble(3, i)));
      assertEquals(whole.getMembers().get(i).getWeightsSha256(), only.getWeightsSha256());
      assertEquals(whole.getMembers().get(i).getKeptEpoch(), only.getKeptEpoch());
    }
  }

  @Test
  void aRefitWithoutValidationRowsIsAnOutcome() throws Exception {
    writeBlocks("0", "0");
    Outcome outcome = run(plan("none", 2).setRefit(true)).outcome();
    assertEquals(OutcomeStatus.BAD_INPUT, outcome.getStatus());
    assertEquals(
        "refit needs validation rows, but of 300 rows none is (split.validation)",
        outcome.getMessage());
  }

  private Outcome kept(TrainingPlan.Builder builder) throws InterruptedException {
    TrainingPlan plan = builder.setKeepCheckpoint(true).build();
    TrainingRun.Result result = run(TrainingPlan.newBuilder(plan));
    String work = plan.getWorkFolder();
    Storage.copy(result.model().orElseThrow().getPath(), work + "/model.avro");
    Storage.copy(WarmStartCheckpoint.path(plan, result.outcome()), work + "/checkpoint.avro");
    return result.outcome();
  }

  private WarmStart from(String work) {
    Path of = folder.resolve(work);
    return new WarmStart(
        of.resolve("model.avro").toString(), of.resolve("checkpoint.avro").toString());
  }

  @Test
  void aWarmStartOfAnEnsembleIsTheRestOfItsTraining() throws InterruptedException {
    Ensemble ensemble = new Ensemble(2, null);
    Outcome whole = outcome(plan("whole", 5).setEnsemble(ensemble));
    kept(plan("first", 2).setEnsemble(ensemble));
    Outcome rest = kept(plan("rest", 3).setEnsemble(ensemble).setWarmStart(from("first")));
    assertEquals(
        whole.getMembers().get(1).getWeightsSha256(), rest.getMembers().get(1).getWeightsSha256());
    assertEquals(whole.getWeightsSha256(), rest.getWeightsSha256());
    assertEquals(
        5, WarmStartCheckpoint.read(folder.resolve("rest/checkpoint.avro").toString()).getEpoch());
  }

  @Test
  void aWarmStartOfMembersThatStoppedGoesOnFromTheBestOfEach() throws InterruptedException {
    Ensemble ensemble = new Ensemble(3, null);
    Outcome first = kept(stopping(plan("first", 40)).setEnsemble(ensemble));
    Checkpoint kept = WarmStartCheckpoint.read(folder.resolve("first/checkpoint.avro").toString());
    assertEquals(3, kept.getMembers().size());
    for (int i = 0; i < 3; i++) {
      EnsembleMember member = first.getMembers().get(i);
      assertEquals(member.getKeptEpoch(), kept.getMembers().get(i).getEpoch());
      assertEquals(
          member.getWeightsSha256(),
          Weights.sha256(Networks.toTensors(kept.getMembers().get(i).getParameters())));
    }
    outcome(plan("rest", 2).setEnsemble(ensemble).setWarmStart(from("first")));
  }

  @Test
  void aWarmStartOfARefitGoesOnFromTheWeightsThatWereShipped() throws InterruptedException {
    Outcome first = kept(plan("first", 3).setRefit(true));
    Checkpoint kept = WarmStartCheckpoint.read(folder.resolve("first/checkpoint.avro").toString());
    assertEquals(
        first.getWeightsSha256(), Weights.sha256(Networks.toTensors(kept.getParameters())));
    assertEquals(3 * 17, kept.getOptimizerSteps()); // of 270 rows
    assertEquals(3, kept.getEpoch());
    outcome(plan("rest", 2).setRefit(true).setWarmStart(from("first")));
  }

  @Test
  void aWarmStartNeedsAsManyNetworks() throws InterruptedException {
    kept(plan("first", 1));
    Outcome outcome =
        run(plan("rest", 1).setEnsemble(new Ensemble(2, null)).setWarmStart(from("first")))
            .outcome();
    assertEquals(OutcomeStatus.BAD_INPUT, outcome.getStatus());
    assertTrue(
        outcome.getMessage().endsWith("expected networks of an ensemble: 2, found 1"),
        outcome.getMessage());
  }
}
