package io.beamgrad.spec;

import com.fasterxml.jackson.databind.JsonNode;
import io.beamgrad.data.counts.DocumentCounts;
import io.beamgrad.data.rows.Dates;
import io.beamgrad.data.split.FoldRule;
import io.beamgrad.data.split.SplitCheck;
import io.beamgrad.data.split.SplitRule;
import io.beamgrad.model.ClassOutputs;
import io.beamgrad.model.Networks;
import io.beamgrad.schema.BatchNormLayer;
import io.beamgrad.schema.BinaryCrossEntropy;
import io.beamgrad.schema.CosineDecay;
import io.beamgrad.schema.CrossEntropy;
import io.beamgrad.schema.LinearLayer;
import io.beamgrad.schema.SchedulePer;
import io.beamgrad.schema.Sgd;
import io.beamgrad.schema.SigmoidLayer;
import io.beamgrad.schema.TargetScale;
import io.beamgrad.schema.WarmUp;
import java.math.BigDecimal;
import java.time.DateTimeException;
import java.time.ZoneId;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import org.checkerframework.checker.nullness.qual.Nullable;

/** Checks how the keys of a spec go together. */
final class SpecRules {
  private SpecRules() {}

  static void check(JobSpec spec, SpecErrors errors) {
    checkColumns(spec, errors);
    for (Map.Entry<String, JsonNode> column : spec.tree().root().at("/data/columns").properties()) {
      checkColumn(column.getKey(), column.getValue(), errors);
    }
    if (spec.optimizer() instanceof Sgd sgd && sgd.getNesterov() && sgd.getMomentum() == 0) {
      throw errors.error("optimizer.nesterov", "needs an optimizer.momentum above 0, was 0.0");
    }
    checkSchedule(spec, errors);
    checkSplit(spec, errors);
    checkFolds(spec, errors);
    checkStopping(spec, errors);
    if (spec.refit() && !spec.mayValidate()) {
      throw errors.error("refit", "needs a split.validation above 0, was 0.0");
    }
    checkEnsemble(spec, errors);
    EachRules.check(spec, errors);
    requireRowsToNormalize(spec, errors);
    checkOutputs(spec, errors);
    RetrainRules.check(spec, errors);
    SweepKeys.check(spec, errors);
  }

  private static void checkStopping(JobSpec spec, SpecErrors errors) {
    JobSpec.EarlyStopping stopping = spec.earlyStopping();
    if (!stopping.keepsBest()) {
      if (stopping.minDelta() != 0) {
        throw errors.error(
            "earlyStopping.minDelta", "needs an earlyStopping.patience or metric, found none");
      }
      return;
    }
    if (!spec.mayValidate()) {
      throw errors.error(
          stopping.patience() == null ? "earlyStopping.metric" : "earlyStopping.patience",
          "needs a split.validation above 0, was 0.0");
    }
    if (stopping.metric() != null) {
      RetrainRules.requireFitting("earlyStopping.metric", stopping.metric(), spec, errors);
    }
  }

  private static void checkEnsemble(JobSpec spec, SpecErrors errors) {
    int members = spec.ensemble().members();
    Integer only = spec.ensemble().only();
    if (only != null && members == 1) {
      throw errors.error("ensemble.only", "needs an ensemble.members above 1, was 1");
    }
    if (only != null && only >= members) {
      throw errors.error(
          "ensemble.only", "must be below ensemble.members, %s, was %s".formatted(members, only));
    }
    if (members > 1 && spec.init() != null) {
      throw errors.error(
          "init",
          "must be left out with an ensemble, whose members begin with weights of their own");
    }
  }

