package io.beamgrad.model;

import io.beamgrad.failure.UnusableDataException;
import io.beamgrad.nn.BCEWithLogitsLoss;
import io.beamgrad.nn.BatchNorm1d;
import io.beamgrad.nn.CrossEntropyLoss;
import io.beamgrad.nn.Ensemble;
import io.beamgrad.nn.Flatten;
import io.beamgrad.nn.HuberLoss;
import io.beamgrad.nn.L1Loss;
import io.beamgrad.nn.LayerNorm;
import io.beamgrad.nn.Linear;
import io.beamgrad.nn.Loss;
import io.beamgrad.nn.MSELoss;
import io.beamgrad.nn.Module;
import io.beamgrad.nn.ParameterKind;
import io.beamgrad.nn.QuantileLoss;
import io.beamgrad.nn.Scale;
import io.beamgrad.nn.Sequential;
import io.beamgrad.nn.SparseLinear;
import io.beamgrad.nn.TargetScaling;
import io.beamgrad.nn.Temperature;
import io.beamgrad.optim.Optimizer;
import io.beamgrad.optim.SGD;
import io.beamgrad.optim.Schedule;
import io.beamgrad.schema.Adam;
import io.beamgrad.schema.BatchNormLayer;
import io.beamgrad.schema.BinaryCrossEntropy;
import io.beamgrad.schema.CosineDecay;
import io.beamgrad.schema.CosineLogDecay;
import io.beamgrad.schema.CrossEntropy;
import io.beamgrad.schema.ExponentialDecay;
import io.beamgrad.schema.FlattenLayer;
import io.beamgrad.schema.Huber;
import io.beamgrad.schema.LayerNormLayer;
import io.beamgrad.schema.LearningRateSchedule;
import io.beamgrad.schema.LinearLayer;
import io.beamgrad.schema.LrFactors;
import io.beamgrad.schema.MeanAbsoluteError;
import io.beamgrad.schema.MeanSquaredError;
import io.beamgrad.schema.OutcomeStatus;
import io.beamgrad.schema.Parameter;
import io.beamgrad.schema.Quantile;
import io.beamgrad.schema.ScaleLayer;
import io.beamgrad.schema.Sgd;
import io.beamgrad.schema.StepDecay;
import io.beamgrad.schema.TargetEncoding;
import io.beamgrad.schema.TargetScale;
import io.beamgrad.schema.WarmUp;
import io.beamgrad.tensor.Generator;
import io.beamgrad.tensor.Tensor;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import org.checkerframework.checker.nullness.qual.Nullable;

/** Makes modules, losses, optimisers and schedules of what a plan or a model file says. */
public final class Networks {
  private Networks() {}

  /**
   * The layers one after the other, with PyTorch's default initialisation, but for linear layers
   * that say otherwise.
   *
   * @param layers records of the schemas
   * @param inputShape of one row, such as {@code [28, 28]}
   * @param sparse whether rows are sparse: a linear layer that they come to is then made for them,
   *     with the same numbers and names
   * @param seed of the weights and of what dropout zeroes
   * @throws IllegalArgumentException where a layer does not fit what comes before it
   */
  public static Sequential build(List<Object> layers, int[] inputShape, boolean sparse, long seed) {
    Generator generator = Generator.derive(seed, "initial weights");
    List<Module> modules = new ArrayList<>();
    int[] shape = inputShape;
    for (int i = 0; i < layers.size(); i++) {
      Object layer = layers.get(i);
      Optional<String> ofVectors = wordOfVectors(layer);
      if (ofVectors.isPresent() && shape.length != 1) {
        throw new IllegalArgumentException(
            "model[%s]: %s needs rows of one dimension, found %s; put flatten before it"
                .formatted(i, ofVectors.get(), Arrays.toString(shape)));
      }
      boolean takesSparse = sparse && keepSparse(layers.subList(0, i));
      long layerSeed = Generator.deriveSeed(seed, "layer", i);
      modules.add(
          layer instanceof LinearLayer linear
              ? linear(linear, shape[0], takesSparse, generator)
              : module(layer, shape, layerSeed));
      shape = outputShape(layer, shape);
    }
    return new Sequential(modules);
  }

  private static Module linear(
      LinearLayer layer, int inputs, boolean takesSparse, Generator generator) {
    Linear linear =
        layer.getNtk()
            ? Linear.ntk(inputs, layer.getOutFeatures(), generator)
            : new Linear(inputs, layer.getOutFeatures(), generator);
    if (layer.getZero()) {
      linear.zeroed();
    }
    return takesSparse ? new SparseLinear(linear) : linear;
  }

  private static Module module(Object layer, int[] shape, long seed) {
    if (layer instanceof FlattenLayer) {
      return new Flatten();
    }
    if (layer instanceof ScaleLayer) {
      return new Scale(shape[0]);
    }
    if (layer instanceof BatchNormLayer norm) {
      return new BatchNorm1d(shape[0], norm.getEps(), norm.getMomentum());
    }
    if (layer instanceof LayerNormLayer norm) {
      return new LayerNorm(shape[0], norm.getEps());
    }
    return elementwise("Networks", layer).module(layer, seed);
  }

