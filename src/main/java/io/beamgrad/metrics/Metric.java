package io.beamgrad.metrics;

import io.beamgrad.schema.MetricRow;
import io.beamgrad.train.Evaluation;
import java.util.Arrays;
import java.util.Comparator;
import java.util.EnumSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.function.Function;
import org.apache.avro.Schema;
import org.checkerframework.checker.nullness.qual.Nullable;

/**
 * The table of all metrics: what each is called, how it is got and shown, and which way is better.
 * All that writes, shows or judges metrics reads it. A new one is a field of {@code MetricRow} and
 * a row here, beside the code that computes it.
 */
@SuppressWarnings("ImmutableEnumChecker") // what the rows are made of is changed by nobody
public enum Metric {
  LOSS(
      new Names("loss", "loss", "loss", "loss"),
      Form.DIGITS,
      Evaluation::meanLossPerExample,
      Use.MEAN_OF_ROWS,
      Use.LINE,
      Use.CURVE,
      Use.COMPARED),
  ACCURACY(
      new Names("accuracy", "accuracy", "accuracy", "accuracy"),
      Form.PERCENT,
      Evaluation::accuracy,
      Use.HIGHER_IS_BETTER,
      Use.MEAN_OF_ROWS,
      Use.LINE,
      Use.CURVE,
      Use.COMPARED),
  TOP_5_ACCURACY(
      new Names("top5Accuracy", "top_5_accuracy", "accuracy in top 5", "in top 5"),
      Form.PERCENT,
      Metric::top5Accuracy,
      Use.HIGHER_IS_BETTER),
  ROC_AUC(
      new Names("rocAuc", "roc_auc", "ROC AUC", "ROC AUC"),
      Form.SHARE,
      Evaluation::rocAuc,
      Use.HIGHER_IS_BETTER,
      Use.LINE,
      Use.CURVE),
  LOG_LOSS(
      new Names("logLoss", "log_loss", "log loss", "log loss"),
      Form.DIGITS,
      Evaluation::logLoss,
      Use.MEAN_OF_ROWS),
  MSE(
      new Names("mse", "mse", "mean squared error", "squared error"),
      Form.BRIEF,
      Evaluation::mse,
      Use.MEAN_OF_ROWS),
  MAE(
      new Names("mae", "mae", "mean absolute error", "absolute error"),
      Form.BRIEF,
      Evaluation::mae,
      Use.MEAN_OF_ROWS,
      Use.LINE,
      Use.CURVE,
      Use.COMPARED),
  R2(new Names("r2", "r2", "R2", "R²"), Form.BRIEF, Evaluation::r2, Use.HIGHER_IS_BETTER, Use.LINE),
  LEARNING_RATE(
      new Names("learningRate", "learning_rate", "learning rate", "learning rate"),
      Form.BRIEF,
      evaluation -> null);

  /** How a value is written for a person. */
  public enum Form {
    /** Between 0 and 1, as so many percent. */
    PERCENT,
    /** Between 0 and 1, with four digits after the point. */
    SHARE,
    /** With four digits after the point. */
    DIGITS,
    /** In as few digits as do. */
    BRIEF
  }

  /** Where a metric is used besides the files, which have all. */
  private enum Use {
    HIGHER_IS_BETTER,
    /** It is the mean of one number a row. */
    MEAN_OF_ROWS,
    /** In the line on the terminal that tells of an evaluation. */
    LINE,
    /** As a curve over the epochs. */
    CURVE,
    /** Where runs are put side by side. */
    COMPARED
  }

  /**
   * @param word in specs and JSON, and the field of {@link MetricRow}
   * @param tag in TensorBoard
   * @param inFull in a line of text
   * @param heading of a column, or a number on a page
   */
  private record Names(String word, String tag, String inFull, String heading) {}

  private static final int TOP = 5;

  private final Names names;
  private final Form form;
  private final Function<Evaluation, @Nullable Double> found;
  private final Set<Use> uses;
  private final int field;

  Metric(Names names, Form form, Function<Evaluation, @Nullable Double> found, Use... uses) {
    this.names = names;
    this.form = form;
    this.found = found;
    this.uses = EnumSet.noneOf(Use.class);
    this.uses.addAll(Arrays.asList(uses));
    Schema.Field its = MetricRow.getClassSchema().getField(names.word);
    if (its == null) {
      throw new IllegalStateException("MetricRow has no field " + names.word);
    }
    this.field = its.pos();
  }

