package io.beamgrad.spec;

import io.beamgrad.data.databases.DatabaseQuery;
import io.beamgrad.data.split.Holdout;
import io.beamgrad.data.split.SplitRule;
import io.beamgrad.data.split.SplitSettings;
import io.beamgrad.failure.WrongInputException;
import io.beamgrad.metrics.Metric;
import io.beamgrad.registry.gate.GateRule;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;

/** Checks how the keys of {@code retrain} go together, and with the rest of a spec. */
final class RetrainRules {
  private RetrainRules() {}

  static void check(JobSpec spec, SpecErrors errors) {
    GateRule gate = spec.retrain().gate();
    requireFitting("retrain.gate.metric", gate.metric(), spec, errors);
    gate.floors()
        .keySet()
        .forEach(metric -> requireFitting("retrain.gate.floors", metric, spec, errors));
    gate.segmentFloors()
        .keySet()
        .forEach(metric -> requireFitting("retrain.gate.segmentFloors", metric, spec, errors));
    if (!gate.classFloors().isEmpty() && !spec.isOfClasses()) {
      throw errors.error(
          "retrain.gate.classFloors",
          "needs classes, but the loss is \"%s\"".formatted(spec.lossWord()));
    }
    if (gate.segment() != null && spec.data().isIdx()) {
      throw errors.error("retrain.gate.segment", "is for tables only; idx has images and labels");
    }
    checkHoldout(spec, errors);
    checkTest(gate, errors);
    checkSelection(spec, errors);
    RetrainSpec.Start start = spec.retrain().start();
    if (start == RetrainSpec.Start.WARM && spec.init() != null) {
      throw errors.error(
          "retrain.start", "must be cold where init has the weights to start from, was \"warm\"");
    }
  }

  private static void checkHoldout(JobSpec spec, SpecErrors errors) {
    RetrainSpec.HeldOut holdout = spec.retrain().holdout();
    if (holdout.by() == Holdout.By.KEY && spec.data().isIdx()) {
      throw errors.error("retrain.holdout.key", "is for tables only; idx has images and labels");
    }
    boolean isByGroup = spec.split().by() == SplitRule.By.GROUP;
    List<String> group = spec.split().columns().stream().sorted().toList();
    boolean isOfGroup =
        holdout.by() == Holdout.By.KEY && holdout.key().stream().sorted().toList().equals(group);
    if (isByGroup && holdout.by() != null && !isOfGroup) {
      throw errors.error(
          holdout.by() == Holdout.By.KEY ? "retrain.holdout.key" : "retrain.holdout.by",
          "must not be given with split.by group, as whole groups of %s are held out"
              .formatted(String.join(", ", group)));
    }
    if (spec.each() != null && holdout.key().equals(List.of(spec.each().key()))) {
      throw errors.error(
          "retrain.holdout.key",
          "must not be each.key, %s, as no judging row would have a key with a model of its own"
              .formatted(spec.each().key()));
    }
    if (holdout.by() == Holdout.By.ROWS && spec.data().jdbc() != null) {
      throw errors.error(
          "retrain.holdout.by",
          "must not be rows with data.jdbc, whose rows are named by their key");
    }
  }

  private static void checkSelection(JobSpec spec, SpecErrors errors) {
    RetrainSpec.Select.By by = spec.retrain().select().by();
    DatabaseQuery jdbc = spec.data().jdbc();
    if (jdbc != null && by == RetrainSpec.Select.By.DAYS) {
      throw errors.error(
          "retrain.select", "must be all or sinceLast with data.jdbc, whose rows have no files");
    }
    if (jdbc != null && by == RetrainSpec.Select.By.SINCE_LAST && jdbc.since() == null) {
      throw errors.error("retrain.select", "needs a data.jdbc.since for sinceLast, found none");
    }
  }