  /** The word of a layer that takes rows of one dimension alone; empty of others. */
  static Optional<String> wordOfVectors(Object layer) {
    if (layer instanceof LinearLayer) {
      return Optional.of("linear");
    }
    if (layer instanceof ScaleLayer) {
      return Optional.of("scale");
    }
    if (layer instanceof BatchNormLayer) {
      return Optional.of("batch_norm");
    }
    return layer instanceof LayerNormLayer ? Optional.of("layer_norm") : Optional.empty();
  }

  /**
   * Whether sparse rows are still sparse behind some layers, as a linear layer takes them: nothing
   * that does not flatten, or one scale.
   */
  static boolean keepSparse(List<Object> layers) {
    List<Object> others =
        layers.stream().filter(layer -> !(layer instanceof FlattenLayer)).toList();
    return others.isEmpty() || (others.size() == 1 && others.get(0) instanceof ScaleLayer);
  }

  /**
   * A network whose outputs, where targets are scaled, become predictions in the targets' unit.
   *
   * @param targets none where outputs are predictions as they are
   * @throws IllegalArgumentException where a number of a target is not one that it can have
   */
  public static Sequential withTargets(Sequential network, List<TargetEncoding> targets) {
    if (targets.isEmpty()) {
      return network;
    }
    List<Module> modules = new ArrayList<>(network.modules());
    modules.add(targetScaling(targets));
    return new Sequential(modules);
  }

  /**
   * A network whose logits are divided by a temperature; the weights and their names are the same.
   *
   * @param network a {@link Sequential} or an {@link Ensemble}
   * @param temperature null for none
   * @throws IllegalArgumentException where it is none
   */
  public static Module calibrated(Module network, @Nullable Float temperature) {
    if (temperature == null) {
      return network;
    }
    if (network instanceof Ensemble ensemble) {
      return ensemble.calibrated(temperature);
    }
    List<Module> modules = new ArrayList<>(((Sequential) network).modules());
    modules.add(new Temperature(temperature));
    return new Sequential(modules);
  }

  /** The last module of such a network. */
  public static TargetScaling targetScaling(List<TargetEncoding> targets) {
    return new TargetScaling(targets.stream().map(Networks::target).toList());
  }

  private static TargetScaling.Target target(TargetEncoding target) {
    return new TargetScaling.Target(
        target.getMethod() == TargetScale.LOG,
        target.getShift(),
        target.getScale(),
        target.getLeast() == null ? -Float.MAX_VALUE : target.getLeast(),
        target.getLargest() == null ? Float.MAX_VALUE : target.getLargest());
  }

  /**
   * The kind of a layer that is of no other kind that somebody knows.
   *
   * @throws IllegalStateException where it is none
   */
  public static ElementwiseLayer elementwise(String who, Object layer) {
    return ElementwiseLayer.of(layer).orElseThrow(() -> unknown(who, "layer", layer));
  }

  /** The shape of one row of the output. */
  public static int[] outputShape(List<Object> layers, int[] inputShape) {
    int[] shape = inputShape;
    for (Object layer : layers) {
      shape = outputShape(layer, shape);
    }
    return shape;
  }

  private static int[] outputShape(Object layer, int[] shape) {
    if (layer instanceof LinearLayer linear) {
      return new int[] {linear.getOutFeatures()};
    }
    if (layer instanceof FlattenLayer) {
      return new int[] {Arrays.stream(shape).reduce(1, Math::multiplyExact)};
    }
    if (wordOfVectors(layer).isEmpty()) {
      elementwise("Networks", layer);
    }
    return shape;
  }

  /**
   * @param settings a record of the schemas, such as {@link CrossEntropy}
   */
  public static Loss loss(Object settings) {
    if (settings instanceof CrossEntropy crossEntropy) {
      List<Float> given = crossEntropy.getClassWeights();
      float[] weights = new float[given.size()];
      for (int i = 0; i < weights.length; i++) {
        weights[i] = given.get(i);
      }
      return new CrossEntropyLoss(
          given.isEmpty() ? null : weights, crossEntropy.getLabelSmoothing());
    }
    if (settings instanceof BinaryCrossEntropy) {
      return new BCEWithLogitsLoss();
    }
    if (settings instanceof Huber huber) {
      return new HuberLoss(huber.getDelta());
    }
    if (settings instanceof Quantile quantile) {
      return new QuantileLoss(quantile.getAt());
    }
    if (settings instanceof MeanAbsoluteError) {
      return new L1Loss();
    }
    if (settings instanceof MeanSquaredError) {
      return new MSELoss();
    }
    throw unknown("Networks", "loss", settings);
  }

  /**
   * The error of a class that has no code for a kind.
   *
   * @param what layer, loss, optimizer and so on
   */
  public static IllegalStateException unknown(String who, String what, Object record) {
    return new IllegalStateException(
        "%s has no code for the %s %s".formatted(who, what, record.getClass().getSimpleName()));
  }

