package io.beamgrad.learner;

import io.beamgrad.metrics.KeptEpoch;
import io.beamgrad.metrics.Metric;
import io.beamgrad.model.Networks;
import io.beamgrad.schema.Confusion;
import io.beamgrad.schema.MetricRow;
import io.beamgrad.schema.Split;
import io.beamgrad.schema.StoppingRule;
import io.beamgrad.schema.TargetEncoding;
import io.beamgrad.schema.TrainingPlan;
import java.math.BigDecimal;
import java.math.MathContext;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.stream.IntStream;
import org.checkerframework.checker.nullness.qual.Nullable;

/**
 * What a person should know of a training that learned too little, and try: that it had not
 * stopped, that it is no better than a constant, that its first steps went too far.
 *
 * @param rows all metric rows
 * @param kept the epoch whose weights are kept
 * @param better for each member the last epoch that was better than all before it; none without
 *     early stopping
 * @param training the training rows
 * @param targets how outputs become predictions
 * @param stepsOfEpoch the batches of an epoch
 */
record TrainingRemarks(
    TrainingPlan plan,
    List<MetricRow> rows,
    int kept,
    List<Integer> better,
    BlockDataset training,
    List<TargetEncoding> targets,
    long stepsOfEpoch) {
  private static final double EXPLODED = 10; // times the loss of the untrained model
  private static final long FEW_STEPS = 500;
  private static final int SMALL_BATCH = 32;
  private static final StoppingRule BY_LOSS = new StoppingRule(null, 0.0, null);

  /**
   * A line each; none of a training of which there is nothing to say.
   *
   * @param confusion of the kept weights; null where there is none
   */
  List<String> lines(@Nullable Confusion confusion) throws InterruptedException {
    Optional<String> trouble = exploded().or(() -> constant(confusion));
    return trouble.isPresent()
        ? List.of(trouble.get() + advice())
        : notStopped().map(List::of).orElse(List.of());
  }

  private Optional<String> notStopped() {
    StoppingRule rule = plan.getEarlyStopping() == null ? BY_LOSS : plan.getEarlyStopping();
    int last = plan.getEpochs();
    boolean isLastBest =
        better.isEmpty()
            ? KeptEpoch.of(rows, rule) == last
            : 2 * better.stream().filter(epoch -> epoch == last).count() > better.size();
    if (!isLastBest) {
      return Optional.empty();
    }
    return Optional.of(
        "learning has not stopped: the validation %s is best after the last epoch; more may be better still, such as --set epochs=%s"
            .formatted(KeptEpoch.metric(rule).inFull(), 2L * last));
  }

  private Optional<String> exploded() {
    Optional<MetricRow> before = KeptEpoch.row(rows, Split.TRAIN, 0);
    Optional<MetricRow> first = KeptEpoch.row(rows, Split.TRAIN, 1);
    if (before.isEmpty()
        || first.isEmpty()
        || !(first.get().getLoss() > EXPLODED * before.get().getLoss())) {
      return Optional.empty();
    }
    return Optional.of(
        String.format(
            Locale.ROOT,
            "the loss rose from %.4g to %.4g in the first epoch",
            before.get().getLoss(),
            first.get().getLoss()));
  }

  private Optional<String> constant(@Nullable Confusion confusion) {
    if (confusion != null) {
      return oneClass(confusion);
    }
    Optional<MetricRow> scored =
        KeptEpoch.row(rows, Split.TEST, kept).or(() -> KeptEpoch.row(rows, Split.VALIDATION, kept));
    Double r2 = scored.map(Metric.R2::in).orElse(null);
    return r2 == null || r2 > 0
        ? Optional.empty()
        : Optional.of(
            String.format(
                Locale.ROOT,
                "no better than the mean of the target: R2 is %.4g on the %s rows",
                r2,
                scored.orElseThrow().getSplit().name().toLowerCase(Locale.ROOT)));
  }

  private static Optional<String> oneClass(Confusion confusion) {
    List<List<Long>> counts = confusion.getCounts();
    long read = counts.stream().flatMap(List::stream).mapToLong(Long::longValue).sum();
    List<Integer> taken =
        IntStream.range(0, counts.size())
            .filter(c -> counts.stream().anyMatch(of -> of.get(c) > 0))
            .boxed()
            .toList();
    boolean isOfMany = counts.stream().filter(of -> of.stream().anyMatch(n -> n > 0)).count() > 1;
    if (taken.size() != 1 || !isOfMany) {
      return Optional.empty();
    }
    return Optional.of(
        String.format(
            Locale.ROOT,
            "no better than one class for all: each of the %,d %s rows is taken for '%s'",
            read,
            confusion.getSplit().name().toLowerCase(Locale.ROOT),
            confusion.getLabels().get(taken.get(0))));
  }

  /** What to try, to follow what is wrong. */
  private String advice() throws InterruptedException {
    LargestNumber largest = LargestNumber.of(training, plan.getPreparations(), targets);
    if (largest.isUnusual()) {
      return "%s: try %s".formatted(largest.words(), largest.remedy());
    }
    long steps = stepsOfEpoch * rows.stream().mapToInt(MetricRow::getEpoch).max().orElse(0);
    if (exploded().isPresent()) {
      return "; try a lower learning rate than %s, as train --find-lr suggests one"
          .formatted(rate());
    }
    if (steps >= FEW_STEPS || plan.getBatchExamples() <= SMALL_BATCH) {
      return "; try another learning rate than %s, as train --find-lr suggests one"
          .formatted(rate());
    }
    String smaller = training.size() > SMALL_BATCH ? "--set batch=" + SMALL_BATCH + " or " : "";
    return String.format(
        Locale.ROOT, "; training made %,d steps: try %smore epochs", steps, smaller);
  }

  private String rate() {
    return rate(Networks.lr(plan.getOptimizer()));
  }

  /** What to try after a loss that is not finite, to follow what says so. */
  static String afterDivergence(TrainingPlan plan, LargestNumber largest) {
    return largest.isUnusual()
        ? "%s: try %s".formatted(largest.words(), largest.remedy())
        : "; try a lower learning rate, such as --set optimizer.lr=%s (train --find-lr suggests one)"
            .formatted(rate(Networks.lr(plan.getOptimizer()) / 10));
  }

  private static String rate(double value) {
    return new BigDecimal(value).round(new MathContext(2)).stripTrailingZeros().toString();
  }
}
