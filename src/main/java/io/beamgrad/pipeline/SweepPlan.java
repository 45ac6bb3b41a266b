package io.beamgrad.pipeline;

import com.fasterxml.jackson.databind.JsonNode;
import io.beamgrad.failure.WrongInputException;
import io.beamgrad.schema.Column;
import io.beamgrad.schema.TrainingPlan;
import io.beamgrad.schema.TrialSetting;
import io.beamgrad.spec.JobSpec;
import io.beamgrad.spec.PlanFromSpec;
import io.beamgrad.sweep.HalvingStage;
import io.beamgrad.sweep.SweepSpec;
import io.beamgrad.sweep.TrialRanking;
import io.beamgrad.transforms.TrainTrials;
import java.math.BigDecimal;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Function;
import java.util.function.UnaryOperator;

/**
 * The trials of a sweep as plans for the same rows. It is public for beamgrad's own commands; a
 * program gives {@link Sweep} its {@link Spec}.
 *
 * @param plans one for each trial, whose number is at the end of its model's name
 * @param ranking by which the best is found
 * @param stages of a halving, before the last one
 */
public record SweepPlan(List<TrainingPlan> plans, TrialRanking ranking, List<HalvingStage> stages) {

  private static final double LARGE = 1e7; // such numbers are shown as powers of ten

  public SweepPlan {
    plans = List.copyOf(plans);
    stages = List.copyOf(stages);
  }

  /**
   * The specs of the trials of a sweep.
   *
   * @param columns of the rows, which all trials share
   * @param columnsOf the columns that a trial would read
   * @throws WrongInputException where a trial is wrong, or would read other columns; one line
   */
  public static List<JobSpec> trials(
      JobSpec spec, List<Column> columns, Function<JobSpec, List<Column>> columnsOf) {
    List<JobSpec> trials = spec.trials();
    Set<JobSpec.Data> same = new HashSet<>(Set.of(spec.data()));
    for (JobSpec trial : trials) {
      if (PlanFromSpec.classes(trial) != PlanFromSpec.classes(spec)) {
        throw new WrongInputException(
            "sweep over %s is not possible: trials must have as many classes, or all predict numbers"
                .formatted(String.join(", ", spec.sweep().keys())));
      }
      requireStages(trial, spec.sweep());
      if (same.add(trial.data()) && !columnsOf.apply(trial).equals(columns)) {
        List<String> keys =
            spec.sweep().keys().stream().filter(key -> key.startsWith("data.")).toList();
        throw new WrongInputException(
            "sweep over %s is not possible: it changes the data, which all trials share"
                .formatted(String.join(", ", keys)));
      }
    }
    return trials;
  }

  /**
   * What a stage ranks by must be the same after a kill: the score of members that have stopped is
   * that of their kept epochs once all have, which a refit's checkpoints have and those before have
   * not.
   */
  private static void requireStages(JobSpec trial, SweepSpec sweep) {
    if (sweep.halving() != null
        && trial.ensemble().members() > 1
        && trial.earlyStopping().patience() != null
        && trial.refit()) {
      throw new WrongInputException(
          "sweep.halving is not possible with an ensemble that has earlyStopping.patience and refit;"
              + " leave out one of these");
    }
  }

  /**
   * The trials of a spec that has a sweep.
   *
   * @param trials the specs of its trials
   * @param columns of the rows, which all trials share
   * @param workFolder that of the sweep; each trial has one in it
   * @param as changes each plan, whose work folder is yet that of the sweep
   */
  public static SweepPlan of(
      JobSpec spec,
      List<JobSpec> trials,
      List<Column> columns,
      String workFolder,
      UnaryOperator<TrainingPlan> as) {
    List<TrainingPlan> plans = new ArrayList<>();
    List<TrialRanking.Trial> ranked = new ArrayList<>();
    List<Map<String, JsonNode>> settings = spec.sweep().settings();
    for (JobSpec trial : trials) {
      TrainingPlan plan =
          TrainingPlan.newBuilder(as.apply(PlanFromSpec.plan(trial, columns, workFolder)))
              .setWorkFolder(folder(workFolder, trial.name()))
              .build();
      List<TrialSetting> shown =
          settings.get(plans.size()).entrySet().stream()
              .map(entry -> new TrialSetting(entry.getKey(), text(entry.getValue())))
              .toList();
      plans.add(plan);
      ranked.add(new TrialRanking.Trial(plan.getModel(), plan.getEarlyStopping(), shown));
    }
    return new SweepPlan(
        plans, new TrialRanking(spec.sweepMetric(), ranked), spec.sweep().stages(spec.epochs()));
  }

  /** The folder of a trial in the work folder of its sweep. */
  public static String folder(String workFolder, String model) {
    return "%s/trials/%s".formatted(workFolder, model);
  }

  private static String text(JsonNode value) {
    if (value.isNumber() && Math.abs(value.doubleValue()) < LARGE) {
      return new BigDecimal(value.asText()).toPlainString();
    }
    return value.isValueNode() ? value.asText() : value.toString();
  }

  /** What trains them. */
  TrainTrials training(String name) {
    return TrainTrials.of(name, ranking).inStages(stages);
  }
}
