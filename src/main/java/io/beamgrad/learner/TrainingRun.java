package io.beamgrad.learner;

import io.beamgrad.data.encoding.RowEncoder;
import io.beamgrad.data.files.BuildVersion;
import io.beamgrad.data.files.CanonicalText;
import io.beamgrad.data.files.Sha256;
import io.beamgrad.data.shuffle.BlockCache;
import io.beamgrad.details.BaselineLearner;
import io.beamgrad.details.CalibrationMeter;
import io.beamgrad.failure.BrokenFileException;
import io.beamgrad.failure.UnusableDataException;
import io.beamgrad.metrics.KeptEpoch;
import io.beamgrad.metrics.MetricRecords;
import io.beamgrad.model.ModelFile;
import io.beamgrad.model.NetworkProducts;
import io.beamgrad.model.Networks;
import io.beamgrad.nn.Module;
import io.beamgrad.schema.Baseline;
import io.beamgrad.schema.Calibration;
import io.beamgrad.schema.CalibrationFigures;
import io.beamgrad.schema.Checkpoint;
import io.beamgrad.schema.Confusion;
import io.beamgrad.schema.Details;
import io.beamgrad.schema.EnsembleMember;
import io.beamgrad.schema.FoldResult;
import io.beamgrad.schema.InputCoverage;
import io.beamgrad.schema.LearnedEncodings;
import io.beamgrad.schema.MetricRow;
import io.beamgrad.schema.Metrics;
import io.beamgrad.schema.ModelRecord;
import io.beamgrad.schema.ModelRef;
import io.beamgrad.schema.Outcome;
import io.beamgrad.schema.OutcomeStatus;
import io.beamgrad.schema.Provenance;
import io.beamgrad.schema.Split;
import io.beamgrad.schema.StoppingRule;
import io.beamgrad.schema.TargetEncoding;
import io.beamgrad.schema.TrainingPlan;
import io.beamgrad.schema.TriedRate;
import io.beamgrad.tensor.Kernels;
import io.beamgrad.tensor.Tensor;
import io.beamgrad.train.Dataset;
import io.beamgrad.train.DivergedException;
import io.beamgrad.train.Evaluation;
import io.beamgrad.train.EvaluationListener;
import io.beamgrad.train.LearningRateFinder;
import io.beamgrad.train.ModelEvaluator;
import io.beamgrad.train.OffsetSampler;
import io.beamgrad.train.Sampler;
import io.beamgrad.train.SequentialSampler;
import io.beamgrad.train.Weights;
import java.io.UncheckedIOException;
import java.nio.channels.ClosedByInterruptException;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Stream;
import org.checkerframework.checker.nullness.qual.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The training of one model, of one network or an ensemble: from its newest checkpoint or from the
 * start, by {@link EpochSelection} and where the plan says so a {@link Refit}. The weights that are
 * tested and published are those of the best epoch, or of the refit. The result depends on the
 * inputs alone, not on how often it was interrupted. What data causes is told in the outcome.
 */
public final class TrainingRun {
  private static final Logger LOG = LoggerFactory.getLogger(TrainingRun.class);

  /**
   * What came of it; without a model and details where training failed.
   *
   * @param details also none of a fold, which no page shows by itself
   * @param fold what came of a fold; of other trainings none
   */
  public record Result(
      Outcome outcome,
      Metrics metrics,
      Optional<ModelRef> model,
      Optional<Details> details,
      Optional<FoldResult> fold,
      TrainingCounts work) {

    /** The same as that of a fold. */
    Result ofFold(int number, List<String> predictions, List<String> files) {
      return new Result(
          outcome,
          metrics,
          model,
          details,
          Optional.of(
              new FoldResult(number, outcome, List.copyOf(metrics.getRows()), predictions, files)),
          work);
    }
  }

  private TrainingInputs inputs;
  private TrainingPlan plan;
  private final TrainingLog log = new TrainingLog();
  private final TrainingProgress progress;
  private final BlockCache cache;
  private final TrainingCounts.CacheCounts cacheBefore;
  private String fingerprint; // of plan and data, so that a window's checkpoints are its own
  private Checkpoints checkpoints;
  private List<Object> encodings; // of the features
  private List<TargetEncoding> targets; // how outputs become predictions
  private final int lastEpoch;

