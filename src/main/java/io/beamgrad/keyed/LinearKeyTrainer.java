package io.beamgrad.keyed;

import io.beamgrad.data.encoding.RowEncoder;
import io.beamgrad.data.shuffle.KeyRows;
import io.beamgrad.failure.UnusableDataException;
import io.beamgrad.metrics.KeptEpoch;
import io.beamgrad.model.ModelFile;
import io.beamgrad.model.Networks;
import io.beamgrad.nn.Loss;
import io.beamgrad.nn.TargetScaling;
import io.beamgrad.optim.Gradients;
import io.beamgrad.optim.Optimizer;
import io.beamgrad.optim.Schedule;
import io.beamgrad.schema.LinearLayer;
import io.beamgrad.schema.MeanSquaredError;
import io.beamgrad.schema.ModelRecord;
import io.beamgrad.schema.StoppingRule;
import io.beamgrad.schema.TrainingPlan;
import io.beamgrad.tensor.Kernels;
import io.beamgrad.tensor.Tensor;
import io.beamgrad.train.Dataset;
import io.beamgrad.train.EarlyStopping;
import io.beamgrad.train.Evaluation;
import io.beamgrad.train.Evaluator;
import io.beamgrad.train.RowBatch;
import io.beamgrad.train.Sampler;
import io.beamgrad.train.SequentialSampler;
import io.beamgrad.train.Trainer;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.checkerframework.checker.nullness.qual.Nullable;

/**
 * Trains keys whose model is one linear output of dense rows by the mean squared error, with the
 * bits of {@link NetworkKeyTrainer}, but without its graph. A key whose rows are not in memory is
 * left to that.
 */
final class LinearKeyTrainer implements KeyTrainer {
  private static final int FEW_INPUTS = 32;

  private final TrainingPlan plan;
  private final KeyTrainer others;
  private final KeyOrders orders;
  private final int inputs;
  private final Loss loss;
  private final @Nullable TargetScaling scaling; // null where outputs are predictions
  private final Tensor weight; // [1, inputs]
  private final Tensor bias; // [1]
  private final List<Tensor> parameters;
  private final List<float[]> pooled; // of the parameters
  private final Optimizer optimizer;
  private final Map<String, Tensor> startState; // of the optimiser
  private final double initialLr;

  private float[] targets = {}; // of the training rows, as they are minimised
  private final long[] order;
  private final float[] x; // (batch, inputs)
  private final float[] t; // (batch)
  private final float[] y; // (batch), then the gradients
  private boolean isOfOthers; // the key that was trained last

  private LinearKeyTrainer(TrainingPlan plan, ModelRecord model, KeyTrainer others) {
    this.plan = plan;
    this.others = others;
    this.orders = new KeyOrders(plan);
    this.loss = Networks.loss(plan.getLoss());
    this.scaling = model.getTargets().isEmpty() ? null : Networks.targetScaling(model.getTargets());
    Map<String, Tensor> named = new LinkedHashMap<>();
    ModelFile.parameters(model)
        .forEach((name, tensor) -> named.put(name, tensor.requiresGrad(true)));
    this.parameters = List.copyOf(named.values());
    this.weight = parameters.get(0);
    this.bias = parameters.get(1);
    this.inputs = weight.size(1);
    this.pooled = parameters.stream().map(parameter -> parameter.data().clone()).toList();
    this.optimizer = Networks.optimizer(plan.getOptimizer(), named);
    Networks.setLrFactors(
        optimizer,
        Networks.build(model.getLayers(), new int[] {inputs}, false, 0),
        plan.getLrFactors());
    this.startState = optimizer.stateDict();
    this.initialLr = optimizer.lr();
    int batch = plan.getBatchExamples();
    this.order = new long[batch];
    this.x = new float[batch * inputs];
    this.t = new float[batch];
    this.y = new float[batch];
  }

