package io.beamgrad.job;

import io.beamgrad.data.rows.Columns;
import io.beamgrad.data.split.FoldRule;
import io.beamgrad.data.split.Holdout;
import io.beamgrad.data.split.SplitRule;
import io.beamgrad.metrics.Metric;
import io.beamgrad.model.Networks;
import io.beamgrad.schema.Adam;
import io.beamgrad.schema.Column;
import io.beamgrad.schema.CosineDecay;
import io.beamgrad.schema.CosineLogDecay;
import io.beamgrad.schema.ExponentialDecay;
import io.beamgrad.schema.LearningRateSchedule;
import io.beamgrad.schema.Sgd;
import io.beamgrad.schema.StepDecay;
import io.beamgrad.spec.JobSpec;
import io.beamgrad.spec.NetworkText;
import io.beamgrad.spec.PlanFromSpec;
import io.beamgrad.terminal.Terminal;
import java.math.BigDecimal;
import java.math.MathContext;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;

/** A job in a few lines, to be read before it starts. */
final class PlanSummary {
  private PlanSummary() {}

  /**
   * @param inputShape of one row; empty where it is yet to be learned
   */
  static List<String> of(
      JobSpec spec,
      List<Column> columns,
      Optional<int[]> inputShape,
      TrainRequest request,
      Path out) {
    List<String> lines = new ArrayList<>();
    lines.add(spec.name());
    add(lines, "data", data(spec.data()));
    if (!spec.data().isIdx()) {
      int keys = spec.each() == null ? 0 : 1; // is no input
      add(lines, "input", input(Columns.features(columns).size() - keys, inputShape));
    }
    add(lines, "split", split(spec));
    if (spec.folds() != null) {
      add(lines, "folds", "%s, %s".formatted(spec.folds().count(), folds(spec.folds())));
    }
    String layers = String.join(", ", NetworkText.layers(spec.model()));
    add(lines, "model", layers + (spec.init() == null ? "" : ", from " + shown(spec.init())));
    add(lines, "loss", NetworkText.loss(spec.loss()));
    add(
        lines,
        "optimizer",
        optimizer(spec.optimizer()) + factors(spec.lrFactors()) + gradients(spec));
    if (!spec.isConstantRate()) {
      add(lines, "schedule", schedule(spec.schedule()));
    }
    add(
        lines,
        "training",
        "%s epochs in batches of %s, seed %s%s%s"
            .formatted(
                spec.epochs(),
                spec.batch(),
                spec.seed(),
                stopping(spec.earlyStopping()),
                spec.refit() ? "; then anew on training and validation rows" : ""));
    if (spec.each() != null) {
      add(lines, "each", each(spec.each()));
    }
    if (spec.ensemble().members() > 1) {
      add(lines, "ensemble", ensemble(spec.ensemble()));
    }
    if (spec.sweep() != null) {
      add(lines, "sweep", SweepRun.summary(spec));
    }
    String workers =
        request.on().parallelism() == null ? "" : ", parallelism " + request.on().parallelism();
    String master = request.on().flinkMaster();
    add(lines, "runner", request.on().runner() + (master == null ? "" : " at " + master) + workers);
    add(lines, "output", shown(out));
    return lines;
  }

  private static void add(List<String> lines, String name, String value) {
    lines.add("  %-11s%s".formatted(name, value));
  }

  private static String data(JobSpec.Data data) {
    StringBuilder text = new StringBuilder();
    if (data.format() != null) {
      text.append(data.format().name().toLowerCase(Locale.ROOT)).append(' ');
    }
    text.append(Terminal.shown(data.dir())).append(": ").append(String.join(", ", data.train()));
    if (!data.validation().isEmpty()) {
      text.append(", validation ").append(String.join(", ", data.validation()));
    }
    if (!data.test().isEmpty()) {
      text.append(", test ").append(String.join(", ", data.test()));
    }
    if (!data.isIdx()) {
      text.append("; ").append(String.join(", ", data.features()));
      text.append(" -> ").append(String.join(", ", data.targets()));
      text.append(
          switch (data.target().scale()) {
            case NONE -> "";
            case STANDARD -> " (standardised)";
            case LOG -> " (standardised logarithms)";
          });
    }
    if (data.weight() != null) {
      text.append("; weighted by ").append(data.weight());
    }
    if (data.scale() != null) {
      text.append(
          switch (data.scale().method()) {
            case NONE -> "";
            case STANDARD -> "; standardised";
            case MINMAX -> "; scaled to [0, 1]";
            case DIVIDE -> "; divided by " + plain(data.scale().divisor());
            case ROBUST -> "; scaled by quartiles";
          });
    }
    return text.toString();
  }

