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
import io.beamgrad.schema.KeyEnd;
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
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.checkerframework.checker.nullness.qual.Nullable;

/**
 * Trains keys whose model is one linear output of dense rows by the mean squared error, with the
 * bits of {@link NetworkKeyTrainer}. Keys with as many training rows, which come in the same order
 * then, are trained side by side, each in a lane of the vectors. A key that is too large for that
 * is left to the network.
 */
final class LinearKeyTrainer implements KeyTrainer {
  private static final int LANES = Kernels.LANES;

  /** Of the training rows of a key that is trained in a lane. */
  private static final long MOST_NUMBERS = 1L << 18;

  /** Fewer keys leave most lanes empty, which takes longer than the network for larger keys. */
  private static final int FEW = 4;

  private static final long MOST_NUMBERS_OF_FEW = 1L << 13;

  private final TrainingPlan plan;
  private final KeyTrainer others;
  private final KeyOrders orders;
  private final int inputs;
  private final Loss loss;
  private final @Nullable TargetScaling scaling; // null where outputs are predictions
  private final List<float[]> pooled; // of the weight, (inputs), and the bias, (1)
  private final List<float[]> start; // the same in every lane
  private final Tensor weight; // (inputs, LANES)
  private final Tensor bias; // (LANES)
  private final List<Tensor> parameters;
  private final List<Tensor> ofOne; // of one lane: (1, inputs) and (1)
  private final Optimizer optimizer;
  private final Map<String, Tensor> startState; // of the optimiser
  private final double initialLr;

  private float[] x = {}; // (rows, inputs, LANES)
  private float[] t = {}; // the targets as they are minimised, (rows, LANES)
  private final long[] order; // of the rows of a batch
  private final int[] batch; // the same
  private final float[] y; // (batch, LANES), then the gradients
  private final double[] sums = new double[LANES]; // of squares
  private float[] outputs = {}; // of rows that are measured

  private LinearKeyTrainer(TrainingPlan plan, ModelRecord model, KeyTrainer others) {
    this.plan = plan;
    this.others = others;
    this.orders = new KeyOrders(plan);
    this.loss = Networks.loss(plan.getLoss());
    this.scaling = model.getTargets().isEmpty() ? null : Networks.targetScaling(model.getTargets());
    Map<String, Tensor> ofModel = ModelFile.parameters(model);
    this.ofOne = List.copyOf(ofModel.values());
    ofOne.forEach(parameter -> parameter.requiresGrad(true));
    this.inputs = ofOne.get(0).size(1);
    this.pooled = ofOne.stream().map(parameter -> parameter.data().clone()).toList();
    this.start = pooled.stream().map(LinearKeyTrainer::inAllLanes).toList();
    this.weight = Tensor.zeros(inputs, LANES).requiresGrad(true);
    this.bias = Tensor.zeros(LANES).requiresGrad(true);
    this.parameters = List.of(weight, bias);
    Map<String, Tensor> named = new LinkedHashMap<>();
    ofModel.keySet().forEach(name -> named.put(name, parameters.get(named.size())));
    this.optimizer = Networks.optimizer(plan.getOptimizer(), named);
    Networks.setLrFactors(
        optimizer,
        Networks.build(model.getLayers(), new int[] {inputs}, false, 0),
        plan.getLrFactors());
    this.startState = optimizer.stateDict();
    this.initialLr = optimizer.lr();
    int rows = plan.getBatchExamples();
    this.order = new long[rows];
    this.batch = new int[rows];
    this.y = new float[rows * LANES];
  }