  public TrainingRun(TrainingInputs inputs) {
    this(inputs, inputs.plan().getEpochs());
  }

  /**
   * A stage of a training: it pauses after an epoch and its checkpoint, and makes no model. A later
   * one of the same inputs goes on from there, to the bits of a training without pauses.
   *
   * @param lastEpoch where it is not below that of the plan, the training goes to its end
   */
  public TrainingRun(TrainingInputs inputs, int lastEpoch) {
    this.inputs = inputs;
    this.plan = inputs.plan();
    this.lastEpoch = Math.min(lastEpoch, plan.getEpochs());
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
          TrainingRemarks.afterDivergence(
              plan, LargestNumber.of(training, plan.getPreparations(), targets));
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

  private Result train() throws InterruptedException, UnusableDataException {
    inputs = inputs.withClasses();
    plan = inputs.plan();
    LearnedEncodings learned = inputs.encodings();
    encodings = learned.getColumns();
    BlockDataset training = inputs.dataset(Split.TRAIN, encodings);
    targets = inputs.targets(learned, training);
    BlockDataset validation = inputs.dataset(Split.VALIDATION, encodings);
    try (Members selected =
        new Members(plan, training, targets, progress.stepsOfEpoch(), plan.getEarlyStopping())) {
      announce(training, selected.all().size());
      if (plan.getFindLr()) {
        Sampler order = inputs.sampler(inputs.learned().getTrainRows());
        return found(LearningRateFinder.tries(selected.get(0).trainer(), training, order));
      }
      fingerprint = PlanFingerprint.ofTraining(inputs);
      checkpoints =
          new Checkpoints(plan.getWorkFolder() + "/checkpoints", plan.getModel(), fingerprint);
      requireRowsToChooseBy(validation);
      PausedFold pause = isStage() && plan.getFold() != null ? pausedFold() : null;
      Optional<FoldResult> before = pause == null ? Optional.empty() : pause.read();
      if (before.isPresent()) {
        return paused(before.get()); // a later stage may have begun before an interruption
      }
      TrainingState state = restored();
      if (isStage() && pause == null && state != null && state.epoch() >= lastEpoch) {
        return paused(lastEpoch); // likewise
      }
      selectEpochs(selected, state, training, validation);
      if (pause != null) {
        return paused(pause.write(tested(selected)));
      }
      if (isStage()) {
        return paused(selected.epochs());
      }
      if (!plan.getRefit()) {
        return finish(selected, selected, training, validation, null);
      }
      RefitRows rows =
          RefitRows.of(inputs, inputs.trainingAndValidation(encodings), validation)
              .after(selected.get(0).before().epochs());
      Refit refit = new Refit(plan, selected, rows, targets);
      boolean isBegun = state != null && state.refitEpochs() > 0;
      try (Members anew =
          refit.run(isBegun ? state : null, training, log, checkpoints, fingerprint, progress)) {
        return finish(selected, anew, training, validation, rows.size());
      }
    }
  }

  private Result found(List<LearningRateFinder.Tried> tried) {
    return new Result(
        outcome(OutcomeStatus.SUCCEEDED, "")
            .setTriedRates(
                tried.stream().map(one -> new TriedRate(one.rate(), one.loss())).toList())
            .build(),
        new Metrics(plan.getModel(), log.rows()),
        Optional.empty(),
        Optional.empty(),
        Optional.empty(),
        work());
  }

  private boolean isStage() {
    return lastEpoch < plan.getEpochs();
  }

  private Result paused(int epochs) {
    List<MetricRow> rows = log.rows().stream().filter(row -> row.getEpoch() <= epochs).toList();
    return new Result(
        outcome(OutcomeStatus.SUCCEEDED, "").setEpochs(epochs).build(),
        new Metrics(plan.getModel(), rows),
        Optional.empty(),
        Optional.empty(),
        Optional.empty(),
        work());
  }

  private PausedFold pausedFold() {
    return new PausedFold(plan.getWorkFolder(), fingerprint, lastEpoch);
  }

  /** What a fold has come to, with the scores of its test rows as if it ended now. */
  private FoldResult tested(Members members) throws InterruptedException, UnusableDataException {
    List<Integer> kept = members.all().stream().map(Member::loadKept).toList();
    int epoch = members.isSingle() ? kept.get(0) : members.epochs();
    Calibration calibration =
        Calibrator.of(members, plan, inputs.dataset(Split.CALIBRATION, encodings), targets);
    test(
        epoch,
        members,
        calibrated(members, calibration),
        inputs.dataset(Split.TEST, encodings),
        EvaluationListener.NONE);
    return paused(members.epochs())
        .ofFold(plan.getFold(), List.of(), List.of())
        .fold()
        .orElseThrow();
  }

  private Result paused(FoldResult fold) {
    return new Result(
        fold.getOutcome(),
        new Metrics(plan.getModel(), fold.getMetrics()),
        Optional.empty(),
        Optional.empty(),
        Optional.of(fold),
        work());
  }

  /** Backward there are two ways. */
  private void announce(BlockDataset training, int networks) {
    NetworkProducts products =
        NetworkProducts.of(plan.getLayers(), new RowEncoder(training.encoding()));
    double passes = 3.0 * inputs.learned().getTrainRows() * plan.getEpochs() * networks;
    Set<Kernels.Product> kinds = EnumSet.copyOf(products.kinds());
    if (plan.getEach() != null) {
      kinds.add(Kernels.Product.LANES);
    }
    Kernels.announce(passes * products.multiplyAdds(), kinds);
  }

  private void requireRowsToChooseBy(Dataset validation) throws UnusableDataException {
    if (validation.size() == 0 && (plan.getEarlyStopping() != null || plan.getRefit())) {
      throw new UnusableDataException(
          OutcomeStatus.BAD_INPUT,
          "%s needs validation rows, but of %s rows none is (split.validation)"
              .formatted(
                  plan.getEarlyStopping() != null ? "earlyStopping" : "refit",
                  inputs.learned().getTrainRows()));
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

  /** What an earlier attempt has left; null to begin. */
  private @Nullable TrainingState restored() {
    int most = plan.getRefit() || isStage() ? Integer.MAX_VALUE : plan.getEpochs();
    if (isStage() && plan.getFold() != null) {
      most = lastEpoch; // its test rows are yet to be scored with the weights of that epoch
    }
    Optional<Checkpoint> checkpoint = checkpoints.newest(most, progress::note);
    if (checkpoint.isEmpty()) {
      return null;
    }
    LOG.info(
        "continuing {} after epoch {}{}",
        plan.getModel(),
        checkpoint.get().getEpoch(),
        checkpoint.get().getRefitEpochs() == 0
            ? ""
            : " and epoch " + checkpoint.get().getRefitEpochs() + " of its refit");
    log.restore(checkpoint.get());
    return TrainingState.of(checkpoint.get());
  }

  private void selectEpochs(
      Members members,
      @Nullable TrainingState state,
      BlockDataset training,
      BlockDataset validation)
      throws InterruptedException, UnusableDataException {
    if (state != null && state.refitEpochs() > 0) {
      members.restoreKept(state.members());
      return;
    }
    EpochSelection selection =
        new EpochSelection(
            plan,
            lastEpoch,
            members,
            log,
            checkpoints,
            fingerprint,
            new KeptStates(plan, fingerprint),
            progress);
    if (state == null) {
      requireMetric(selection.begin(training, validation));
    } else {
      members.restore(state.members());
    }
    Sampler sampler =
        new OffsetSampler(
            inputs.sampler(inputs.learned().getTrainRows()), members.get(0).before().epochs());
    selection.run(training, validation, sampler);
  }

  /**
   * Tests what was trained.
   *
   * @param selected with the weights by which the epochs were chosen
   * @param shipped with those of the model: the same ones, or those of a refit
   * @param refitRows how many rows a refit trained on; null without one
   */
  private Result finish(
      Members selected,
      Members shipped,
      BlockDataset training,
      BlockDataset validation,
      @Nullable Long refitRows)
      throws InterruptedException, UnusableDataException {
    progress.testing();
    List<EnsembleMember> members = new ArrayList<>();
    for (int place = 0; place < shipped.all().size(); place++) {
      int kept = selected.get(place).loadKept();
      members.add(
          new EnsembleMember(
              Weights.sha256(shipped.get(place).network().stateDict()),
              selected.get(place).trainer().epochs(),
              kept));
    }
    int kept = selected.isSingle() ? members.get(0).getKeptEpoch() : selected.epochs();
    new KeptStates(plan, fingerprint).finish(shipped, kept);
    BlockDataset test = inputs.dataset(Split.TEST, encodings);
    BlockDataset calibrating = inputs.dataset(Split.CALIBRATION, encodings);
    Calibration calibration = Calibrator.of(shipped, plan, calibrating, targets);
    // A refit has trained on the validation rows: what is said of them is of the model before it.
    Members looked = test.size() > 0 ? shipped : selected;
    Module network =
        calibrated(
            looked,
            looked == shipped ? calibration : Calibrator.of(looked, plan, calibrating, targets));
    TrainingDetails details = new TrainingDetails(inputs, training, validation, test, network);
    FoldPredictions predictions =
        plan.getFold() == null
            ? null
            : new FoldPredictions(inputs, Weights.sha256(shipped.weights()));
    CalibrationMeter meter =
        calibration == null
            ? null
            : new CalibrationMeter(calibration, plan.getColumns(), plan.getLoss(), targets);
    BaselineLearner learner = details.baselineLearner();
    List<InputCoverage> coverage =
        new CoverageLearner(training, validation)
            .of(inputs.coverageBefore(), details.shownTo(learner));
    Baseline baseline = learner.result().orElse(null);
    EvaluationListener listener =
        details.withBaseline(baseline, predictions == null ? details.listener() : predictions);
    boolean isMeasured = meter != null && test.size() > 0;
    Confusion confusion =
        test(kept, looked, network, details, isMeasured ? listener.and(meter) : listener);
    if (meter != null && !isMeasured) {
      look(calibrated(shipped, calibration), calibrating, calibration.getRows(), meter);
    }
    progress.summarising();
    if (baseline != null) {
      log.setBaseline(details.split(), kept, details.baselineScore());
    }
    details.setLearningRates(
        Members.schedule(plan, progress.stepsOfEpoch()),
        selected.epochs(),
        progress.stepsOfEpoch());
    Details report = predictions == null ? details.make() : null;
    progress.finished(log.rows());
    List<String> remarks =
        new TrainingRemarks(
                plan,
                log.rows(),
                kept,
                plan.getEarlyStopping() == null ? List.of() : selected.betterEpochs(),
                training,
                targets,
                progress.stepsOfEpoch())
            .lines(confusion);
    Result result =
        succeeded(
            shipped,
            selected.epochs(),
            kept,
            members,
            refitRows,
            confusion,
            report,
            baseline,
            coverage,
            remarks,
            calibration,
            meter == null ? null : meter.result(isMeasured ? Split.TEST : Split.CALIBRATION));
    return predictions == null
        ? result
        : result.ofFold(plan.getFold(), predictions.files(), predictions.sources());
  }

  private static Module calibrated(Members members, @Nullable Calibration calibration) {
    return Networks.calibrated(
        members.network(), calibration == null ? null : calibration.getTemperature());
  }

  /**
   * Tests, and says what the rows of the test or else the validation split were taken for.
   *
   * @param network that of the members, or the calibrated one
   */
  private @Nullable Confusion test(
      int epoch,
      Members members,
      Module network,
      TrainingDetails details,
      EvaluationListener listener)
      throws InterruptedException, UnusableDataException {
    Split split = details.split();
    Evaluation found;
    if (split == Split.TEST) {
      found = test(epoch, members, network, details.rows(), listener);
    } else if (network == members.network()) {
      found = members.look(details.rows(), details.looked(), listener);
    } else {
      found = look(network, details.rows(), details.looked(), listener);
    }
    List<String> labels = inputs.learned().getLabels();
    return split == Split.TRAIN ? null : MetricRecords.confusion(split, labels, found);
  }

  /** Tests members, or the network that is made of theirs. */
  private Evaluation test(
      int epoch, Members members, Module network, BlockDataset rows, EvaluationListener listener)
      throws InterruptedException, UnusableDataException {
    long start = System.nanoTime();
    Evaluation found;
    if (network == members.network()) {
      found = members.evaluate(epoch, Split.TEST, rows, listener).together();
    } else {
      found = look(network, rows, rows.size(), listener);
      Members.check(epoch, Split.TEST, rows, found);
    }
    log.add(MetricRecords.of(plan.getModel(), epoch, Split.TEST, found, System.nanoTime() - start));
    return found;
  }

  private Evaluation look(
      Module network, BlockDataset rows, long count, EvaluationListener listener)
      throws InterruptedException {
    boolean prepareAhead = Runtime.getRuntime().availableProcessors() > 1;
    return new ModelEvaluator(network, Networks.loss(plan.getLoss()))
        .of(rows, new SequentialSampler(count), prepareAhead, listener);
  }

  private Result succeeded(
      Members shipped,
      int epochs,
      int keptEpoch,
      List<EnsembleMember> all,
      @Nullable Long refitRows,
      @Nullable Confusion confusion,
      @Nullable Details details,
      @Nullable Baseline baseline,
      List<InputCoverage> coverage,
      List<String> remarks,
      @Nullable Calibration calibration,
      @Nullable CalibrationFigures figures) {
    List<EnsembleMember> members = shipped.isSingle() ? List.of() : all;
    Map<String, Tensor> weights = shipped.weights();
    String sha256 = Weights.sha256(weights);
    String path = "%s/models/%s.avro".formatted(plan.getWorkFolder(), fingerprint);
    ModelFile.write(
        path,
        ModelFile.versioned(
            ModelRecord.newBuilder()
                .setMembers(members)
                .setName(plan.getModel())
                .setLayers(plan.getLayers())
                .setLoss(plan.getLoss())
                .setParameters(Networks.toRecords(weights))
                .setColumns(plan.getColumns())
                .setEncodings(encodings)
                .setCrosses(plan.getCrosses())
                .setTargets(targets)
                .setCalibration(calibration)
                .setCoverage(coverage)
                .setCsv(plan.getCsv())
                .setLabels(inputs.learned().getLabels())
                .setBaseline(baseline)
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
                        shipped.get(0).before().arithmetic(),
                        refitRows))));
    return new Result(
        outcome(OutcomeStatus.SUCCEEDED, "")
            .setWeightsSha256(sha256)
            .setEpochs(epochs)
            .setKeptEpoch(plan.getEarlyStopping() == null ? null : keptEpoch)
            .setMembers(members)
            .setRefitRows(refitRows)
            .setCalibration(figures)
            .setConfusion(confusion)
            .setRemarks(remarks)
            .setEncodingsSha256(Sha256.hex(CanonicalText.of(learned())))
            .setEpochsSha256(log.hashes())
            .setFingerprint(fingerprint)
            .build(),
        new Metrics(plan.getModel(), log.rows()),
        Optional.of(new ModelRef(plan.getModel(), path, sha256)),
        Optional.ofNullable(details),
        Optional.empty(),
        work());
  }

  /** All that was learned beside the weights. */
  private List<Object> learned() {
    return Stream.concat(encodings.stream(), targets.stream()).toList();
  }

  private Result failed(OutcomeStatus status, String message) {
    Result result =
        new Result(
            outcome(status, message).build(),
            new Metrics(plan.getModel(), log.rows()),
            Optional.empty(),
            Optional.empty(),
            Optional.empty(),
            work());
    return plan.getFold() == null ? result : result.ofFold(plan.getFold(), List.of(), List.of());
  }

  private TrainingCounts work() {
    return TrainingCounts.of(log, cacheBefore, TrainingCounts.CacheCounts.of(cache));
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
        .setCalibrated(inputs.learned().getCalibrationRows())
        .setHeldOut(inputs.learned().getHeldOutRecords())
        .setRejected(inputs.learned().getRejectedRecords())
        .setWeightsSha256(null)
        .setDataChecksum(inputs.learned().getDataChecksum());
  }
}
