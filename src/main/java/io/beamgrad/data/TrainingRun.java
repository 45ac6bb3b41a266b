package io.beamgrad.data;

import io.beamgrad.nn.Sequential;
import io.beamgrad.optim.Optimizer;
import io.beamgrad.schema.Checkpoint;
import io.beamgrad.schema.LossKind;
import io.beamgrad.schema.MetricRow;
import io.beamgrad.schema.Metrics;
import io.beamgrad.schema.ModelRecord;
import io.beamgrad.schema.ModelRef;
import io.beamgrad.schema.Outcome;
import io.beamgrad.schema.OutcomeStatus;
import io.beamgrad.schema.Provenance;
import io.beamgrad.schema.Split;
import io.beamgrad.schema.TrainingPlan;
import io.beamgrad.tensor.Generator;
import io.beamgrad.tensor.Tensor;
import io.beamgrad.train.Dataset;
import io.beamgrad.train.DivergedException;
import io.beamgrad.train.EpochResult;
import io.beamgrad.train.Evaluation;
import io.beamgrad.train.Sampler;
import io.beamgrad.train.Trainer;
import io.beamgrad.train.TrainerState;
import io.beamgrad.train.Weights;
import java.io.UncheckedIOException;
import java.nio.channels.ClosedByInterruptException;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The training of one model: from its newest checkpoint or from the start, with an evaluation on
 * the validation rows after each epoch and on the test rows at the end. Its result depends on the
 * inputs alone, not on how often it was interrupted. What data causes is told in the outcome.
 */
public final class TrainingRun {
  private static final Logger LOG = LoggerFactory.getLogger(TrainingRun.class);
  private static final double NANOS = 1e9;

  /** What came of it; without a model where training failed. */
  public record Result(Outcome outcome, Metrics metrics, Optional<ModelRef> model) {}

  private final TrainingInputs inputs;
  private final TrainingPlan plan;
  private final String fingerprint;
  private final Checkpoints checkpoints;
  private final List<MetricRow> rows = new ArrayList<>();
  private final TrainingProgress progress;

  public TrainingRun(TrainingInputs inputs) {
    this.inputs = inputs;
    this.plan = inputs.plan();
    // The data's checksum makes a window's checkpoints its own.
    this.fingerprint =
        Sha256.hex(
            "%s %s %s"
                .formatted(
                    plan.getModel(), plan.getFingerprint(), inputs.learned().getDataChecksum()));
    this.checkpoints = new Checkpoints(plan.getWorkFolder() + "/checkpoints", fingerprint);
    this.progress = new TrainingProgress(plan, inputs.learned().getTrainRows());
  }

