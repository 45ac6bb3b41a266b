package io.beamgrad.learner;

import io.beamgrad.data.encoding.RowEncoder;
import io.beamgrad.data.files.BuildVersion;
import io.beamgrad.data.files.CanonicalText;
import io.beamgrad.data.files.Sha256;
import io.beamgrad.data.shuffle.BlockCache;
import io.beamgrad.failure.BrokenFileException;
import io.beamgrad.failure.UnusableDataException;
import io.beamgrad.metrics.KeptEpoch;
import io.beamgrad.metrics.MetricRecords;
import io.beamgrad.model.ModelFile;
import io.beamgrad.model.NetworkProducts;
import io.beamgrad.model.Networks;
import io.beamgrad.nn.Sequential;
import io.beamgrad.optim.Optimizer;
import io.beamgrad.optim.Schedule;
import io.beamgrad.schema.Checkpoint;
import io.beamgrad.schema.Confusion;
import io.beamgrad.schema.Details;
import io.beamgrad.schema.InputCoverage;
import io.beamgrad.schema.LearningRateSchedule;
import io.beamgrad.schema.MetricRow;
import io.beamgrad.schema.Metrics;
import io.beamgrad.schema.ModelRecord;
import io.beamgrad.schema.ModelRef;
import io.beamgrad.schema.Outcome;
import io.beamgrad.schema.OutcomeStatus;
import io.beamgrad.schema.Provenance;
import io.beamgrad.schema.SchedulePer;
import io.beamgrad.schema.Split;
import io.beamgrad.schema.StoppingRule;
import io.beamgrad.schema.StoppingState;
import io.beamgrad.schema.TrainingPlan;
import io.beamgrad.schema.TriedRate;
import io.beamgrad.tensor.Kernels;
import io.beamgrad.tensor.Tensor;
import io.beamgrad.train.Dataset;
import io.beamgrad.train.DivergedException;
import io.beamgrad.train.EarlyStopping;
import io.beamgrad.train.EpochResult;
import io.beamgrad.train.Evaluation;
import io.beamgrad.train.EvaluationListener;
import io.beamgrad.train.LearningRateFinder;
import io.beamgrad.train.OffsetSampler;
import io.beamgrad.train.Sampler;
import io.beamgrad.train.SequentialSampler;
import io.beamgrad.train.Trainer;
import io.beamgrad.train.TrainerState;
import io.beamgrad.train.Weights;
import java.io.UncheckedIOException;
import java.nio.channels.ClosedByInterruptException;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import org.checkerframework.checker.nullness.qual.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The training of one model: from its newest checkpoint or from the start, with an evaluation on
 * the validation rows after each epoch and on the test rows at the end. With early stopping the
 * weights of the best epoch are tested and published. The result depends on the inputs alone, not
 * on how often it was interrupted. What data causes is told in the outcome.
 */
public final class TrainingRun {
  private static final Logger LOG = LoggerFactory.getLogger(TrainingRun.class);

  /** What came of it; without a model and details where training failed. */
  public record Result(
      Outcome outcome,
      Metrics metrics,
      Optional<ModelRef> model,
      Optional<Details> details,
      TrainingCounts work) {}

  private TrainingInputs inputs;
  private TrainingPlan plan;
  private final List<MetricRow> rows = new ArrayList<>();
  private final List<String> hashes = new ArrayList<>(); // of the weights, from epoch 0 on
  private final TrainingProgress progress;
  private final BlockCache cache;
  private final TrainingCounts.CacheCounts cacheBefore;
  private String fingerprint; // of plan and data, so that a window's checkpoints are its own
  private Checkpoints checkpoints;
  private List<Object> encodings; // of the features
  private int rowsBefore; // of an earlier attempt
  private StartingWeights.Before before;
  private TrainerState kept; // of the best epoch, not written yet; else null

  public TrainingRun(TrainingInputs inputs) {
    this.inputs = inputs;
    this.plan = inputs.plan();
    this.progress = new TrainingProgress(plan, inputs.learned().getTrainRows());
    this.cache = BlockCache.shared(plan.getCacheBytes());
    this.cacheBefore = TrainingCounts.CacheCounts.of(cache);
  }

