package io.beamgrad.spec;

import io.beamgrad.data.split.SplitRule;
import io.beamgrad.schema.Adam;
import io.beamgrad.schema.BinaryCrossEntropy;
import io.beamgrad.schema.Column;
import io.beamgrad.schema.ColumnRole;
import io.beamgrad.schema.ColumnType;
import io.beamgrad.schema.CosineDecay;
import io.beamgrad.schema.CrossEntropy;
import io.beamgrad.schema.DropoutLayer;
import io.beamgrad.schema.ExponentialDecay;
import io.beamgrad.schema.FlattenLayer;
import io.beamgrad.schema.Huber;
import io.beamgrad.schema.LearningRateSchedule;
import io.beamgrad.schema.LinearLayer;
import io.beamgrad.schema.MeanAbsoluteError;
import io.beamgrad.schema.MeanSquaredError;
import io.beamgrad.schema.ReluLayer;
import io.beamgrad.schema.Sgd;
import io.beamgrad.schema.SigmoidLayer;
import io.beamgrad.schema.StepDecay;
import io.beamgrad.schema.StoppingRule;
import io.beamgrad.schema.TanhLayer;
import io.beamgrad.schema.TrainingPlan;
import io.beamgrad.schema.ValueKind;
import io.beamgrad.schema.WarmUp;
import io.beamgrad.spec.JobSpec.Layer;
import java.math.BigDecimal;
import java.util.ArrayList;
import java.util.List;
import org.checkerframework.checker.nullness.qual.Nullable;

/** Says a job spec in the records that flow through the pipeline. */
public final class PlanFromSpec {
  private static final long BYTES_PER_MB = 1 << 20;

  private PlanFromSpec() {}

  /**
   * The plan of a trainer.
   *
   * @param columns the columns of the blocks, features first
   * @param workFolder where checkpoints, progress and weights go
   */
  public static TrainingPlan plan(JobSpec spec, List<Column> columns, String workFolder) {
    return TrainingPlan.newBuilder()
        .setModel(spec.name())
        .setSeed(spec.seed())
        .setLayers(layers(spec))
        .setLoss(loss(spec.loss()))
        .setOptimizer(optimizer(spec.optimizer()))
        .setSchedule(schedule(spec.schedule()))
        .setClipGradNorm(spec.clipGradNorm())
        .setPenaltyL1(spec.penalty().l1())
        .setPenaltyL2(spec.penalty().l2())
        .setEarlyStopping(stoppingRule(spec.earlyStopping()))
        .setBatchExamples(spec.batch())
        .setEpochs(spec.epochs())
        .setFullPermutationRows(spec.shuffle().full())
        .setColumns(columns)
        .setPreparations(Preparations.of(spec.data(), columns))
        .setInitialWeights(spec.init() == null ? null : spec.init().toString())
        .setWorkFolder(workFolder)
        .setCacheBytes(spec.blockCache() * BYTES_PER_MB)
        .setCsv(spec.data().isIdx() ? null : spec.data().csv().kept())
        .build();
  }

  /** How the rows of the training files are split. */
  public static SplitRule splitRule(JobSpec spec) {
    JobSpec.SplitSpec split = spec.split();
    return new SplitRule(
        split.by(),
        split.column(),
        BigDecimal.valueOf(split.validation()),
        BigDecimal.valueOf(split.test()),
        split.holdout());
  }

  /**
   * The columns to read of training files: those of the rows, and the key that decides the split.
   *
   * @param keyKind what the format says of the key's values; null where it says nothing
   */
  public static List<Column> withKey(
      List<Column> columns, JobSpec spec, @Nullable ValueKind keyKind) {
    if (spec.split().column() == null) {
      return columns;
    }
    boolean isDate = spec.split().by() == SplitRule.By.TIME && keyKind == ValueKind.DATE;
    List<Column> withKey = new ArrayList<>(columns);
    withKey.add(
        new Column(
            spec.split().column(),
            isDate ? ColumnType.LONGS : ColumnType.STRINGS,
            List.of(),
            ColumnRole.KEY,
            isDate ? ValueKind.DATE : ValueKind.TEXT,
            null,
            false));
    return List.copyOf(withKey);
  }

  /** How many classes the model tells apart; 0 for regression. */
  public static int classes(JobSpec spec) {
    if (!spec.loss().isOfClasses()) {
      return 0;
    }
    if (spec.loss() instanceof JobSpec.Loss.BinaryCrossEntropy) {
      return 2;
    }
    int outputs = 0;
    for (Layer layer : spec.model()) {
      outputs = layer instanceof Layer.Linear linear ? linear.out() : outputs;
    }
    return outputs;
  }

  /** The layers as records. */
  public static List<Object> layers(JobSpec spec) {
    return spec.model().stream().map(PlanFromSpec::layer).toList();
  }

  private static Object layer(Layer layer) {
    if (layer instanceof Layer.Linear linear) {
      return new LinearLayer(linear.out());
    }
    if (layer instanceof Layer.Dropout dropout) {
      return new DropoutLayer(dropout.p());
    }
    if (layer instanceof Layer.Flatten) {
      return new FlattenLayer();
    }
    if (layer instanceof Layer.Tanh) {
      return new TanhLayer();
    }
    return layer instanceof Layer.Sigmoid ? new SigmoidLayer() : new ReluLayer();
  }

  /** The loss as a record. */
  public static Object loss(JobSpec.Loss loss) {
    if (loss instanceof JobSpec.Loss.CrossEntropy crossEntropy) {
      return new CrossEntropy(
          crossEntropy.labelSmoothing(),
          crossEntropy.classWeights().stream().map(Double::floatValue).toList());
    }
    if (loss instanceof JobSpec.Loss.BinaryCrossEntropy) {
      return new BinaryCrossEntropy();
    }
    if (loss instanceof JobSpec.Loss.Huber huber) {
      return new Huber(huber.delta());
    }
    return loss instanceof JobSpec.Loss.L1 ? new MeanAbsoluteError() : new MeanSquaredError();
  }

  /** The optimiser as a record. */
  public static Object optimizer(JobSpec.Optimizer optimizer) {
    if (optimizer instanceof JobSpec.Sgd sgd) {
      return new Sgd(sgd.lr(), sgd.momentum(), sgd.nesterov(), sgd.weightDecay());
    }
    JobSpec.Adam adam = (JobSpec.Adam) optimizer;
    return new Adam(
        adam.lr(), adam.beta1(), adam.beta2(), adam.eps(), adam.weightDecay(), adam.decoupled());
  }

  private static LearningRateSchedule schedule(JobSpec.Schedule schedule) {
    if (schedule.isConstant()) {
      return null;
    }
    JobSpec.WarmUp warmUp = schedule.warmUp();
    return new LearningRateSchedule(
        schedule.per(),
        warmUp == null ? null : new WarmUp(warmUp.length(), warmUp.start()),
        decay(schedule.decay()));
  }

  private static Object decay(JobSpec.Decay decay) {
    if (decay instanceof JobSpec.StepDecay step) {
      return new StepDecay(step.size(), step.gamma());
    }
    if (decay instanceof JobSpec.ExponentialDecay exponential) {
      return new ExponentialDecay(exponential.gamma());
    }
    return decay instanceof JobSpec.CosineDecay cosine
        ? new CosineDecay(cosine.length(), cosine.min())
        : null;
  }

  private static StoppingRule stoppingRule(JobSpec.EarlyStopping stopping) {
    return stopping.patience() == null
        ? null
        : new StoppingRule(stopping.patience(), stopping.minDelta());
  }
}