  /**
   * Trains.
   *
   * @throws InterruptedException where the thread is interrupted; finished epochs are kept
   */
  public Result run() throws InterruptedException {
    try {
      return train();
    } catch (DivergedException e) {
      return failed(OutcomeStatus.FAILED, e.getMessage());
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
    Dataset training = inputs.training();
    Dataset validation = inputs.validation();
    Sequential network =
        Networks.build(
            plan.getLayers(),
            training.inputShape(),
            Generator.derive(plan.getSeed(), "initial weights"));
    if (plan.getInitialWeights() != null) {
      load(network, plan.getInitialWeights());
    }
    Optimizer optimizer = Networks.optimizer(plan.getOptimizer(), network.namedParameters());
    Trainer trainer =
        new Trainer(network, Networks.loss(plan.getLoss()), optimizer, plan.getBatchExamples());
    Optional<Checkpoint> checkpoint = checkpoints.newest(plan.getEpochs());
    if (checkpoint.isPresent()) {
      restore(trainer, checkpoint.get());
    } else {
      rows.add(measured(0, Split.TRAIN, trainer, training));
      addValidation(0, trainer, validation);
      save(trainer);
    }
    progress.report(rows, trainer.epochs());

    Sampler sampler = inputs.sampler();
    while (trainer.epochs() < plan.getEpochs()) {
      int epoch = trainer.epochs() + 1;
      EpochResult trained = trainer.trainEpoch(epoch, training, sampler, progress);
      requireFinite(network, epoch, optimizer.lr(), trained.meanLossPerExample());
      rows.add(row(trained));
      addValidation(epoch, trainer, validation);
      save(trainer);
      progress.report(rows, epoch);
    }
    progress.testing();
    if (inputs.learned().getTestRows() > 0) {
      rows.add(measured(trainer.epochs(), Split.TEST, trainer, inputs.test()));
    }
    progress.finished(rows);
    return succeeded(network);
  }

  private static void load(Sequential network, String path) throws UnusableDataException {
    try {
      network.loadStateDict(ModelFile.parameters(ModelFile.read(path)));
    } catch (BrokenFileException | MissingDataException e) {
      throw new UnusableDataException(OutcomeStatus.BAD_INPUT, "init: " + e.getMessage());
    } catch (IllegalArgumentException e) {
      throw new UnusableDataException(
          OutcomeStatus.BAD_INPUT, "init: %s: %s".formatted(path, e.getMessage()));
    }
  }

  private void restore(Trainer trainer, Checkpoint checkpoint) {
    LOG.info("continuing {} after epoch {}", plan.getModel(), checkpoint.getEpoch());
    trainer.restore(
        new TrainerState(
            checkpoint.getEpoch(),
            Networks.toTensors(checkpoint.getParameters()),
            Networks.toTensors(checkpoint.getOptimizerState()),
            checkpoint.getOptimizerSteps()));
    rows.addAll(checkpoint.getRows());
  }

  private void save(Trainer trainer) {
    TrainerState state = trainer.snapshot();
    checkpoints.write(
        new Checkpoint(
            Checkpoints.FORMAT_VERSION,
            fingerprint,
            state.epochs(),
            Networks.toRecords(state.parameters()),
            Networks.toRecords(state.optimizerState()),
            state.optimizerSteps(),
            List.copyOf(rows)));
  }

  /** The last step of an epoch is followed by no loss that would show that it went too far. */
  private static void requireFinite(Sequential network, int epoch, double lr, double lastLoss) {
    for (Tensor parameter : network.parameters()) {
      for (float weight : parameter.data()) {
        if (!Float.isFinite(weight)) {
          throw new DivergedException(
              "a weight is %s after epoch %d (learning rate %s); mean loss of the epoch %.4g"
                  .formatted(Float.isNaN(weight) ? "NaN" : "infinite", epoch, lr, lastLoss));
        }
      }
    }
  }

  private void addValidation(int epoch, Trainer trainer, Dataset validation)
      throws InterruptedException {
    if (validation.size() > 0) {
      rows.add(measured(epoch, Split.VALIDATION, trainer, validation));
    }
  }

  private MetricRow measured(int epoch, Split split, Trainer trainer, Dataset data)
      throws InterruptedException {
    long start = System.nanoTime();
    Evaluation found = trainer.evaluate(data);
    if (!Double.isFinite(found.meanLossPerExample())) {
      throw new DivergedException(
          "%s loss is %s after epoch %d"
              .formatted(
                  split.name().toLowerCase(Locale.ROOT),
                  Double.isNaN(found.meanLossPerExample()) ? "NaN" : "infinite",
                  epoch));
    }
    return new MetricRow(
        plan.getModel(),
        epoch,
        split,
        found.meanLossPerExample(),
        found.accuracy(),
        found.mse(),
        found.mae(),
        found.examples(),
        (System.nanoTime() - start) / NANOS);
  }

  private MetricRow row(EpochResult trained) {
    double loss = trained.meanLossPerExample();
    return new MetricRow(
        plan.getModel(),
        trained.epoch(),
        Split.TRAIN,
        loss,
        null,
        plan.getLoss() == LossKind.MSE ? loss : null,
        null,
        trained.rows(),
        trained.elapsedNanos() / NANOS);
  }

  private Result succeeded(Sequential network) {
    String sha256 = Weights.sha256(network.namedParameters());
    String path = "%s/models/%s.avro".formatted(plan.getWorkFolder(), fingerprint);
    ModelFile.write(
        path,
        ModelRecord.newBuilder()
            .setFormatVersion(ModelFile.FORMAT_VERSION)
            .setName(plan.getModel())
            .setLayers(plan.getLayers())
            .setLoss(plan.getLoss())
            .setParameters(Networks.toRecords(network.namedParameters()))
            .setColumns(plan.getColumns())
            .setScaling(inputs.scaling())
            .setLabels(inputs.learned().getLabels())
            .setWeightsSha256(sha256)
            .setProvenance(
                new Provenance(
                    plan.getSeed(),
                    plan.getFingerprint(),
                    inputs.learned().getDataChecksum(),
                    plan.getEpochs(),
                    inputs.learned().getTrainRows(),
                    BuildVersion.text()))
            .build());
    return new Result(
        outcome(OutcomeStatus.SUCCEEDED, "", sha256),
        new Metrics(plan.getModel(), rows),
        Optional.of(new ModelRef(plan.getModel(), path, sha256)));
  }

  private Result failed(OutcomeStatus status, String message) {
    return new Result(
        outcome(status, message, null), new Metrics(plan.getModel(), rows), Optional.empty());
  }

  private Outcome outcome(OutcomeStatus status, String message, String sha256) {
    return Outcome.newBuilder()
        .setModel(plan.getModel())
        .setStatus(status)
        .setMessage(message)
        .setRead(inputs.learned().getReadRecords())
        .setTrained(inputs.learned().getTrainRows())
        .setValidated(inputs.learned().getValidationRows())
        .setTested(inputs.learned().getTestRows())
        .setRejected(inputs.learned().getRejectedRecords())
        .setWeightsSha256(sha256)
        .setDataChecksum(inputs.learned().getDataChecksum())
        .build();
  }
}