  /**
   * Trains.
   *
   * @throws InterruptedException where the thread is interrupted; epochs up to the last checkpoint
   *     are kept
   */
  public Result run() throws InterruptedException {
    try {
      return train();
    } catch (DivergedException e) {
      BlockDataset training = inputs.dataset(Split.TRAIN, encodings);
      String advice =
          TrainingRemarks.afterDivergence(plan, LargestNumber.of(training, plan.getPreparations()));
      return failed(OutcomeStatus.FAILED, e.getMessage() + advice);
    } catch (UnusableDataException e) {
      return failed(e.status(), e.getMessage());
    } catch (BrokenFileException e) {
      return failed(OutcomeStatus.FAILED, e.getMessage());
    } catch (UncheckedIOException e) {
      if (e.getCause() instanceof ClosedByInterruptException) {
        Thread.interrupted(); // the exception says it now
        throw (InterruptedException)
            new InterruptedException("training was interrupted while a file was read").initCause(e);
      }
      throw e;
    }
  }

  /** Backward there are two ways. */
  private void announce(BlockDataset training) {
    NetworkProducts products =
        NetworkProducts.of(plan.getLayers(), new RowEncoder(training.encoding()));
    double passes = 3.0 * inputs.learned().getTrainRows() * plan.getEpochs();
    Kernels.announce(passes * products.multiplyAdds(), products.kinds());
  }

  private Result train() throws InterruptedException, UnusableDataException {
    inputs = inputs.withClasses();
    plan = inputs.plan();
    encodings = inputs.encodings();
    BlockDataset training = inputs.dataset(Split.TRAIN, encodings);
    BlockDataset validation = inputs.dataset(Split.VALIDATION, encodings);
    Sequential network = network(training);
    Optimizer optimizer = Networks.optimizer(plan.getOptimizer(), network.namedParameters());
    Networks.setLrFactors(optimizer, plan.getLrFactors());
    announce(training);
    before = StartingWeights.load(plan, network, optimizer);
    fingerprint = PlanFingerprint.ofTraining(inputs);
    checkpoints =
        new Checkpoints(plan.getWorkFolder() + "/checkpoints", plan.getModel(), fingerprint);
    Trainer trainer = trainer(network, optimizer);
    if (plan.getFindLr()) {
      return found(LearningRateFinder.tries(trainer, training, inputs.sampler()));
    }
    requireRowsToStopBy(validation);
    Optional<Checkpoint> checkpoint = checkpoints.newest(plan.getEpochs(), progress::note);
    if (checkpoint.isPresent()) {
      restore(trainer, checkpoint.get());
    } else {
      measure(0, Split.TRAIN, trainer, training);
      requireMetric(addValidation(0, trainer, validation));
      hashes.add(Weights.sha256(network.stateDict()));
      save(trainer);
    }
    progress.report(rows, trainer.epochs());

    Sampler sampler = new OffsetSampler(inputs.sampler(), before.epochs());
    while (trainer.epochs() < plan.getEpochs() && !trainer.shouldStop()) {
      int epoch = trainer.epochs() + 1;
      EpochResult trained = trainer.trainEpoch(epoch, training, sampler, progress);
      requireFinite(network, epoch, optimizer.lr(), trained.meanLossPerExample());
      rows.add(MetricRecords.of(plan.getModel(), trained, plan.getLoss(), optimizer.lr()));
      Optional<Evaluation> validated = addValidation(epoch, trainer, validation);
      if (validated.isPresent() && trainer.endEpoch(validated.get())) {
        keep(trainer); // its optimiser's state will be gone when it is known to be the best
      }
      hashes.add(Weights.sha256(network.stateDict()));
      if (checkpoints.isDue(epoch) || epoch == plan.getEpochs() || trainer.shouldStop()) {
        save(trainer);
      }
      progress.report(rows, epoch);
    }
    progress.testing();
    if (plan.getEarlyStopping() == null) {
      keep(trainer);
      writeKept();
    }
    int keptEpoch = trainer.loadBest();
    TrainingDetails details =
        new TrainingDetails(
            inputs, training, validation, inputs.dataset(Split.TEST, encodings), network);
    Confusion confusion = test(keptEpoch, trainer, details);
    progress.summarising();
    details.setLearningRates(schedule(), trainer.epochs(), progress.stepsOfEpoch());
    Details report = details.make();
    List<InputCoverage> coverage =
        new CoverageLearner(training, validation).of(inputs.coverageBefore());
    progress.finished(rows);
    List<String> remarks =
        new TrainingRemarks(plan, rows, keptEpoch, training, progress.stepsOfEpoch())
            .lines(confusion);
    return succeeded(network, trainer.epochs(), keptEpoch, confusion, report, coverage, remarks);
  }

