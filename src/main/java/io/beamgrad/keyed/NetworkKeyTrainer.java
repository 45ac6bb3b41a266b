package io.beamgrad.keyed;

import io.beamgrad.failure.UnusableDataException;
import io.beamgrad.metrics.KeptEpoch;
import io.beamgrad.model.ModelFile;
import io.beamgrad.model.Networks;
import io.beamgrad.nn.Loss;
import io.beamgrad.nn.Sequential;
import io.beamgrad.optim.Optimizer;
import io.beamgrad.schema.ModelRecord;
import io.beamgrad.schema.StoppingRule;
import io.beamgrad.schema.TrainingPlan;
import io.beamgrad.train.Dataset;
import io.beamgrad.train.DivergedException;
import io.beamgrad.train.Evaluation;
import io.beamgrad.train.EvaluationListener;
import io.beamgrad.train.ModelEvaluator;
import io.beamgrad.train.SequentialSampler;
import io.beamgrad.train.StepListener;
import io.beamgrad.train.Trainer;
import io.beamgrad.train.TrainerState;
import java.util.HashSet;
import java.util.Set;
import org.checkerframework.checker.nullness.qual.Nullable;

/** Trains keys with the plain {@link Trainer}, whatever their network is. */
final class NetworkKeyTrainer implements KeyTrainer {
  private static final EvaluationListener NO_LISTENER = (outputs, targets) -> {};

  /** Steps and passes are recorded for each number of rows: up to so many numbers altogether. */
  private static final long MOST_RECORDED = 16L << 20;

  private final TrainingPlan plan;
  private final ModelRecord pooled;
  private final boolean isSparse;
  private final Loss loss;
  private final KeyOrders orders;
  private final long numbersOfRow; // of a step, about
  private final Set<Long> recordedRows = new HashSet<>(); // of batches
  private long recorded;
  private Sequential network;
  private Trainer trainer;
  private ModelEvaluator evaluator;
  private ModelEvaluator pooledEvaluator;
  private TrainerState start;

  /**
   * @param pooled the model from whose weights keys start
   * @param isSparse whether rows are
   */
  NetworkKeyTrainer(TrainingPlan plan, ModelRecord pooled, boolean isSparse) {
    this.plan = plan;
    this.pooled = pooled;
    this.isSparse = isSparse;
    this.loss = Networks.loss(plan.getLoss());
    this.orders = new KeyOrders(plan);
    this.numbersOfRow = 4L * numbersOfRow(pooled);
    begin();
  }

  private static long numbersOfRow(ModelRecord pooled) {
    int[] shape = ModelFile.inputShape(pooled);
    long numbers = shape[0];
    for (int i = 0; i < pooled.getLayers().size(); i++) {
      shape = Networks.outputShape(pooled.getLayers().subList(i, i + 1), shape);
      numbers += shape[0];
    }
    return numbers;
  }

  private void begin() {
    network = network();
    pooledEvaluator = new ModelEvaluator(network(), loss);
    Optimizer optimizer = Networks.optimizer(plan.getOptimizer(), network.namedParameters());
    Networks.setLrFactors(optimizer, network, plan.getLrFactors());
    trainer = new Trainer(network, loss, optimizer, plan.getBatchExamples());
    trainer.setPrepareAhead(false);
    trainer.setPenalty(plan.getPenaltyL1(), plan.getPenaltyL2());
    if (plan.getClipGradNorm() != null) {
      trainer.setClipGradNorm(plan.getClipGradNorm());
    }
    trainer.setPull(plan.getEach().getToPooled());
    evaluator = new ModelEvaluator(network, loss);
    start = trainer.snapshot();
    recordedRows.clear();
    recorded = 0;
  }

  private Sequential network() {
    Sequential made =
        Networks.withTargets(
            Networks.build(
                pooled.getLayers(), ModelFile.inputShape(pooled), isSparse, plan.getSeed()),
            pooled.getTargets());
    made.loadStateDict(ModelFile.parameters(pooled));
    return made;
  }

  @Override
  public Trained train(Dataset training, Dataset validation, @Nullable Evaluation pooledValidation)
      throws InterruptedException, UnusableDataException {
    note(training.size(), plan.getBatchExamples());
    note(validation.size(), Long.MAX_VALUE);
    StoppingRule rule = KeyRules.stopping(plan, pooledValidation);
    trainer.setEarlyStopping(rule == null ? null : KeptEpoch.rule(rule));
    trainer.restore(start);
    KeyRules.schedule(plan, training.size())
        .ifPresent(schedule -> trainer.setSchedule(schedule, KeyRules.count(plan)));
    try {
      for (int epoch = 1; epoch <= plan.getEpochs() && !trainer.shouldStop(); epoch++) {
        trainer.trainEpoch(epoch, training, orders.sampler(training.size()), StepListener.NONE);
        if (rule != null) {
          trainer.endEpoch(measure(validation));
        }
      }
    } catch (DivergedException e) {
      return Trained.diverged(trainer.epochs());
    }
    int kept = trainer.loadBest();
    Evaluation own = pooledValidation == null ? null : measure(validation);
    return KeyRules.judged(
        trainer.epochs(), kept, rule, own, pooledValidation, network.packedState().toBytes());
  }

  /** Begins anew where too much has been recorded; nothing of it shows in what is trained. */
  private void note(long rows, long ofBatch) {
    long last = rows % ofBatch;
    if (recorded > MOST_RECORDED) {
      begin();
    }
    if (last < Integer.MAX_VALUE && recordedRows.add(last)) {
      recorded += Math.min(last, 1000) * numbersOfRow;
    }
  }

  @Override
  public Evaluation measure(Dataset rows) throws InterruptedException {
    return evaluator.of(rows, new SequentialSampler(rows.size()), false, NO_LISTENER);
  }

  @Override
  public Evaluation measurePooled(Dataset rows) throws InterruptedException {
    return pooledEvaluator.of(rows, new SequentialSampler(rows.size()), false, NO_LISTENER);
  }
}
