package io.beamgrad.job;

import io.beamgrad.data.SourceFile;
import io.beamgrad.data.SourceFiles;
import java.math.BigDecimal;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/** What a job is going to do, in words. */
final class PlanText {
  private static final double MIB = 1 << 20;

  private PlanText() {}

  /** Such as {@code 28x28 -> flatten -> linear 10, 7,850 parameters}. */
  static String model(JobSpec spec, int[] inputShape) {
    List<String> parts = new ArrayList<>();
    List<String> sizes = new ArrayList<>();
    long width = 1;
    for (int size : inputShape) {
      sizes.add(Integer.toString(size));
      width *= size;
    }
    parts.add(String.join("x", sizes));
    long parameters = 0;
    for (JobSpec.Layer layer : spec.model()) {
      if (layer instanceof JobSpec.Layer.Linear linear) {
        parts.add("linear " + linear.out());
        parameters += (width + 1) * linear.out();
        width = linear.out();
      } else {
        parts.add(layer instanceof JobSpec.Layer.Flatten ? "flatten" : "relu");
      }
    }
    return "%s, %,d parameters".formatted(String.join(" -> ", parts), parameters);
  }

  static String data(JobSpec spec, SourceFiles source) {
    double mib = source.files().stream().mapToLong(SourceFile::fileBytes).sum() / MIB;
    return "%s, %s, %.1f MiB in %d files; %s for validation"
        .formatted(
            Terminal.shown(spec.data().dir()),
            spec.data().format().name().toLowerCase(Locale.ROOT),
            mib,
            source.files().size(),
            percent(spec.split().validation()));
  }

  private static String percent(double share) {
    return BigDecimal.valueOf(share).movePointRight(2).stripTrailingZeros().toPlainString() + "%";
  }

  static String training(JobSpec spec) {
    return "%d epochs, batch %d, %s, %s, seed %d"
        .formatted(
            spec.epochs(),
            spec.batch(),
            spec.loss().name().toLowerCase(Locale.ROOT),
            optimizer(spec.optimizer()),
            spec.seed());
  }

  private static String optimizer(JobSpec.Optimizer optimizer) {
    if (optimizer instanceof JobSpec.Sgd sgd) {
      return "sgd lr %s%s"
          .formatted(sgd.lr(), sgd.momentum() > 0 ? " momentum " + sgd.momentum() : "");
    }
    return "adam lr " + ((JobSpec.Adam) optimizer).lr();
  }
}
