package io.beamgrad.spec;

import io.beamgrad.data.split.SplitRule;
import io.beamgrad.schema.MissingBoolean;
import io.beamgrad.schema.MissingDate;
import io.beamgrad.schema.MissingNumber;
import io.beamgrad.schema.SchedulePer;
import io.beamgrad.spec.JobSpec.Layer;
import java.time.DateTimeException;
import java.time.ZoneId;
import java.time.format.DateTimeFormatterBuilder;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.checkerframework.checker.nullness.qual.Nullable;

/** Checks how the keys of a spec go together. */
final class SpecRules {
  /** Each block's reference carries so many counts at most. */
  private static final int MAX_STRATIFIED = 1000;

  private SpecRules() {}

  static void check(JobSpec spec, SpecSource source) {
    checkColumns(spec, source);
    spec.data().columns().forEach((name, column) -> checkColumn(name, column, source));
    if (spec.optimizer() instanceof JobSpec.Sgd sgd && sgd.nesterov() && sgd.momentum() == 0) {
      throw source.error("optimizer.nesterov", "needs an optimizer.momentum above 0, was 0.0");
    }
    checkSchedule(spec, source);
    if (spec.earlyStopping().patience() == null && spec.earlyStopping().minDelta() != 0) {
      throw source.error("earlyStopping.minDelta", "needs an earlyStopping.patience, found none");
    }
    checkSplit(spec, source);
    if (spec.earlyStopping().patience() != null && !spec.mayValidate()) {
      throw source.error("earlyStopping.patience", "needs a split.validation above 0, was 0.0");
    }
    checkOutputs(spec, source);
    RetrainRules.check(spec, source);
  }

  private static void checkSplit(JobSpec spec, SpecSource source) {
    JobSpec.SplitSpec split = spec.split();
    if (split.validation() > 0 && !spec.data().validation().isEmpty()) {
      throw source.error(
          "split.validation",
          "must be 0 or left out where data.validation names files, was " + split.validation());
    }
    if (split.test() > 0 && !spec.data().test().isEmpty()) {
      throw source.error(
          "split.test", "must be 0 or left out where data.test names files, was " + split.test());
    }
    if (split.by() == SplitRule.By.COLUMN && (split.validation() > 0 || split.test() > 0)) {
      boolean isTest = split.validation() == 0;
      throw source.error(
          isTest ? "split.test" : "split.validation",
          "must be 0 or left out where a column says what is for what, was "
              + (isTest ? split.test() : split.validation()));
    }
    if (split.validation() + split.test() >= 1) {
      throw source.error(
          "split.test",
          "and split.validation must leave rows to train on, were %s and %s"
              .formatted(split.test(), split.validation()));
    }
    if (split.column() != null && spec.data().isIdx()) {
      throw source.error("split.by", "must be random or stratified for idx, which has no columns");
    }
    if (split.by() == SplitRule.By.STRATIFIED && !spec.loss().isOfClasses()) {
      throw source.error(
          "split.by",
          "must not be stratified with the loss \"%s\", whose target is no class"
              .formatted(spec.loss().word()));
    }
    if (split.by() == SplitRule.By.STRATIFIED && PlanFromSpec.classes(spec) > MAX_STRATIFIED) {
      throw source.error(
          "split.by",
          "must not be stratified with more than %,d classes, the model has %,d"
              .formatted(MAX_STRATIFIED, PlanFromSpec.classes(spec)));
    }
  }

  private static void checkSchedule(JobSpec spec, SpecSource source) {
    JobSpec.WarmUp warmUp = spec.schedule().warmUp();
    if (spec.schedule().isConstant() && spec.schedule().per() != SchedulePer.EPOCH) {
      throw source.error("schedule.per", "needs a schedule.warmUp or a decay, found none");
    }
    if (spec.schedule().decay() instanceof JobSpec.CosineDecay cosine
        && cosine.min() > spec.optimizer().lr()) {
      throw source.error(
          "schedule.cosine.min",
          "must be at most optimizer.lr, %s, was %s"
              .formatted(spec.optimizer().lr(), cosine.min()));
    }
    if (spec.schedule().needsEpochs()
        && spec.schedule().per() == SchedulePer.EPOCH
        && warmUp != null
        && warmUp.length() >= spec.epochs()) {
      throw source.error(
          "schedule.warmUp.length",
          "must be below the %d epochs, or no time is left for the cosine, was %d"
              .formatted(spec.epochs(), warmUp.length()));
    }
  }