  private Result found(List<LearningRateFinder.Tried> tried) {
    return new Result(
        outcome(OutcomeStatus.SUCCEEDED, "")
            .setTriedRates(
                tried.stream().map(one -> new TriedRate(one.rate(), one.loss())).toList())
            .build(),
        new Metrics(plan.getModel(), rows),
        Optional.empty(),
        Optional.empty(),
        work());
  }

  /** The shape of a row, by which weights may be too large, is known only now. */
  private Sequential network(BlockDataset training) throws UnusableDataException {
    try {
      return Networks.build(
          plan.getLayers(), training.inputShape(), training.isSparse(), plan.getSeed());
    } catch (IllegalArgumentException e) {
      throw new UnusableDataException(OutcomeStatus.BAD_INPUT, "model: " + e.getMessage());
    }
  }

  private Trainer trainer(Sequential network, Optimizer optimizer) throws UnusableDataException {
    Trainer trainer =
        new Trainer(network, Networks.loss(plan.getLoss()), optimizer, plan.getBatchExamples());
    if (plan.getSchedule() != null) {
      trainer.setSchedule(
          schedule(),
          plan.getSchedule().getPer() == SchedulePer.STEP
              ? Trainer.Count.STEPS
              : Trainer.Count.EPOCHS);
    }
    trainer.setPenalty(plan.getPenaltyL1(), plan.getPenaltyL2());
    if (plan.getClipGradNorm() != null) {
      trainer.setClipGradNorm(plan.getClipGradNorm());
    }
    StoppingRule rule = plan.getEarlyStopping();
    if (rule != null) {
      trainer.setEarlyStopping(KeptEpoch.rule(rule));
    }
    return trainer;
  }

  private Schedule schedule() throws UnusableDataException {
    LearningRateSchedule schedule = plan.getSchedule();
    if (schedule == null) {
      return Schedule.constant();
    }
    boolean isPerStep = schedule.getPer() == SchedulePer.STEP;
    return Networks.schedule(
        schedule, plan.getEpochs() * (isPerStep ? progress.stepsOfEpoch() : 1L));
  }

  private void requireRowsToStopBy(Dataset validation) throws UnusableDataException {
    if (plan.getEarlyStopping() != null && validation.size() == 0) {
      throw new UnusableDataException(
          OutcomeStatus.BAD_INPUT,
          "earlyStopping needs validation rows, but of %s rows none is (split.validation)"
              .formatted(inputs.learned().getTrainRows()));
    }
  }

  /** Not each metric of the loss has a value on all rows: a ROC curve is of two classes. */
  private void requireMetric(Optional<Evaluation> validated) throws UnusableDataException {
    StoppingRule rule = plan.getEarlyStopping();
    if (rule == null || !Double.isNaN(KeptEpoch.metric(rule).score(validated.orElseThrow()))) {
      return;
    }
    int classes = inputs.learned().getLabels().size();
    throw new UnusableDataException(
        OutcomeStatus.BAD_INPUT,
        classes > 2
            ? String.format(
                Locale.ROOT,
                "earlyStopping.metric must not be %s with %,d classes; it is of two",
                rule.getMetric(),
                classes)
            : "earlyStopping.metric %s needs validation rows of both classes, found one"
                .formatted(rule.getMetric()));
  }

  private void restore(Trainer trainer, Checkpoint checkpoint) {
    LOG.info("continuing {} after epoch {}", plan.getModel(), checkpoint.getEpoch());
    trainer.restore(
        new TrainerState(
            checkpoint.getEpoch(),
            Networks.toTensors(checkpoint.getParameters()),
            Networks.toTensors(checkpoint.getOptimizerState()),
            checkpoint.getOptimizerSteps(),
            fromRecord(checkpoint.getEarlyStopping())));
    rows.addAll(checkpoint.getRows());
    hashes.addAll(checkpoint.getWeightsSha256());
    rowsBefore = rows.size();
  }