  private static String input(int features, Optional<int[]> shape) {
    String columns =
        features == 1 ? "1 column" : String.format(Locale.ROOT, "%,d columns", features);
    return shape
        .map(known -> String.format(Locale.ROOT, "%s, %,d numbers a row", columns, known[0]))
        .orElse(columns + ", with an input for each category that the training rows have");
  }

  private static String split(JobSpec spec) {
    JobSpec.SplitSpec split = spec.split();
    SplitRule rule = PlanFromSpec.splitRule(spec);
    String test =
        (split.test() == 0 ? "" : ", %s for test".formatted(split.test()))
            + (split.calibration() == 0
                ? ""
                : ", %s for calibration".formatted(split.calibration()));
    String shares =
        switch (split.by()) {
          case RANDOM ->
              "%s of the rows%s for validation%s"
                  .formatted(split.validation(), ofEach(spec, rule), test);
          case STRATIFIED ->
              "%s of each class for validation%s".formatted(split.validation(), test);
          case GROUP ->
              "about %s of the rows for validation%s; rows of one %s stay together"
                  .formatted(split.validation(), test, rule.column());
          case TIME ->
              "the last of the rows by %s: %s for validation%s"
                  .formatted(rule.column(), split.validation(), test);
          case COLUMN -> "as column %s says".formatted(rule.column());
        };
    String holdout =
        rule.holdout() == null
            ? ""
            : "; about %s held out%s".formatted(rule.holdout().share(), by(rule.holdout()));
    return shares + ", seed " + split.seed() + holdout;
  }

  /** Rows that are split at random are so key by key, where there are models by key. */
  private static String ofEach(JobSpec spec, SplitRule rule) {
    return spec.each() == null || !rule.isByRankInKey() ? "" : " of each " + spec.each().key();
  }

  private static String each(JobSpec.EachSpec each) {
    String pooled = String.format(Locale.ROOT, "which trains on up to %,d rows", each.pooledRows());
    return String.format(
        Locale.ROOT,
        "%s: keys of at least %s; %s, %s",
        each.key(),
        counted(each.minRows(), "row"),
        each.toPooled() == 0
            ? "each begins at the pooled model"
            : "pulled to the pooled model by " + plain(each.toPooled()),
        pooled);
  }

  private static String folds(FoldRule folds) {
    String columns = String.join(", ", folds.columns());
    return switch (folds.by()) {
      case RANDOM -> "at random";
      case STRATIFIED -> "each with its share of each class";
      case GROUP -> "rows of one %s stay together".formatted(columns);
      case TIME -> "each on later rows by %s than those that it trains on".formatted(columns);
    };
  }

  private static String by(Holdout holdout) {
    return switch (holdout.by()) {
      case ROWS -> "";
      case KEY -> " by " + String.join(", ", holdout.columns());
      case CONTENT -> " by content";
    };
  }

  private static String optimizer(Object optimizer) {
    if (optimizer instanceof Sgd sgd) {
      return "sgd, learning rate %s%s%s%s"
          .formatted(
              plain(sgd.getLr()),
              sgd.getMomentum() == 0 ? "" : ", momentum " + plain(sgd.getMomentum()),
              sgd.getNesterov() ? ", nesterov" : "",
              decay(sgd.getWeightDecay()));
    }
    if (optimizer instanceof Adam adam) {
      return "%s, learning rate %s, betas %s and %s%s"
          .formatted(
              adam.getDecoupled() ? "adamw" : "adam",
              plain(adam.getLr()),
              plain(adam.getBeta1()),
              plain(adam.getBeta2()),
              decay(adam.getWeightDecay()));
    }
    throw Networks.unknown("PlanSummary", "optimizer", optimizer);
  }