  private static void checkColumns(JobSpec spec, SpecSource source) {
    List<String> features = spec.data().features();
    List<String> targets = spec.data().targets();
    boolean isClass = spec.loss().isOfClasses();
    if (spec.data().isIdx()) {
      String key = firstOfTables(spec.data());
      if (key != null) {
        throw source.error(key, "is for tables only; idx has images and labels");
      }
      if (!isClass) {
        throw source.error(
            "loss",
            "must be cross_entropy or binary_cross_entropy for idx labels, was \"%s\""
                .formatted(spec.loss().word()));
      }
      return;
    }
    if (features.isEmpty()) {
      throw source.error("data.features", "is missing; for a table it must be a list of names");
    }
    if (targets.isEmpty()) {
      throw source.error(
          "data.target", "is missing; for a table it must be a name or a list of names");
    }
    if (isClass && targets.size() > 1) {
      throw source.error(
          "data.target",
          "must be one name for %s, was %s"
              .formatted(spec.loss().word(), String.join(", ", targets)));
    }
    Set<String> seen = new HashSet<>();
    for (String feature : features) {
      if (!seen.add(feature)) {
        throw source.error("data.features", "names " + feature + " twice");
      }
    }
    if (features.get(0).startsWith("!")) {
      throw source.error(
          "data.features",
          "begins with %s, but there is nothing yet to take it from".formatted(features.get(0)));
    }
    for (String target : targets) {
      if (!seen.add(target)) {
        String other = features.contains(target) ? "and data.features both name " : "names twice ";
        throw source.error("data.target", other + target);
      }
    }
    if (spec.data().weight() != null && seen.contains(spec.data().weight())) {
      String other = features.contains(spec.data().weight()) ? "features" : "target";
      throw source.error(
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
    return data.columns().isEmpty() ? null : "data.columns";
  }

  private static void checkColumn(String name, ColumnSpec column, SpecSource source) {
    String key = "data.columns." + name;
    boolean isPointless = false;
    if (column instanceof ColumnSpec.Numeric number) {
      isPointless = number.indicator() && number.missing() == MissingNumber.REJECT;
      key += ".number";
    } else if (column instanceof ColumnSpec.Flag flag) {
      isPointless = flag.indicator() && flag.missing() == MissingBoolean.REJECT;
      key += ".boolean";
    } else if (column instanceof ColumnSpec.Category category
        && category.hash() != null
        && (category.minCount() > 1 || category.most() != null)) {
      throw source.error(
          key + ".category.hash", "learns no categories, so there is no minCount and no most");
    } else if (column instanceof ColumnSpec.Date date) {
      isPointless = date.indicator() && date.missing() == MissingDate.REJECT;
      key += ".date";
      checkDate(key, date, source);
    }
    if (isPointless) {
      throw source.error(key + ".indicator", "needs a missing other than reject");
    }
  }

  private static void checkDate(String key, ColumnSpec.Date date, SpecSource source) {
    try {
      ZoneId.of(date.zone());
    } catch (DateTimeException e) {
      throw source.error(
          key + ".zone", "must be a time zone such as Europe/Berlin, was " + date.zone());
    }
    if (date.pattern() == null) {
      return;
    }
    try {
      new DateTimeFormatterBuilder().appendPattern(date.pattern());
    } catch (IllegalArgumentException e) {
      throw source.error(
          key + ".pattern", "must be a pattern such as dd.MM.yyyy, was " + date.pattern());
    }
  }

  private static void checkOutputs(JobSpec spec, SpecSource source) {
    int last = -1;
    for (int i = 0; i < spec.model().size(); i++) {
      last = spec.model().get(i) instanceof Layer.Linear ? i : last;
    }
    if (last < 0) {
      throw source.error("model", "must have a linear layer, or there is nothing to train");
    }
    int out = ((Layer.Linear) spec.model().get(last)).out();
    String outKey = "model[" + last + "].linear.out";
    int targets = spec.data().targets().size();
    if (!spec.loss().isOfClasses() && out != targets) {
      throw source.error(
          outKey, "must be %d, one for each data.target, was %d".formatted(targets, out));
    }
    boolean isBinary = spec.loss() instanceof JobSpec.Loss.BinaryCrossEntropy;
    if (isBinary && out != 1) {
      throw source.error(outKey, "must be 1 for binary_cross_entropy, was " + out);
    }
    for (int i = last + 1; i < spec.model().size(); i++) {
      if (spec.loss().isOfClasses() && spec.model().get(i) instanceof Layer.Sigmoid) {
        throw source.error(
            "model[" + i + "]",
            "must not be sigmoid: %s has its own %s"
                .formatted(spec.loss().word(), isBinary ? "sigmoid" : "softmax"));
      }
    }
    if (spec.loss() instanceof JobSpec.Loss.CrossEntropy loss
        && !loss.classWeights().isEmpty()
        && loss.classWeights().size() != out) {
      throw source.error(
          "loss.classWeights",
          "must be %d numbers, one for each output of the model, were %d"
              .formatted(out, loss.classWeights().size()));
    }
  }
}