  /**
   * @param settings {@link Sgd} or {@link Adam}
   */
  public static Optimizer optimizer(Object settings, Map<String, Tensor> parameters) {
    if (settings instanceof Sgd sgd) {
      return new SGD(
          parameters, sgd.getLr(), sgd.getMomentum(), sgd.getNesterov(), sgd.getWeightDecay());
    }
    if (!(settings instanceof Adam adam)) {
      throw unknown("Networks", "optimizer", settings);
    }
    return new io.beamgrad.optim.Adam(
        parameters,
        adam.getLr(),
        new io.beamgrad.optim.Adam.Settings(
            adam.getBeta1(),
            adam.getBeta2(),
            adam.getEps(),
            adam.getWeightDecay(),
            adam.getDecoupled()));
  }

  /** The learning rate of an optimiser's settings. */
  public static double lr(Object settings) {
    if (settings instanceof Sgd sgd) {
      return sgd.getLr();
    }
    if (settings instanceof Adam adam) {
      return adam.getLr();
    }
    throw unknown("Networks", "optimizer", settings);
  }

  /**
   * Has an optimiser multiply its rate by kind of parameter.
   *
   * @param network whose parameters it changes
   * @param factors null for none
   */
  public static void setLrFactors(
      Optimizer optimizer, Module network, @Nullable LrFactors factors) {
    if (factors == null) {
      return;
    }
    Map<String, ParameterKind> kinds = network.parameterKinds();
    optimizer.setLrFactors(
        name ->
            switch (kinds.get(name)) {
              case SCALE -> factors.getScale();
              case WEIGHT -> factors.getWeight();
              case BIAS -> factors.getBias();
            });
  }

  /**
   * The learning rate's schedule.
   *
   * @param counts the epochs or steps, as the schedule counts, of the whole training
   * @throws UnusableDataException where a cosine to the end of the training has no time left
   */
  public static Schedule schedule(LearningRateSchedule settings, long counts)
      throws UnusableDataException {
    WarmUp warmUp = settings.getWarmUp();
    long left = counts - (warmUp == null ? 0 : warmUp.getLength());
    if (left < 1 && needsEpochs(settings)) {
      throw new UnusableDataException(
          OutcomeStatus.BAD_INPUT,
          "schedule.warmUp.length must be below the %s %ss of the training, was %s"
              .formatted(
                  counts, settings.getPer().name().toLowerCase(Locale.ROOT), warmUp.getLength()));
    }
    Schedule decay = decay(settings.getDecay(), left);
    return warmUp == null
        ? decay
        : Schedule.linearWarmUp(warmUp.getStart(), warmUp.getLength())
            .then(warmUp.getLength(), decay);
  }

  /** True if the learning rate of an epoch depends on how many there are in all. */
  public static boolean needsEpochs(@Nullable LearningRateSchedule settings) {
    if (settings == null) {
      return false;
    }
    return settings.getDecay() instanceof CosineLogDecay
        || (settings.getDecay() instanceof CosineDecay cosine && cosine.getLength() == null);
  }

  private static Schedule decay(Object settings, long left) {
    if (settings instanceof StepDecay step) {
      return Schedule.step(step.getSize(), step.getGamma());
    }
    if (settings instanceof ExponentialDecay exponential) {
      return Schedule.exponential(exponential.getGamma());
    }
    if (settings instanceof CosineDecay cosine) {
      return Schedule.cosine(
          cosine.getLength() == null ? left : cosine.getLength(), cosine.getMin());
    }
    if (settings instanceof CosineLogDecay waves) {
      return Schedule.cosineLog(waves.getCycles(), left);
    }
    if (settings == null) {
      return Schedule.constant();
    }
    throw unknown("Networks", "decay", settings);
  }

  /** Tensors as a file keeps them. */
  public static List<Parameter> toRecords(Map<String, Tensor> tensors) {
    List<Parameter> records = new ArrayList<>();
    tensors.forEach(
        (name, tensor) ->
            records.add(
                new Parameter(
                    name, Arrays.stream(tensor.shape()).boxed().toList(), toBytes(tensor.data()))));
    return records;
  }

  private static ByteBuffer toBytes(float[] values) {
    ByteBuffer bytes =
        ByteBuffer.allocate(Float.BYTES * values.length).order(ByteOrder.LITTLE_ENDIAN);
    bytes.asFloatBuffer().put(values);
    return bytes;
  }

  /**
   * Tensors as a file kept them.
   *
   * @throws IllegalArgumentException where bytes and shape do not agree
   */
  public static Map<String, Tensor> toTensors(List<Parameter> records) {
    Map<String, Tensor> tensors = new LinkedHashMap<>();
    for (Parameter record : records) {
      int[] shape = record.getShape().stream().mapToInt(Integer::intValue).toArray();
      ByteBuffer bytes = record.getValues().duplicate().order(ByteOrder.LITTLE_ENDIAN);
      float[] values = new float[bytes.remaining() / Float.BYTES];
      bytes.asFloatBuffer().get(values);
      tensors.put(record.getName(), Tensor.wrap(values, shape));
    }
    return tensors;
  }
}