  /**
   * The trainer of keys of a model.
   *
   * @param rows how the rows are encoded
   */
  static KeyTrainer of(TrainingPlan plan, ModelRecord model, RowEncoder rows) {
    KeyTrainer any = new NetworkKeyTrainer(plan, model, rows.isSparse());
    boolean isOfRow =
        model.getLayers().size() == 1
            && model.getLayers().get(0) instanceof LinearLayer layer
            && layer.getOutFeatures() == 1
            && !layer.getNtk()
            && plan.getLoss() instanceof MeanSquaredError
            && !rows.isSparse()
            && !rows.isWeighted();
    return isOfRow ? new LinearKeyTrainer(plan, model, any) : any;
  }

  @Override
  public Trained train(Dataset training, Dataset validation, @Nullable Evaluation pooledValidation)
      throws InterruptedException, UnusableDataException {
    isOfOthers = !(training instanceof KeyDataset) || !(validation instanceof KeyDataset);
    if (isOfOthers) {
      return others.train(training, validation, pooledValidation);
    }
    KeyRows rows = ((KeyDataset) training).rowsOfKey();
    begin(rows);
    StoppingRule rule = KeyRules.stopping(plan, pooledValidation);
    EarlyStopping stopping = rule == null ? null : KeptEpoch.rule(rule);
    Optional<Schedule> schedule = KeyRules.schedule(plan, rows.rows());
    boolean isPerStep = KeyRules.count(plan) == Trainer.Count.STEPS;
    Sampler sampler = orders.sampler(rows.rows());
    int epoch = 0;
    while (epoch < plan.getEpochs() && (stopping == null || !stopping.shouldStop())) {
      epoch++;
      Sampler.RowOrder next = sampler.order(epoch);
      for (int count = next.next(order, order.length);
          count > 0;
          count = next.next(order, order.length)) {
        if (schedule.isPresent()) {
          long counted = isPerStep ? optimizer.steps() : epoch - 1L;
          optimizer.setLr(schedule.get().lr(initialLr, counted));
        }
        if (!step(rows, count)) {
          return Trained.diverged(epoch - 1);
        }
      }
      if (stopping != null) {
        double score = KeptEpoch.metric(rule).score(measure(validation));
        stopping.update(epoch, score, this::copy);
      }
    }
    int kept = epoch;
    if (stopping != null && stopping.state().bestEpoch() > 0) {
      kept = stopping.state().bestEpoch();
      load(List.copyOf(stopping.state().bestParameters().values()));
    }
    Evaluation own = pooledValidation == null ? null : measure(validation);
    return KeyRules.judged(epoch, kept, rule, own, pooledValidation, weights());
  }

  /**
   * Sets all to the pooled model, and brings the targets into the unit in which they are minimised.
   */
  private void begin(KeyRows rows) {
    for (int p = 0; p < parameters.size(); p++) {
      System.arraycopy(pooled.get(p), 0, parameters.get(p).data(), 0, pooled.get(p).length);
    }
    optimizer.loadStateDict(startState, 0);
    optimizer.setLr(initialLr);
    if (targets.length < rows.rows()) {
      targets = new float[2 * rows.rows()];
    }
    for (int row = 0; row < rows.rows(); row++) {
      float target = rows.targets()[row];
      targets[row] = scaling == null ? target : scaling.scaled(target, 0);
    }
  }

  /**
   * A step on the next rows of the order.
   *
   * @return false where the loss is not finite, and nothing was changed
   */
  private boolean step(KeyRows rows, int count) {
    float[] all = rows.inputs();
    for (int i = 0; i < count; i++) {
      int row = (int) order[i];
      System.arraycopy(all, row * inputs, x, i * inputs, inputs);
      t[i] = targets[row];
    }
    predict(x, count, weight.data(), bias.data(), y);
    double sum = 0;
    for (int i = 0; i < count; i++) {
      y[i] -= t[i];
      sum += (double) y[i] * y[i];
    }
    if (!Float.isFinite((float) (sum / count))) {
      return false;
    }
    float share = 1f / count;
    float biasGradient = 0f;
    for (int i = 0; i < count; i++) {
      y[i] = 0f + share * (2f * y[i]);
      biasGradient += y[i];
    }
    addGradient(count, weight.gradData());
    bias.gradData()[0] = biasGradient;
    if (plan.getPenaltyL1() != 0 || plan.getPenaltyL2() != 0) {
      Gradients.addPenalty(parameters, plan.getPenaltyL1(), plan.getPenaltyL2());
    }
    if (plan.getEach().getToPooled() != 0) {
      Gradients.addPull(parameters, pooled, plan.getEach().getToPooled());
    }
    if (plan.getClipGradNorm() != null) {
      Gradients.clipGradNorm(parameters, plan.getClipGradNorm());
    }
    optimizer.step();
    return true;
  }

