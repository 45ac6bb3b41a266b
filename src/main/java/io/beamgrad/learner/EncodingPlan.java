package io.beamgrad.learner;

import io.beamgrad.data.rows.Columns;
import io.beamgrad.schema.Column;
import io.beamgrad.schema.TargetPreparation;
import io.beamgrad.schema.TrainingPlan;
import java.io.Serializable;
import java.util.List;
import org.checkerframework.checker.nullness.qual.Nullable;

/**
 * All of a training plan that decides what is learned of the training rows before the weights.
 * Plans of equal ones share what is learned.
 *
 * @param columns of the rows, features first
 * @param preparations one for each feature, records of the schemas
 * @param targets null where nothing is to be learned of them
 * @param fold whose training rows to learn from; null for those of the final model
 * @param pooledRows how many of the training rows to learn from, of models by key; null for all
 */
public record EncodingPlan(
    List<Column> columns,
    List<Object> preparations,
    @Nullable TargetPreparation targets,
    @Nullable Integer fold,
    @Nullable Long pooledRows)
    implements Serializable {

  public EncodingPlan {
    columns = List.copyOf(columns);
    preparations = List.copyOf(preparations);
  }

  /** A plan that learns from all training rows. */
  public EncodingPlan(
      List<Column> columns,
      List<Object> preparations,
      @Nullable TargetPreparation targets,
      @Nullable Integer fold) {
    this(columns, preparations, targets, fold, null);
  }

  /** That of a training plan. */
  public static EncodingPlan of(TrainingPlan plan) {
    return new EncodingPlan(
        Columns.kept(plan.getColumns()),
        plan.getPreparations(),
        plan.getTargets(),
        plan.getFold(),
        plan.getEach() == null ? null : plan.getEach().getPooledRows());
  }

  /** How many feature columns there are. */
  public int features() {
    return preparations.size();
  }
}