  private void save(Trainer trainer) {
    writeKept(); // as a training that goes on from here may not train that epoch again
    TrainerState state = trainer.snapshot();
    checkpoints.write(
        new Checkpoint(
            Checkpoints.FORMAT_VERSION,
            fingerprint,
            state.epochs(),
            Networks.toRecords(state.parameters()),
            Networks.toRecords(state.optimizerState()),
            state.optimizerSteps(),
            toRecord(state.earlyStopping()),
            List.copyOf(rows),
            Weights.ARITHMETIC,
            List.copyOf(hashes)));
  }

  private void keep(Trainer trainer) {
    if (plan.getKeepCheckpoint()) {
      kept = trainer.snapshot();
    }
  }

  private void writeKept() {
    if (kept != null) {
      WarmStartCheckpoint.write(plan, fingerprint, before.epochs(), kept);
      kept = null;
    }
  }

  private static @Nullable StoppingState toRecord(EarlyStopping.@Nullable State state) {
    return state == null
        ? null
        : new StoppingState(
            state.bestScore(),
            state.bestEpoch(),
            state.betterEpoch(),
            state.lastEpoch(),
            Networks.toRecords(state.bestParameters()));
  }

  private static EarlyStopping.@Nullable State fromRecord(@Nullable StoppingState state) {
    return state == null
        ? null
        : new EarlyStopping.State(
            state.getBestScore(),
            state.getBestEpoch(),
            state.getBetterEpoch() == null ? state.getBestEpoch() : state.getBetterEpoch(),
            state.getLastEpoch(),
            Networks.toTensors(state.getBestParameters()));
  }

  /** The last step of an epoch is followed by no loss that would show that it went too far. */
  private static void requireFinite(Sequential network, int epoch, double lr, double lastLoss) {
    for (Tensor parameter : network.parameters()) {
      if (areFinite(parameter.data())) {
        continue;
      }
      for (float weight : parameter.data()) {
        if (!Float.isFinite(weight)) {
          throw new DivergedException(
              String.format(
                  Locale.ROOT,
                  "a weight is %s after epoch %d (learning rate %s); mean loss of the epoch %.4g",
                  Float.isNaN(weight) ? "NaN" : "infinite",
                  epoch,
                  lr,
                  lastLoss));
        }
      }
    }
  }

  /** Without a branch for each number, so that many are looked at at once. */
  private static boolean areFinite(float[] numbers) {
    int largest = 0;
    for (float number : numbers) {
      largest = Math.max(largest, Float.floatToRawIntBits(Math.abs(number)));
    }
    return largest < Float.floatToRawIntBits(Float.POSITIVE_INFINITY); // as all of NaN are above
  }

  private Optional<Evaluation> addValidation(int epoch, Trainer trainer, Dataset validation)
      throws InterruptedException, UnusableDataException {
    return validation.size() > 0
        ? Optional.of(measure(epoch, Split.VALIDATION, trainer, validation))
        : Optional.empty();
  }

  /** Evaluates, and adds a row with what was found. */
  private Evaluation measure(int epoch, Split split, Trainer trainer, Dataset data)
      throws InterruptedException, UnusableDataException {
    return measure(epoch, split, trainer, data, (outputs, targets) -> {});
  }

  private Evaluation measure(
      int epoch, Split split, Trainer trainer, Dataset data, EvaluationListener listener)
      throws InterruptedException, UnusableDataException {
    long start = System.nanoTime();
    Evaluation found = trainer.evaluate(data, new SequentialSampler(data.size()), listener);
    if (found.examples() > 0 && found.known() == 0) {
      throw new UnusableDataException(
          OutcomeStatus.BAD_INPUT,
          String.format(
              Locale.ROOT,
              "none of the %,d %s rows is of a class that the training rows have",
              data.size(),
              split.name().toLowerCase(Locale.ROOT)));
    }
    if (data.isWeighted() && found.weightSum() == 0) {
      throw new UnusableDataException(
          OutcomeStatus.BAD_INPUT,
          "the weights of all %s %s rows%s are 0"
              .formatted(
                  found.known(),
                  split.name().toLowerCase(Locale.ROOT),
                  found.known() < data.size() ? " of known classes" : ""));
    }
    if (!Double.isFinite(found.meanLossPerExample())) {
      throw new DivergedException(
          "%s loss is %s after epoch %s"
              .formatted(
                  split.name().toLowerCase(Locale.ROOT),
                  Double.isNaN(found.meanLossPerExample()) ? "NaN" : "infinite",
                  epoch));
    }
    rows.add(MetricRecords.of(plan.getModel(), epoch, split, found, System.nanoTime() - start));
    return found;
  }