  /** The score of that word. */
  public static Optional<Metric> of(String word) {
    return scores().stream().filter(metric -> metric.word().equals(word)).findFirst();
  }

  /** The words of all scores, in their order. */
  public static String[] words() {
    return scores().stream().map(Metric::word).toArray(String[]::new);
  }

  /** Those that judge models: a gate may name them, {@code evaluate --json} has them. */
  public static List<Metric> scores() {
    return List.of(LOSS, ACCURACY, LOG_LOSS, ROC_AUC, MSE, MAE, R2);
  }

  /** Those of an evaluation in one line of text. */
  public static List<Metric> ofLine() {
    return with(Use.LINE);
  }

  /** The large numbers at the top of a page, those that say most first. */
  public static List<Metric> ofTiles() {
    return List.of(ACCURACY, R2, MAE, LOSS, ROC_AUC);
  }

  /** Those with a curve over the epochs. */
  public static List<Metric> ofCurves() {
    return with(Use.CURVE);
  }

  /** Those that are shown of runs side by side. */
  public static List<Metric> compared() {
    return with(Use.COMPARED);
  }

  private static List<Metric> with(Use use) {
    return Arrays.stream(values()).filter(metric -> metric.uses.contains(use)).toList();
  }

  /** All in the order of files: that of the fields of {@link MetricRow}. */
  public static List<Metric> ofFiles() {
    return Arrays.stream(values()).sorted(Comparator.comparing(metric -> metric.field)).toList();
  }

  /** The one that a person looks at first. */
  public static Metric main(boolean isOfClasses) {
    return isOfClasses ? ACCURACY : MAE;
  }

  /** The one that a person looks at first of those that a row has; empty where it has neither. */
  public static Optional<Metric> main(MetricRow row) {
    Metric main = main(row.getAccuracy() != null);
    return main.in(row) == null ? Optional.empty() : Optional.of(main);
  }

  /** In specs and JSON. */
  public String word() {
    return names.word;
  }

  /** In TensorBoard. */
  public String tag() {
    return names.tag;
  }

  /** In a line of text, such as "mean absolute error". */
  public String inFull() {
    return names.inFull;
  }

  /** Of a column or a number on a page, such as "absolute error". */
  public String heading() {
    return names.heading;
  }

  /** Of a narrow column, such as "abs. error". */
  public String narrowHeading() {
    return names.heading.replace("absolute", "abs.");
  }

  public Form form() {
    return form;
  }

  /** True where all values are between 0 and 1. */
  public boolean isShare() {
    return form == Form.PERCENT || form == Form.SHARE;
  }

  /** False for errors. */
  public boolean isHigherBetter() {
    return uses.contains(Use.HIGHER_IS_BETTER);
  }

  /** True if it is the mean of one number a row, so that rows can be compared in pairs. */
  public boolean isMeanOfRows() {
    return uses.contains(Use.MEAN_OF_ROWS);
  }

  /** By how much the first is better than the second; below 0 where it is worse. */
  public double gain(double first, double second) {
    return isHigherBetter() ? first - second : second - first;
  }

  /** Its value in a row; null where the row has none. */
  public @Nullable Double in(MetricRow row) {
    return (Double) row.get(field);
  }

  /** Its value of an evaluation; null where it does not apply. */
  public @Nullable Double in(Evaluation evaluation) {
    return found.apply(evaluation);
  }

  /** The score of an evaluation; NaN where it does not apply or there are no rows. */
  public double score(Evaluation evaluation) {
    Double value = in(evaluation);
    return value == null ? Double.NaN : value;
  }

  void set(MetricRow row, @Nullable Double value) {
    row.put(field, value);
  }

  private static @Nullable Double top5Accuracy(Evaluation evaluation) {
    return evaluation.classes() == null || evaluation.classes().classes() <= TOP
        ? null
        : evaluation.classes().topKAccuracy(TOP);
  }

  /** In a sentence. */
  @Override
  public String toString() {
    boolean isWord = names.word.chars().noneMatch(Character::isUpperCase);
    return isWord ? names.word : names.inFull;
  }
}
