package io.beamgrad.spec;

import io.beamgrad.data.rows.Columns;
import io.beamgrad.data.split.Holdout;
import io.beamgrad.data.split.SplitRule;
import io.beamgrad.data.split.SplitSettings;
import io.beamgrad.model.ClassOutputs;
import io.beamgrad.model.Networks;
import io.beamgrad.schema.Column;
import io.beamgrad.schema.ColumnRole;
import io.beamgrad.schema.ColumnType;
import io.beamgrad.schema.EachKey;
import io.beamgrad.schema.Ensemble;
import io.beamgrad.schema.LinearLayer;
import io.beamgrad.schema.LrFactors;
import io.beamgrad.schema.StoppingRule;
import io.beamgrad.schema.TargetPreparation;
import io.beamgrad.schema.TrainingPlan;
import io.beamgrad.schema.ValueKind;
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
        .setLayers(spec.model())
        .setLoss(spec.loss())
        .setOptimizer(spec.optimizer())
        .setSchedule(spec.isConstantRate() ? null : spec.schedule())
        .setLrFactors(lrFactors(spec.lrFactors()))
        .setClipGradNorm(spec.clipGradNorm())
        .setPenaltyL1(spec.penalty().l1())
        .setPenaltyL2(spec.penalty().l2())
        .setEarlyStopping(stoppingRule(spec.earlyStopping()))
        .setRefit(spec.refit())
        .setEnsemble(ensemble(spec.ensemble()))
        .setEach(each(spec.each()))
        .setBatchExamples(spec.batch())
        .setEpochs(spec.epochs())
        .setFullPermutationRows(spec.shuffle().full())
        .setColumns(columns)
        .setPreparations(Preparations.of(spec, columns))
        .setCrosses(spec.data().crosses())
        .setTargets(targets(spec.data().target()))
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
            split.columns(),
            BigDecimal.valueOf(split.validation()),
            BigDecimal.valueOf(split.test()),
            holdout(spec),
            spec.folds())
        .withEach(spec.keyColumn())
        .withCalibration(BigDecimal.valueOf(split.calibration()));
  }

  /** The rows of a database are named by its key, where the spec names them by nothing. */
  private static @Nullable Holdout holdout(JobSpec spec) {
    Holdout holdout = spec.split().holdout();
    boolean isNamed =
        holdout == null
            || holdout.by() != Holdout.By.ROWS
            || spec.split().by() == SplitRule.By.GROUP
            || spec.data().jdbc() == null;
    return isNamed ? holdout : holdout.byKey(List.of(spec.data().jdbc().key()));
  }

  /**
   * The columns to read of training files: those of the rows, the keys that the holdout goes by,
   * and the keys that decide the split. A time that the spec has as a date with a pattern is read
   * by it, be it a feature or not.
   *
   * @param keyKind what the format says of the values of the time that splits; null where it says
   *     nothing
   */
  public static List<Column> withKey(
      List<Column> columns, JobSpec spec, @Nullable ValueKind keyKind) {
    SplitRule rule = splitRule(spec);
    String pattern = timePattern(spec);
    String time = rule.timeColumn();
    if (time == null || (keyKind != ValueKind.DATE && pattern == null)) {
      return Columns.withKeys(columns, rule.keys());
    }
    List<Column> withKey = new ArrayList<>(Columns.withKeys(columns, rule.textKeys()));
    withKey.add(
        new Column(
            time, ColumnType.LONGS, List.of(), ColumnRole.KEY, ValueKind.DATE, pattern, false));
    return List.copyOf(withKey);
  }

  /** The pattern of the time that splits rows or folds; null where there is none. */
  static @Nullable String timePattern(JobSpec spec) {
    String time = splitRule(spec).timeColumn();
    if (time == null) {
      return null;
    }
    ColumnKind asked = TableColumns.asked(spec.data(), time);
    return asked == null ? null : asked.pattern();
  }

  /**
   * How many classes the model tells apart; 0 for regression, {@link SplitSettings#LEARNED} where
   * the training rows are to say it.
   */
  public static int classes(JobSpec spec) {
    return switch (Networks.loss(spec.loss()).target()) {
      case NUMBERS -> 0;
      case BINARY -> 2;
      case CLASS -> ClassOutputs.areOpen(spec.model()) ? SplitSettings.LEARNED : outputs(spec);
    };
  }

  private static int outputs(JobSpec spec) {
    int outputs = 0;
    for (Object layer : spec.model()) {
      outputs = layer instanceof LinearLayer linear ? linear.getOutFeatures() : outputs;
    }
    return outputs;
  }

  private static @Nullable LrFactors lrFactors(JobSpec.LrFactors factors) {
    boolean isPlain = factors.scale() == 1 && factors.weight() == 1 && factors.bias() == 1;
    return isPlain ? null : new LrFactors(factors.scale(), factors.weight(), factors.bias());
  }

  private static @Nullable StoppingRule stoppingRule(JobSpec.EarlyStopping stopping) {
    return stopping.keepsBest()
        ? new StoppingRule(
            stopping.patience(),
            stopping.minDelta(),
            stopping.metric() == null ? null : stopping.metric().word())
        : null;
  }

  private static @Nullable TargetPreparation targets(JobSpec.Target target) {
    return target.isLearned() ? new TargetPreparation(target.scale(), target.clip()) : null;
  }

  private static @Nullable Ensemble ensemble(JobSpec.Ensemble ensemble) {
    return ensemble.members() == 1 ? null : new Ensemble(ensemble.members(), ensemble.only());
  }

  private static @Nullable EachKey each(JobSpec.@Nullable EachSpec each) {
    return each == null
        ? null
        : new EachKey(each.key(), each.minRows(), each.toPooled(), each.pooledRows());
  }
}