  /** Tests, and says what the rows of the test or else the validation split were taken for. */
  private @Nullable Confusion test(int epoch, Trainer trainer, TrainingDetails details)
      throws InterruptedException, UnusableDataException {
    Split split = details.split();
    Evaluation found =
        split == Split.TEST
            ? measure(epoch, split, trainer, details.rows(), details.listener())
            : trainer.evaluate(
                details.rows(), new SequentialSampler(details.looked()), details.listener());
    List<String> labels = inputs.learned().getLabels();
    return split == Split.TRAIN ? null : MetricRecords.confusion(split, labels, found);
  }

  private Result succeeded(
      Sequential network,
      int epochs,
      int keptEpoch,
      @Nullable Confusion confusion,
      Details details,
      List<InputCoverage> coverage,
      List<String> remarks) {
    Map<String, Tensor> weights = network.stateDict();
    String sha256 = Weights.sha256(weights);
    String path = "%s/models/%s.avro".formatted(plan.getWorkFolder(), fingerprint);
    ModelFile.write(
        path,
        ModelRecord.newBuilder()
            .setFormatVersion(ModelFile.FORMAT_VERSION)
            .setName(plan.getModel())
            .setLayers(plan.getLayers())
            .setLoss(plan.getLoss())
            .setParameters(Networks.toRecords(weights))
            .setColumns(plan.getColumns())
            .setEncodings(encodings)
            .setCoverage(coverage)
            .setCsv(plan.getCsv())
            .setLabels(inputs.learned().getLabels())
            .setWeightsSha256(sha256)
            .setProvenance(
                new Provenance(
                    plan.getSeed(),
                    PlanFingerprint.of(plan),
                    inputs.learned().getDataChecksum(),
                    epochs,
                    keptEpoch,
                    inputs.learned().getTrainRows(),
                    BuildVersion.text(),
                    Weights.ARITHMETIC,
                    before.arithmetic()))
            .build());
    return new Result(
        outcome(OutcomeStatus.SUCCEEDED, "")
            .setWeightsSha256(sha256)
            .setEpochs(epochs)
            .setKeptEpoch(plan.getEarlyStopping() == null ? null : keptEpoch)
            .setConfusion(confusion)
            .setRemarks(remarks)
            .setEncodingsSha256(Sha256.hex(CanonicalText.of(encodings)))
            .setEpochsSha256(hashes)
            .setFingerprint(fingerprint)
            .build(),
        new Metrics(plan.getModel(), rows),
        Optional.of(new ModelRef(plan.getModel(), path, sha256)),
        Optional.of(details),
        work());
  }

  private Result failed(OutcomeStatus status, String message) {
    return new Result(
        outcome(status, message).build(),
        new Metrics(plan.getModel(), rows),
        Optional.empty(),
        Optional.empty(),
        work());
  }

  private TrainingCounts work() {
    return TrainingCounts.of(
        rows.subList(rowsBefore, rows.size()), cacheBefore, TrainingCounts.CacheCounts.of(cache));
  }

  private Outcome.Builder outcome(OutcomeStatus status, String message) {
    return Outcome.newBuilder()
        .setModel(plan.getModel())
        .setStatus(status)
        .setMessage(message)
        .setRead(inputs.learned().getReadRecords())
        .setTrained(inputs.learned().getTrainRows())
        .setValidated(inputs.learned().getValidationRows())
        .setTested(inputs.learned().getTestRows())
        .setHeldOut(inputs.learned().getHeldOutRecords())
        .setRejected(inputs.learned().getRejectedRecords())
        .setWeightsSha256(null)
        .setDataChecksum(inputs.learned().getDataChecksum());
  }
}
