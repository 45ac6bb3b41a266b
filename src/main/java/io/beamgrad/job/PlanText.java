package io.beamgrad.job;

import io.beamgrad.schema.FileFormat;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.stream.Collectors;

/** A job in a few lines, to be read before it starts. */
final class PlanText {
  private PlanText() {}

  static List<String> of(JobSpec spec, TrainRequest request, Path out) {
    List<String> lines = new ArrayList<>();
    lines.add(spec.name());
    add(lines, "data", data(spec.data()));
    add(
        lines,
        "split",
        "%s of the rows for validation, seed %d"
            .formatted(spec.split().validation(), spec.split().seed()));
    String layers = spec.model().stream().map(PlanText::layer).collect(Collectors.joining(", "));
    add(lines, "model", layers + (spec.init() == null ? "" : ", from " + shown(spec.init())));
    add(lines, "loss", spec.loss().name().toLowerCase(Locale.ROOT));
    add(lines, "optimizer", optimizer(spec.optimizer()));
    add(
        lines,
        "training",
        "%d epochs in batches of %d, seed %d".formatted(spec.epochs(), spec.batch(), spec.seed()));
    String workers = request.parallelism() == null ? "" : ", parallelism " + request.parallelism();
    add(lines, "runner", request.runner() + workers);
    add(lines, "output", shown(out));
    return lines;
  }

  private static void add(List<String> lines, String name, String value) {
    lines.add("  %-11s%s".formatted(name, value));
  }

  private static String data(JobSpec.Data data) {
    StringBuilder text = new StringBuilder(data.format().name().toLowerCase(Locale.ROOT));
    text.append(' ').append(shown(data.dir())).append(": ").append(data.train());
    if (data.test() != null) {
      text.append(", test ").append(data.test());
    }
    if (data.format() == FileFormat.CSV) {
      text.append("; ").append(String.join(", ", data.features()));
      text.append(" -> ").append(String.join(", ", data.targets()));
    }
    if (data.standardise()) {
      text.append("; standardised");
    } else if (data.scale() != null) {
      text.append("; divided by ").append(plain(data.scale()));
    }
    return text.toString();
  }

  private static String layer(JobSpec.Layer layer) {
    if (layer instanceof JobSpec.Layer.Linear linear) {
      return "linear " + linear.out();
    }
    return layer instanceof JobSpec.Layer.Flatten ? "flatten" : "relu";
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
    return "adam, learning rate %s, betas %s and %s%s"
        .formatted(
            plain(adam.lr()), plain(adam.beta1()), plain(adam.beta2()), decay(adam.weightDecay()));
  }

  private static String decay(double weightDecay) {
    return weightDecay == 0 ? "" : ", weight decay " + plain(weightDecay);
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