  private static void checkSplit(JobSpec spec, SpecErrors errors) {
    JobSpec.SplitSpec split = spec.split();
    if (split.validation() > 0 && !spec.data().validation().isEmpty()) {
      throw errors.error(
          "split.validation",
          "must be 0 or left out where data.validation names files, was " + split.validation());
    }
    if (split.test() > 0 && !spec.data().test().isEmpty()) {
      throw errors.error(
          "split.test", "must be 0 or left out where data.test names files, was " + split.test());
    }
    if (split.by() == SplitRule.By.COLUMN && (split.validation() > 0 || split.test() > 0)) {
      boolean isTest = split.validation() == 0;
      throw errors.error(
          isTest ? "split.test" : "split.validation",
          "must be 0 or left out where a column says what is for what, was "
              + (isTest ? split.test() : split.validation()));
    }
    BigDecimal both = BigDecimal.valueOf(split.validation()).add(BigDecimal.valueOf(split.test()));
    if (both.compareTo(BigDecimal.ONE) >= 0) {
      throw errors.error(
          "split.test",
          "and split.validation must leave rows to train on, were %s and %s"
              .formatted(split.test(), split.validation()));
    }
    BigDecimal all = both.add(BigDecimal.valueOf(split.calibration()));
    if (all.compareTo(BigDecimal.ONE) >= 0) {
      throw errors.error(
          "split.calibration",
          "and split.validation and split.test must leave rows to train on, were %s, %s and %s"
              .formatted(split.calibration(), split.validation(), split.test()));
    }
    checkCalibration(spec, errors);
    if (!split.columns().isEmpty() && spec.data().isIdx()) {
      throw errors.error("split.by", "must be random or stratified for idx, which has no columns");
    }
    if (split.holdout() != null && !split.holdout().keys().isEmpty() && spec.data().isIdx()) {
      throw errors.error("split.holdout.key", "is for tables only; idx has images and labels");
    }
    if (split.by() == SplitRule.By.STRATIFIED && !spec.isOfClasses()) {
      throw errors.error(
          "split.by",
          "must not be stratified with the loss \"%s\", whose target is no class"
              .formatted(spec.lossWord()));
    }
    if (split.by() == SplitRule.By.STRATIFIED
        && PlanFromSpec.classes(spec) > SplitCheck.MOST_STRATIFIED) {
      throw errors.error(
          "split.by",
          String.format(
              Locale.ROOT,
              "must not be stratified with more than %,d classes, the model has %,d",
              SplitCheck.MOST_STRATIFIED,
              PlanFromSpec.classes(spec)));
    }
  }

  private static void checkCalibration(JobSpec spec, SpecErrors errors) {
    double share = spec.split().calibration();
    if (share > 0 && spec.each() != null) {
      throw errors.error(
          "split.calibration",
          "must be 0 with each, whose keys have too few rows to calibrate each model by, was "
              + share);
    }
    if (share > 0 && spec.folds() != null && spec.folds().by() == FoldRule.By.TIME) {
      throw errors.error(
          "split.calibration",
          "must be 0 with folds by time: its rows, the last ones, are after those of most folds, was "
              + share);
    }
  }

  private static void checkFolds(JobSpec spec, SpecErrors errors) {
    if (spec.folds() == null) {
      return;
    }
    if (spec.folds().isByKey() && spec.data().isIdx()) {
      throw errors.error("folds.by", "must be random or stratified for idx, which has no columns");
    }
    if (spec.folds().isByKey()
        && (spec.split().by() == SplitRule.By.COLUMN || !spec.data().validation().isEmpty())) {
      throw errors.error(
          "folds.by",
          "must be random or stratified with "
              + (spec.split().by() == SplitRule.By.COLUMN ? "split.by.column" : "data.validation")
              + ", whose validation rows may be of the groups or times that a fold tests on");
    }
    if (spec.folds().by() == FoldRule.By.TIME && spec.split().by() == SplitRule.By.TIME) {
      if (!spec.folds().columns().equals(spec.split().columns())) {
        throw errors.error("folds.by", "must be random, or by the time that split.by has");
      }
      if (spec.split().validation() > 0) {
        throw errors.error(
            "split.validation",
            "must be 0 with folds by time: its rows, the last ones, are after those of most folds");
      }
    }
    if (spec.folds().by() != FoldRule.By.STRATIFIED) {
      return;
    }
    if (!spec.isOfClasses()) {
      throw errors.error(
          "folds.by",
          "must not be stratified with the loss \"%s\", whose target is no class"
              .formatted(spec.lossWord()));
    }
    if (PlanFromSpec.classes(spec) > SplitCheck.MOST_STRATIFIED) {
      throw errors.error(
          "folds.by",
          String.format(
              Locale.ROOT,
              "must not be stratified with more than %,d classes, the model has %,d",
              SplitCheck.MOST_STRATIFIED,
              PlanFromSpec.classes(spec)));
    }
  }