  /**
   * Checks what the test makes of rows that weigh or come in groups: of specs to retrain by alone,
   * as specs of finished runs may have what was the default.
   */
  static void checkJudging(JobSpec spec, SpecErrors errors) {
    GateRule gate = spec.retrain().gate();
    if (gate.test() == GateRule.Test.MCNEMAR && spec.data().weight() != null) {
      throw errors.error(
          "retrain.gate.test",
          "must be bootstrap or none with data.weight; mcnemar counts rows, whatever they weigh");
    }
    if (gate.test() == GateRule.Test.MCNEMAR && spec.split().by() == SplitRule.By.GROUP) {
      checkResamples(gate, errors); // as a bootstrap of the groups takes its place
    }
  }

  private static void checkTest(GateRule gate, SpecErrors errors) {
    if (gate.test() == GateRule.Test.MCNEMAR && gate.metric() != Metric.ACCURACY) {
      throw errors.error(
          "retrain.gate.test",
          "must be bootstrap or none for %s; mcnemar is for accuracy"
              .formatted(gate.metric().word()));
    }
    if (gate.test() == GateRule.Test.MCNEMAR && gate.maxLoss() != null) {
      throw errors.error(
          "retrain.gate.test",
          "must be bootstrap or none with retrain.gate.maxLoss; mcnemar does not say how much worse");
    }
    if (gate.test() == GateRule.Test.BOOTSTRAP) {
      checkResamples(gate, errors);
    }
    if (gate.test() == GateRule.Test.BOOTSTRAP && !gate.metric().isMeanOfRows()) {
      throw errors.error(
          "retrain.gate.test",
          "must be none for %s, which is no mean of rows".formatted(gate.metric().word()));
    }
  }

  private static void checkResamples(GateRule gate, SpecErrors errors) {
    double beyond = gate.resamples() * (1 - gate.confidence());
    if (beyond < 1 - 1e-9) {
      throw errors.error(
          "retrain.gate.resamples",
          String.format(
              Locale.ROOT,
              "must be at least %.0f for a retrain.gate.confidence of %s, was %d",
              Math.ceil(1 / (1 - gate.confidence()) - 1e-6),
              gate.confidence(),
              gate.resamples()));
    }
  }

  static void requireFitting(String key, Metric metric, JobSpec spec, SpecErrors errors) {
    boolean isOfClasses =
        metric == Metric.ACCURACY || metric == Metric.LOG_LOSS || metric == Metric.ROC_AUC;
    if (metric != Metric.LOSS && isOfClasses != spec.isOfClasses()) {
      throw errors.error(
          key, "must not be %s with the loss \"%s\"".formatted(metric.word(), spec.lossWord()));
    }
    int classes = PlanFromSpec.classes(spec);
    if (isOfTwo(metric) && classes != 2 && classes != SplitSettings.LEARNED) {
      throw errors.error(key, ofTwo(metric, classes));
    }
  }

  private static boolean isOfTwo(Metric metric) {
    return metric == Metric.LOG_LOSS || metric == Metric.ROC_AUC;
  }

  private static String ofTwo(Metric metric, int classes) {
    return String.format(
        Locale.ROOT, "must not be %s with %,d classes; it is of two", metric.word(), classes);
  }

  /**
   * Checks the metrics of a gate once the classes of a model are learned.
   *
   * @throws WrongInputException where one is of two classes and there are more
   */
  static void requireClasses(GateRule gate, int classes) {
    Map<String, Set<Metric>> metrics =
        Map.of(
            "retrain.gate.metric", Set.of(gate.metric()),
            "retrain.gate.floors", gate.floors().keySet(),
            "retrain.gate.segmentFloors", gate.segmentFloors().keySet());
    new TreeMap<>(metrics)
        .forEach(
            (key, some) ->
                some.stream()
                    .filter(metric -> isOfTwo(metric) && classes != 2)
                    .findFirst()
                    .ifPresent(
                        metric -> {
                          throw new WrongInputException(key + ": " + ofTwo(metric, classes));
                        }));
  }
}
