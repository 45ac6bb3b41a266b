package io.beamgrad.job;

import io.beamgrad.data.rows.Columns;
import io.beamgrad.schema.Column;
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
      add(lines, "input", input(Columns.features(columns).size(), inputShape));
    }
    add(lines, "split", split(spec.split()));
    String layers = String.join(", ", NetworkText.layers(PlanFromSpec.layers(spec)));
    add(lines, "model", layers + (spec.init() == null ? "" : ", from " + shown(spec.init())));
    add(lines, "loss", NetworkText.loss(PlanFromSpec.loss(spec.loss())));
    add(lines, "optimizer", optimizer(spec.optimizer()) + gradients(spec));
    if (!spec.schedule().isConstant()) {
      add(lines, "schedule", schedule(spec.schedule()));
    }
    add(
        lines,
        "training",
        "%d epochs in batches of %d, seed %d%s"
            .formatted(spec.epochs(), spec.batch(), spec.seed(), stopping(spec.earlyStopping())));
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
    text.append(shown(data.dir())).append(": ").append(String.join(", ", data.train()));
    if (!data.validation().isEmpty()) {
      text.append(", validation ").append(String.join(", ", data.validation()));
    }
    if (!data.test().isEmpty()) {
      text.append(", test ").append(String.join(", ", data.test()));
    }
    if (!data.isIdx()) {
      text.append("; ").append(String.join(", ", data.features()));
      text.append(" -> ").append(String.join(", ", data.targets()));
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
          });
    }
    return text.toString();
  }

  private static String input(int features, Optional<int[]> shape) {
    String columns = features == 1 ? "1 column" : "%,d columns".formatted(features);
    return shape
        .map(known -> "%s, %,d numbers a row".formatted(columns, known[0]))
        .orElse(columns + ", with an input for each category that the training rows have");
  }

  private static String split(JobSpec.SplitSpec split) {
    String test = split.test() == 0 ? "" : ", %s for test".formatted(split.test());
    String shares =
        switch (split.by()) {
          case RANDOM -> "%s of the rows for validation%s".formatted(split.validation(), test);
          case STRATIFIED ->
              "%s of each class for validation%s".formatted(split.validation(), test);
          case GROUP ->
              "about %s of the rows for validation%s; rows of one %s stay together"
                  .formatted(split.validation(), test, split.column());
          case TIME ->
              "the last of the rows by %s: %s for validation%s"
                  .formatted(split.column(), split.validation(), test);
          case COLUMN -> "as column %s says".formatted(split.column());
        };
    String holdout =
        split.holdout() == null ? "" : "; about %s held out".formatted(split.holdout().share());
    return shares + ", seed " + split.seed() + holdout;
  }

  private static String optimizer(JobSpec.Optimizer optimizer) {
    if (optimizer instanceof JobSpec.Sgd sgd) {
      return "sgd, learning rate %s%s%s%s"
          .formatted(
              plain(sgd.lr()),
              sgd.momentum() == 0 ? "" : ", momentum " + plain(sgd.momentum()),
              sgd.nesterov() ? ", nesterov" : "",
              decay(sgd.weightDecay()));
    }
    JobSpec.Adam adam = (JobSpec.Adam) optimizer;
    return "%s, learning rate %s, betas %s and %s%s"
        .formatted(
            adam.decoupled() ? "adamw" : "adam",
            plain(adam.lr()),
            plain(adam.beta1()),
            plain(adam.beta2()),
            decay(adam.weightDecay()));
  }

  private static String gradients(JobSpec spec) {
    JobSpec.Penalty penalty = spec.penalty();
    return (penalty.l1() == 0 ? "" : ", L1 penalty " + plain(penalty.l1()))
        + (penalty.l2() == 0 ? "" : ", L2 penalty " + plain(penalty.l2()))
        + (spec.clipGradNorm() == null ? "" : ", norm at most " + plain(spec.clipGradNorm()));
  }

  private static String schedule(JobSpec.Schedule schedule) {
    String per = schedule.per().name().toLowerCase(Locale.ROOT);
    List<String> parts = new ArrayList<>();
    if (schedule.warmUp() != null) {
      parts.add(
          "warm-up from %s of the rate in %s"
              .formatted(
                  share(schedule.warmUp().start()), counted(schedule.warmUp().length(), per)));
    }
    if (schedule.decay() instanceof JobSpec.StepDecay step) {
      parts.add("times %s each %s".formatted(plain(step.gamma()), counted(step.size(), per)));
    } else if (schedule.decay() instanceof JobSpec.ExponentialDecay exponential) {
      parts.add("times %s each %s".formatted(plain(exponential.gamma()), per));
    } else if (schedule.decay() instanceof JobSpec.CosineDecay cosine) {
      String length =
          cosine.length() == null ? "to the end" : "in " + counted(cosine.length(), per);
      parts.add("cosine to %s %s".formatted(plain(cosine.min()), length));
    }
    return String.join(", then ", parts);
  }

  private static String counted(long length, String per) {
    return length == 1 ? "1 " + per : "%,d %ss".formatted(length, per);
  }

  private static String stopping(JobSpec.EarlyStopping stopping) {
    return stopping.patience() == null
        ? ""
        : "; ends after %s without a better validation loss"
            .formatted(counted(stopping.patience(), "epoch"));
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
