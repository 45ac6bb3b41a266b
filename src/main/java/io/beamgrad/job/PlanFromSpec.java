package io.beamgrad.job;

import io.beamgrad.data.BlockDataset;
import io.beamgrad.job.JobSpec.Layer;
import io.beamgrad.schema.Adam;
import io.beamgrad.schema.Column;
import io.beamgrad.schema.ColumnType;
import io.beamgrad.schema.FlattenLayer;
import io.beamgrad.schema.LinearLayer;
import io.beamgrad.schema.LossKind;
import io.beamgrad.schema.ReluLayer;
import io.beamgrad.schema.Sgd;
import io.beamgrad.schema.TrainingPlan;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

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
  public static TrainingPlan plan(JobSpec spec, List<Column> columns, Path workFolder) {
    Double unscaled = spec.data().standardise() ? null : Double.valueOf(1);
    return TrainingPlan.newBuilder()
        .setModel(spec.name())
        .setFingerprint(spec.fingerprint())
        .setSeed(spec.seed())
        .setLayers(layers(spec.model()))
        .setLoss(spec.loss())
        .setOptimizer(optimizer(spec.optimizer()))
        .setBatchExamples(spec.batch())
        .setEpochs(spec.epochs())
        .setFullPermutationRows(spec.shuffle().full())
        .setColumns(columns)
        .setScale(spec.data().scale() == null ? unscaled : spec.data().scale())
        .setInitialWeights(spec.init() == null ? null : spec.init().toString())
        .setWorkFolder(workFolder.toString())
        .setCacheBytes(spec.blockCache() * BYTES_PER_MB)
        .build();
  }

  /** The columns of a CSV job: the features, then the targets; a class is text. */
  public static List<Column> csvColumns(JobSpec spec) {
    ColumnType target =
        spec.loss() == LossKind.CROSS_ENTROPY ? ColumnType.STRINGS : ColumnType.FLOATS;
    List<Column> columns = new ArrayList<>();
    for (String feature : spec.data().features()) {
      columns.add(new Column(feature, ColumnType.FLOATS, List.of(), false));
    }
    for (String name : spec.data().targets()) {
      columns.add(new Column(name, target, List.of(), true));
    }
    return List.copyOf(columns);
  }

  /** The shape of one row of input: of the only feature, or the features side by side. */
  static int[] inputShape(List<Column> columns) {
    return BlockDataset.shape(columns, false);
  }

  static List<Object> layers(List<Layer> model) {
    List<Object> layers = new ArrayList<>();
    for (Layer layer : model) {
      if (layer instanceof Layer.Linear linear) {
        layers.add(new LinearLayer(linear.out()));
      } else {
        layers.add(layer instanceof Layer.Flatten ? new FlattenLayer() : new ReluLayer());
      }
    }
    return layers;
  }

  private static Object optimizer(JobSpec.Optimizer optimizer) {
    if (optimizer instanceof JobSpec.Sgd sgd) {
      return new Sgd(sgd.lr(), sgd.momentum(), sgd.nesterov(), sgd.weightDecay());
    }
    JobSpec.Adam adam = (JobSpec.Adam) optimizer;
    return new Adam(adam.lr(), adam.beta1(), adam.beta2(), adam.eps(), adam.weightDecay());
  }
}