  /**
   * The outputs of some rows: each one chain of fused multiply-adds from the bias on, as the
   * kernels make it. These are called for wide rows alone, as finding their arrays takes longer
   * than few products.
   */
  private void predict(float[] rows, int count, float[] w, float[] b, float[] outputs) {
    if (inputs > FEW_INPUTS) {
      Kernels.current().linear(rows, w, b, outputs, count, inputs, 1, 1f);
      return;
    }
    for (int row = 0, at = 0; row < count; row++, at += inputs) {
      float output = b[0];
      for (int i = 0; i < inputs; i++) {
        output = Math.fma(rows[at + i], w[i], output);
      }
      outputs[row] = output;
    }
  }

  /** The gradient of the weights, as the kernels make it: of each the rows in their order. */
  private void addGradient(int count, float[] gradient) {
    if (inputs > FEW_INPUTS) {
      Kernels.current().matmulTransposedA(y, x, gradient, 1, count, inputs, false);
      return;
    }
    Arrays.fill(gradient, 0f);
    for (int row = 0, at = 0; row < count; row++, at += inputs) {
      float slope = y[row];
      for (int i = 0; i < inputs; i++) {
        gradient[i] = Math.fma(slope, x[at + i], gradient[i]);
      }
    }
  }

  @Override
  public Evaluation measure(Dataset of) throws InterruptedException {
    return isOfOthers ? others.measure(of) : measure(of, weight.data(), bias.data());
  }

  @Override
  public Evaluation measurePooled(Dataset of) {
    return measure(of, pooled.get(0), pooled.get(1));
  }

  private Evaluation measure(Dataset of, float[] w, float[] b) {
    Evaluator evaluator = new Evaluator(loss);
    if (of instanceof KeyDataset inMemory) {
      KeyRows rows = inMemory.rowsOfKey();
      add(rows.inputs(), rows.targets(), rows.rows(), w, b, evaluator);
      return evaluator.result();
    }
    RowBatch batch = new RowBatch(of);
    Sampler.RowOrder next = new SequentialSampler(of.size()).order(0);
    for (int count = next.next(order, order.length);
        count > 0;
        count = next.next(order, order.length)) {
      batch.resize(count);
      of.copyRows(order, count, batch);
      add(batch.inputs(), batch.targets(), count, w, b, evaluator);
    }
    return evaluator.result();
  }

  /** Adds predictions of some rows. */
  private void add(
      float[] rows, float[] expected, int count, float[] w, float[] b, Evaluator evaluator) {
    float[] outputs = new float[count];
    predict(rows, count, w, b, outputs);
    if (scaling != null) {
      for (int row = 0; row < count; row++) {
        outputs[row] = scaling.predicted(outputs[row], 0);
      }
    }
    Tensor targetsOfRows = Tensor.wrap(Arrays.copyOf(expected, count), count, 1);
    evaluator.add(Tensor.wrap(outputs, count, 1), targetsOfRows);
  }

  private Map<String, Tensor> copy() {
    Map<String, Tensor> copies = new LinkedHashMap<>();
    for (Tensor parameter : parameters) {
      copies.put(
          Integer.toString(copies.size()), Tensor.wrap(parameter.toArray(), parameter.shape()));
    }
    return copies;
  }

  private void load(List<Tensor> values) {
    for (int p = 0; p < parameters.size(); p++) {
      float[] from = values.get(p).data();
      System.arraycopy(from, 0, parameters.get(p).data(), 0, from.length);
    }
  }

  private ByteBuffer weights() {
    ByteBuffer weights =
        ByteBuffer.allocate(Float.BYTES * (inputs + 1)).order(ByteOrder.LITTLE_ENDIAN);
    weights.asFloatBuffer().put(weight.data()).put(bias.data());
    return weights;
  }
}