  private static void checkSchedule(JobSpec spec, SpecErrors errors) {
    WarmUp warmUp = spec.schedule().getWarmUp();
    if (spec.isConstantRate() && spec.schedule().getPer() != SchedulePer.EPOCH) {
      throw errors.error("schedule.per", "needs a schedule.warmUp or a decay, found none");
    }
    if (spec.schedule().getDecay() instanceof CosineDecay cosine
        && cosine.getMin() > spec.learningRate()) {
      throw errors.error(
          "schedule.cosine.min",
          "must be at most optimizer.lr, %s, was %s"
              .formatted(spec.learningRate(), cosine.getMin()));
    }
    if (Networks.needsEpochs(spec.schedule())
        && spec.schedule().getPer() == SchedulePer.EPOCH
        && warmUp != null
        && warmUp.getLength() >= spec.epochs()) {
      throw errors.error(
          "schedule.warmUp.length",
          "must be below the %s epochs, or no time is left for the cosine, was %s"
              .formatted(spec.epochs(), warmUp.getLength()));
    }
  }

  private static void checkColumns(JobSpec spec, SpecErrors errors) {
    List<String> features = spec.data().features();
    List<String> targets = spec.data().targets();
    boolean isClass = spec.isOfClasses();
    if (spec.data().isIdx()) {
      String key = firstOfTables(spec.data());
      if (key != null) {
        throw errors.error(key, "is for tables only; idx has images and labels");
      }
      if (!isClass) {
        throw errors.error(
            "loss",
            "must be cross_entropy or binary_cross_entropy for idx labels, was \"%s\""
                .formatted(spec.lossWord()));
      }
      return;
    }
    if (features.isEmpty()) {
      throw errors.error("data.features", "is missing; for a table it must be a list of names");
    }
    if (targets.isEmpty()) {
      throw errors.error(
          "data.target", "is missing; for a table it must be a name or a list of names");
    }
    if (isClass && targets.size() > 1) {
      throw errors.error(
          "data.target",
          "must be one name for %s, was %s".formatted(spec.lossWord(), String.join(", ", targets)));
    }
    if (isClass && spec.data().target().isLearned()) {
      boolean isScaled = spec.data().target().scale() != TargetScale.NONE;
      throw errors.error(
          isScaled ? "data.target.scale" : "data.target.clip",
          "must be %s with the loss \"%s\", whose target is a class, was %s"
              .formatted(
                  isScaled ? "none" : "false",
                  spec.lossWord(),
                  isScaled ? EnumWord.of(spec.data().target().scale()) : "true"));
    }
    Set<String> seen = new HashSet<>();
    for (String feature : features) {
      if (!seen.add(feature)) {
        throw errors.error("data.features", "names " + feature + " twice");
      }
    }
    if (features.get(0).startsWith("!")) {
      throw errors.error(
          "data.features",
          "begins with %s, but there is nothing yet to take it from".formatted(features.get(0)));
    }
    for (String target : targets) {
      if (!seen.add(target)) {
        String other = features.contains(target) ? "and data.features both name " : "names twice ";
        throw errors.error("data.target", other + target);
      }
    }
    if (spec.data().weight() != null && seen.contains(spec.data().weight())) {
      String other = features.contains(spec.data().weight()) ? "features" : "target";
      throw errors.error(
          "data.weight", "and data.%s both name %s".formatted(other, spec.data().weight()));
    }
  }

  private static @Nullable String firstOfTables(JobSpec.Data data) {
    if (!data.features().isEmpty()) {
      return "data.features";
    }
    if (!data.targets().isEmpty()) {
      return "data.target";
    }
    if (data.weight() != null) {
      return "data.weight";
    }
    if (data.missing() == JobSpec.Missing.FILL) {
      return "data.missing";
    }
    if (!data.categories().equals(JobSpec.Categories.OWN)) {
      return "data.categories";
    }
    if (!data.crosses().isEmpty()) {
      return "data.crosses";
    }
    return data.columns().isEmpty() ? null : "data.columns";
  }

