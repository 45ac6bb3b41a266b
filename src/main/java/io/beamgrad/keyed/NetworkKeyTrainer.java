package io.beamgrad.keyed;

import io.beamgrad.failure.UnusableDataException;
import io.beamgrad.metrics.KeptEpoch;
import io.beamgrad.model.ModelFile;
import io.beamgrad.model.Networks;
import io.beamgrad.nn.Loss;
import io.beamgrad.nn.Sequential;
import io.beamgrad.optim.Optimizer;
import io.beamgrad.schema.KeyEnd;
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
import java.util.ArrayList;
import java.util.List;

/** Trains keys with the plain {@link Trainer}, whatever their network is. */
final class NetworkKeyTrainer implements KeyTrainer {
  private final TrainingPlan plan;
  private final KeyOrders orders;
  private final Sequential network;
  private final Trainer trainer;
  private final ModelEvaluator evaluator;
  private final ModelEvaluator pooledEvaluator;
  private final TrainerState start;

  /**
   * @param pooled the model from whose weights keys start
   * @param isSparse whether rows are
   */
  NetworkKeyTrainer(TrainingPlan plan, ModelRecord pooled, boolean isSparse) {
    this.plan = plan;
    Loss loss = Networks.loss(plan.getLoss());
    this.orders = new KeyOrders(plan);
    this.network = network(pooled, isSparse);
    this.pooledEvaluator = new ModelEvaluator(network(pooled, isSparse), loss);
    Optimizer optimizer = Networks.optimizer(plan.getOptimizer(), network.namedParameters());
    Networks.setLrFactors(optimizer, network, plan.getLrFactors());
    this.trainer = new Trainer(network, loss, optimizer, plan.getBatchExamples());
    trainer.setPrepareAhead(false);
    trainer.setPenalty(plan.getPenaltyL1(), plan.getPenaltyL2());
    if (plan.getClipGradNorm() != null) {
      trainer.setClipGradNorm(plan.getClipGradNorm());
    }
    trainer.setPull(plan.getEach().getToPooled());
    this.evaluator = new ModelEvaluator(network, loss);
    this.start = trainer.snapshot();
  }

  private static Sequential network(ModelRecord pooled, boolean isSparse) {
    Sequential made =
        Networks.withTargets(
            Networks.build(
                pooled.getLayers(),
                ModelFile.inputShape(pooled),
                isSparse,
                pooled.getProvenance().getSeed()),
            pooled.getTargets());
    made.loadStateDict(ModelFile.parameters(pooled));
    return made;
  }

  @Override
  public int together(KeySplits key) {
    return 1;
  }

  @Override
  public List<Trained> train(List<KeySplits> keys)
      throws InterruptedException, UnusableDataException {
    List<Trained> all = new ArrayList<>();
    for (KeySplits key : keys) {
      Trained trained = train(key);
      boolean isTested = trained.ended() == KeyEnd.OWN && key.pooledTest() != null;
      all.add(isTested ? trained.withTest(measure(key.test())) : trained);
    }
    return all;
  }

  private Trained train(KeySplits key) throws InterruptedException, UnusableDataException {
    Dataset training = key.training();
    StoppingRule rule = KeyRules.stopping(plan, key.pooledValidation());
    trainer.setEarlyStopping(rule == null ? null : KeptEpoch.rule(rule));
    trainer.restore(start);
    KeyRules.schedule(plan, training.size())
        .ifPresent(schedule -> trainer.setSchedule(schedule, KeyRules.count(plan)));
    try {
      for (int epoch = 1; epoch <= plan.getEpochs() && !trainer.shouldStop(); epoch++) {
        trainer.trainEpoch(epoch, training, orders.sampler(training.size()), StepListener.NONE);
        if (rule != null) {
          trainer.endEpoch(measure(key.validation()));
        }
      }
    } catch (DivergedException e) {
      return Trained.diverged(trainer.epochs());
    }
    int kept = trainer.loadBest();
    Evaluation own = key.pooledValidation() == null ? null : measure(key.validation());
    return KeyRules.judged(
        trainer.epochs(), kept, rule, own, key.pooledValidation(), network.packedState().toBytes());
  }

  private Evaluation measure(Dataset rows) throws InterruptedException {
    return evaluator.of(rows, new SequentialSampler(rows.size()), false, EvaluationListener.NONE);
  }

  @Override
  public Evaluation measurePooled(Dataset rows) throws InterruptedException {
    return pooledEvaluator.of(
        rows, new SequentialSampler(rows.size()), false, EvaluationListener.NONE);
  }
}