  private static float[] inAllLanes(float[] values) {
    float[] lanes = new float[values.length * LANES];
    for (int i = 0; i < values.length; i++) {
      Arrays.fill(lanes, i * LANES, (i + 1) * LANES, values[i]);
    }
    return lanes;
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
  public int together(KeySplits key) {
    boolean isSmall = key.areInMemory() && key.training().size() * inputs <= MOST_NUMBERS;
    return isSmall ? LANES : 1;
  }

  @Override
  public List<Trained> train(List<KeySplits> keys)
      throws InterruptedException, UnusableDataException {
    boolean areFewLarge =
        keys.size() < FEW && keys.get(0).training().size() * inputs > MOST_NUMBERS_OF_FEW;
    if (together(keys.get(0)) == 1 || areFewLarge) {
      return others.train(keys);
    }
    int rows = (int) keys.get(0).training().size();
    List<Lane> lanes = lanes(keys, rows);
    Optional<Schedule> schedule = KeyRules.schedule(plan, rows);
    boolean isPerStep = KeyRules.count(plan) == Trainer.Count.STEPS;
    Sampler sampler = orders.sampler(rows);
    for (int epoch = 1;
        epoch <= plan.getEpochs() && lanes.stream().anyMatch(Lane::isTraining);
        epoch++) {
      if (Thread.interrupted()) {
        throw new InterruptedException("training of keys was interrupted");
      }
      Sampler.RowOrder next = sampler.order(epoch);
      for (int count = next.next(order, order.length);
          count > 0;
          count = next.next(order, order.length)) {
        if (schedule.isPresent()) {
          long counted = isPerStep ? optimizer.steps() : epoch - 1L;
          optimizer.setLr(schedule.get().lr(initialLr, counted));
        }
        step(count, lanes.size());
        for (Lane lane : lanes) {
          lane.requireFinite(count, epoch);
        }
      }
      for (Lane lane : lanes) {
        lane.endEpoch(epoch);
      }
    }
    List<Trained> trained = new ArrayList<>();
    for (Lane lane : lanes) {
      trained.add(lane.trained);
    }
    return trained;
  }

  /** Sets all lanes to the pooled model, and lays the rows of each key into its own. */
  private List<Lane> lanes(List<KeySplits> keys, int rows) {
    for (int p = 0; p < parameters.size(); p++) {
      System.arraycopy(start.get(p), 0, parameters.get(p).data(), 0, start.get(p).length);
    }
    optimizer.loadStateDict(startState, 0);
    optimizer.setLr(initialLr);
    if (t.length < rows * LANES) {
      x = new float[rows * inputs * LANES];
      t = new float[rows * LANES];
    }
    if (keys.size() < LANES) { // so that the other lanes compute with plain numbers
      Arrays.fill(x, 0, rows * inputs * LANES, 0f);
      Arrays.fill(t, 0, rows * LANES, 0f);
    }
    List<Lane> lanes = new ArrayList<>();
    for (KeySplits key : keys) {
      int lane = lanes.size();
      KeyRows of = ((KeyDataset) key.training()).rowsOfKey();
      for (int i = 0; i < rows * inputs; i++) {
        x[i * LANES + lane] = of.inputs()[i];
      }
      for (int row = 0; row < rows; row++) {
        float target = of.targets()[row];
        t[row * LANES + lane] = scaling == null ? target : scaling.scaled(target, 0);
      }
      lanes.add(new Lane(lane, key));
    }
    return lanes;
  }

  /**
   * A step of all lanes on the next rows of the order; {@link #sums} are what they lose there.
   *
   * @param keys how many lanes have one
   */
  private void step(int count, int keys) {
    for (int i = 0; i < count; i++) {
      batch[i] = (int) order[i];
    }
    Kernels kernels = Kernels.current();
    kernels.laneProduct(x, batch, count, inputs, weight.data(), bias.data(), y);
    Arrays.fill(sums, 0);
    float share = 1f / count;
    float[] biasGradient = bias.gradData();
    Arrays.fill(biasGradient, 0f);
    for (int r = 0; r < count; r++) {
      int target = batch[r] * LANES;
      for (int lane = 0; lane < LANES; lane++) {
        float error = y[r * LANES + lane] - t[target + lane];
        sums[lane] += (double) error * error;
        float slope = 0f + share * (2f * error);
        y[r * LANES + lane] = slope;
        biasGradient[lane] += slope;
      }
    }
    kernels.laneGradient(x, batch, count, inputs, y, weight.gradData());
    if (plan.getPenaltyL1() != 0 || plan.getPenaltyL2() != 0) {
      Gradients.addPenalty(parameters, plan.getPenaltyL1(), plan.getPenaltyL2());
    }
    if (plan.getEach().getToPooled() != 0) {
      Gradients.addPull(parameters, start, plan.getEach().getToPooled());
    }
    if (plan.getClipGradNorm() != null) {
      clip(plan.getClipGradNorm(), keys);
    }
    optimizer.step();
  }

  /** Clips the gradients of each lane by their own norm. */
  private void clip(double maxNorm, int keys) {
    for (int lane = 0; lane < keys; lane++) {
      for (int p = 0; p < parameters.size(); p++) {
        copyLane(parameters.get(p).gradData(), lane, ofOne.get(p).gradData());
      }
      Gradients.clipGradNorm(ofOne, maxNorm);
      for (int p = 0; p < parameters.size(); p++) {
        float[] clipped = ofOne.get(p).gradData();
        for (int i = 0; i < clipped.length; i++) {
          parameters.get(p).gradData()[i * LANES + lane] = clipped[i];
        }
      }
    }
  }

  private static void copyLane(float[] lanes, int lane, float[] to) {
    for (int i = 0; i < to.length; i++) {
      to[i] = lanes[i * LANES + lane];
    }
  }

  /** The training of one key. */
  private final class Lane {
    private final int lane;
    private final KeySplits key;
    private final @Nullable StoppingRule rule;
    private final @Nullable EarlyStopping stopping;
    private @Nullable Trained trained; // null as long as it trains

    Lane(int lane, KeySplits key) {
      this.lane = lane;
      this.key = key;
      this.rule = KeyRules.stopping(plan, key.pooledValidation());
      this.stopping = rule == null ? null : KeptEpoch.rule(rule);
    }

    boolean isTraining() {
      return trained == null;
    }

    /** Ends where the loss of a step is not finite. */
    void requireFinite(int count, int epoch) {
      if (isTraining() && !Float.isFinite((float) (sums[lane] / count))) {
        trained = Trained.diverged(epoch - 1);
      }
    }

    void endEpoch(int epoch) {
      if (!isTraining()) {
        return;
      }
      if (stopping != null) {
        List<float[]> weights = weights();
        double score = KeptEpoch.metric(rule).score(measure(key.validation(), weights));
        stopping.update(epoch, score, () -> named(weights));
      }
      if (epoch == plan.getEpochs() || (stopping != null && stopping.shouldStop())) {
        trained = ended(epoch);
      }
    }

    private Trained ended(int epoch) {
      boolean hasBest = stopping != null && stopping.state().bestEpoch() > 0;
      List<float[]> kept =
          hasBest
              ? stopping.state().bestParameters().values().stream().map(Tensor::data).toList()
              : weights();
      Evaluation own = key.pooledValidation() == null ? null : measure(key.validation(), kept);
      Trained judged =
          KeyRules.judged(
              epoch,
              hasBest ? stopping.state().bestEpoch() : epoch,
              rule,
              own,
              key.pooledValidation(),
              bytes(kept));
      boolean isTested = judged.ended() == KeyEnd.OWN && key.pooledTest() != null;
      return isTested ? judged.withTest(measure(key.test(), kept)) : judged;
    }

    private List<float[]> weights() {
      List<float[]> weights = List.of(new float[inputs], new float[1]);
      for (int p = 0; p < parameters.size(); p++) {
        copyLane(parameters.get(p).data(), lane, weights.get(p));
      }
      return weights;
    }
  }

  private static Map<String, Tensor> named(List<float[]> weights) {
    Map<String, Tensor> named = new LinkedHashMap<>();
    for (float[] of : weights) {
      named.put(Integer.toString(named.size()), Tensor.wrap(of, of.length));
    }
    return named;
  }

  private static ByteBuffer bytes(List<float[]> weights) {
    int count = weights.stream().mapToInt(of -> of.length).sum();
    ByteBuffer bytes = ByteBuffer.allocate(Float.BYTES * count).order(ByteOrder.LITTLE_ENDIAN);
    for (float[] of : weights) {
      for (float value : of) {
        bytes.putFloat(value);
      }
    }
    return bytes.flip();
  }

  @Override
  public Evaluation measurePooled(Dataset of) {
    return measure(of, pooled);
  }

  private Evaluation measure(Dataset of, List<float[]> weights) {
    Evaluator evaluator = new Evaluator(loss);
    if (of instanceof KeyDataset inMemory) {
      KeyRows rows = inMemory.rowsOfKey();
      add(rows.inputs(), rows.targets(), rows.rows(), weights, evaluator);
      return evaluator.result();
    }
    RowBatch rows = new RowBatch(of);
    Sampler.RowOrder next = new SequentialSampler(of.size()).order(0);
    for (int count = next.next(order, order.length);
        count > 0;
        count = next.next(order, order.length)) {
      rows.resize(count);
      of.copyRows(order, count, rows);
      add(rows.inputs(), rows.targets(), count, weights, evaluator);
    }
    return evaluator.result();
  }

  /** Adds predictions of some rows, each one chain from the bias on, as the kernels make it. */
  private void add(
      float[] rows, float[] expected, int count, List<float[]> weights, Evaluator evaluator) {
    float[] w = weights.get(0);
    outputs = outputs.length < count ? new float[count] : outputs;
    for (int row = 0, at = 0; row < count; row++, at += inputs) {
      float output = weights.get(1)[0];
      for (int i = 0; i < inputs; i++) {
        output = Math.fma(rows[at + i], w[i], output);
      }
      outputs[row] = scaling == null ? output : scaling.predicted(output, 0);
    }
    evaluator.add(
        Tensor.wrap(Arrays.copyOf(outputs, count), count, 1),
        Tensor.wrap(Arrays.copyOf(expected, count), count, 1));
  }
}