  private static String factors(JobSpec.LrFactors factors) {
    List<String> parts = new ArrayList<>();
    addFactor(parts, factors.scale(), "scale layers");
    addFactor(parts, factors.weight(), "weights");
    addFactor(parts, factors.bias(), "biases");
    return parts.isEmpty() ? "" : ", the rate times " + String.join(", ", parts);
  }

  private static void addFactor(List<String> parts, double factor, String kind) {
    if (factor != 1) {
      parts.add(plain(factor) + " for " + kind);
    }
  }

  private static String gradients(JobSpec spec) {
    JobSpec.Penalty penalty = spec.penalty();
    return (penalty.l1() == 0 ? "" : ", L1 penalty " + plain(penalty.l1()))
        + (penalty.l2() == 0 ? "" : ", L2 penalty " + plain(penalty.l2()))
        + (spec.clipGradNorm() == null ? "" : ", norm at most " + plain(spec.clipGradNorm()));
  }

  private static String schedule(LearningRateSchedule schedule) {
    String per = schedule.getPer().name().toLowerCase(Locale.ROOT);
    List<String> parts = new ArrayList<>();
    if (schedule.getWarmUp() != null) {
      parts.add(
          "warm-up from %s of the rate in %s"
              .formatted(
                  share(schedule.getWarmUp().getStart()),
                  counted(schedule.getWarmUp().getLength(), per)));
    }
    if (schedule.getDecay() != null) {
      parts.add(decay(schedule.getDecay(), per));
    }
    return String.join(", then ", parts);
  }

  private static String decay(Object decay, String per) {
    if (decay instanceof StepDecay step) {
      return "times %s each %s".formatted(plain(step.getGamma()), counted(step.getSize(), per));
    }
    if (decay instanceof ExponentialDecay exponential) {
      return "times %s each %s".formatted(plain(exponential.getGamma()), per);
    }
    if (decay instanceof CosineDecay cosine) {
      String length =
          cosine.getLength() == null ? "to the end" : "in " + counted(cosine.getLength(), per);
      return "cosine to %s %s".formatted(plain(cosine.getMin()), length);
    }
    if (decay instanceof CosineLogDecay waves) {
      return "%s of a cosine to the end, each twice as long as the one before"
          .formatted(counted(waves.getCycles(), "wave"));
    }
    throw Networks.unknown("PlanSummary", "decay", decay);
  }

  private static String counted(long length, String per) {
    return length == 1 ? "1 " + per : String.format(Locale.ROOT, "%,d %ss", length, per);
  }

  private static String ensemble(JobSpec.Ensemble ensemble) {
    return ensemble.only() == null
        ? "the mean of %s networks".formatted(ensemble.members())
        : "member %s alone, of %s".formatted(ensemble.only(), ensemble.members());
  }

  private static String stopping(JobSpec.EarlyStopping stopping) {
    if (!stopping.keepsBest()) {
      return "";
    }
    String by = (stopping.metric() == null ? Metric.LOSS : stopping.metric()).inFull();
    return stopping.patience() == null
        ? "; keeps the epoch of the best validation " + by
        : "; ends after %s without a better validation %s"
            .formatted(counted(stopping.patience(), "epoch"), by);
  }

  private static String decay(double weightDecay) {
    return weightDecay == 0 ? "" : ", weight decay " + plain(weightDecay);
  }

  /** In four digits: a third stays readable. */
  private static String share(double value) {
    return new BigDecimal(value).round(new MathContext(4)).stripTrailingZeros().toPlainString();
  }

  private static String plain(double value) {
    return value == Math.rint(value) && Math.abs(value) < 1e9
        ? Long.toString((long) value)
        : Double.toString(value);
  }

  private static String shown(Path path) {
    return Terminal.shown(path);
  }
}