  private static void checkColumn(String name, JsonNode column, SpecErrors errors) {
    String kind = SpecRecords.word(column);
    String key = "data.columns." + name + "." + kind;
    JsonNode keys = column.path(kind);
    if (kind.equals("category")
        && keys.get("hash").isNumber()
        && (keys.get("minCount").longValue() > 1 || keys.get("most").isNumber())) {
      throw errors.error(
          key + ".hash", "learns no categories, so there is no minCount and no most");
    }
    if (kind.equals("category") && keys.get("hash").isNumber()) {
      for (String asked : List.of("unknown", "binary")) {
        if (!keys.get(asked).isNull()) {
          throw errors.error(
              key + "." + asked, "must be left out with a hash, which learns no categories");
        }
      }
    }
    if (kind.equals("text")
        && "tfidf".equals(keys.get("weights").textValue())
        && keys.get("hash").intValue() > DocumentCounts.MOST_SLOTS) {
      throw errors.error(
          key + ".hash",
          "must be at most %s with weights: tfidf, was %s"
              .formatted(DocumentCounts.MOST_SLOTS, keys.get("hash").intValue()));
    }
    if (kind.equals("date")) {
      checkDate(key, keys, errors);
    }
    boolean isRejected = "reject".equals(keys.path("missing").textValue());
    if (keys.path("indicator").booleanValue() && isRejected) {
      throw errors.error(key + ".indicator", "needs a missing other than reject");
    }
  }

  private static void checkDate(String key, JsonNode date, SpecErrors errors) {
    String zone = date.get("zone").textValue();
    try {
      ZoneId.of(zone);
    } catch (DateTimeException e) {
      throw errors.error(key + ".zone", "must be a time zone such as Europe/Berlin, was " + zone);
    }
    String pattern = date.get("pattern").textValue();
    try {
      new Dates(pattern);
    } catch (IllegalArgumentException e) {
      throw errors.error(key + ".pattern", "must be a pattern such as dd.MM.yyyy, was " + pattern);
    }
  }

  /**
   * Checks that outputs are numbers, but for those of the last linear layer, one for each class.
   */
  private static void requireNumbers(JobSpec spec, int last, SpecErrors errors) {
    for (int i = 0; i <= last; i++) {
      String out = spec.tree().root().at("/model/%s/linear/out".formatted(i)).textValue();
      if (out == null || (i == last && spec.isOfClasses() && out.equals(AllowedValues.CLASSES))) {
        continue;
      }
      throw errors.error(
          "model[" + i + "].linear.out",
          i < last
              ? "must be a whole number, was \"%s\", which is for the last linear layer"
                  .formatted(out)
              : "must be a whole number or %s with the loss \"%s\", was \"%s\""
                  .formatted(
                      spec.isOfClasses() ? AllowedValues.CLASSES : AllowedValues.NUMBERS,
                      spec.lossWord(),
                      out));
    }
  }

  /** PyTorch refuses to train on a batch of one row, which has no variance. */
  private static void requireRowsToNormalize(JobSpec spec, SpecErrors errors) {
    boolean normalizes = spec.model().stream().anyMatch(BatchNormLayer.class::isInstance);
    if (normalizes && spec.batch() == 1) {
      throw errors.error("batch", "must be at least 2 with batch_norm, was 1");
    }
  }

  private static void checkOutputs(JobSpec spec, SpecErrors errors) {
    int last = -1;
    for (int i = 0; i < spec.model().size(); i++) {
      last = spec.model().get(i) instanceof LinearLayer ? i : last;
    }
    if (last < 0) {
      throw errors.error("model", "must have a linear layer, or there is nothing to train");
    }
    int out = ((LinearLayer) spec.model().get(last)).getOutFeatures();
    String outKey = "model[" + last + "].linear.out";
    requireNumbers(spec, last, errors);
    int targets = spec.data().targets().size();
    if (!spec.isOfClasses() && out != targets) {
      throw errors.error(
          outKey, "must be %s, one for each data.target, was %s".formatted(targets, out));
    }
    boolean isBinary = spec.loss() instanceof BinaryCrossEntropy;
    if (isBinary && out != 1) {
      throw errors.error(outKey, "must be 1 for binary_cross_entropy, was " + out);
    }
    for (int i = last + 1; i < spec.model().size(); i++) {
      if (spec.isOfClasses() && spec.model().get(i) instanceof SigmoidLayer) {
        throw errors.error(
            "model[" + i + "]",
            "must not be sigmoid: %s has its own %s"
                .formatted(spec.lossWord(), isBinary ? "sigmoid" : "softmax"));
      }
    }
    if (spec.loss() instanceof CrossEntropy loss
        && !loss.getClassWeights().isEmpty()
        && out != ClassOutputs.OPEN
        && loss.getClassWeights().size() != out) {
      throw errors.error(
          "loss.classWeights",
          "must be %s numbers, one for each output of the model, were %s"
              .formatted(out, loss.getClassWeights().size()));
    }
  }
}
