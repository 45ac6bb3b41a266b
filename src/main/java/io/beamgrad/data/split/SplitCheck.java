package io.beamgrad.data.split;

import io.beamgrad.data.rows.Columns;
import io.beamgrad.data.rows.RejectText;
import io.beamgrad.failure.UnusableDataException;
import io.beamgrad.schema.Column;
import io.beamgrad.schema.OutcomeStatus;
import io.beamgrad.schema.ReadSummary;
import io.beamgrad.schema.Split;
import java.math.BigDecimal;
import java.math.RoundingMode;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.function.LongUnaryOperator;

/** Says in one line why rows cannot be split as a rule wants. */
public final class SplitCheck {
  /** Each block's reference carries so many counts at most. */
  public static final int MOST_STRATIFIED = 1000;

  private final SplitRule rule;
  private final List<Column> columns;
  private final List<ReadSummary> summaries;

  /**
   * @param summaries in the order of files and records
   */
  public SplitCheck(SplitSettings settings, List<ReadSummary> summaries) {
    this.rule = settings.rule();
    this.columns = settings.columns();
    this.summaries = summaries;
  }

  /**
   * @param rows of each class of the training files
   * @throws UnusableDataException where there are too many classes, or a share of a class would be
   *     less than a row
   */
  public void requireRowsOfEachClass(Map<String, Long> rows) throws UnusableDataException {
    if (rule.by() != SplitRule.By.STRATIFIED) {
      return;
    }
    String column = columns.get(Columns.classColumn(columns)).getName();
    if (rows.size() > MOST_STRATIFIED) {
      throw unusable(
          String.format(
              Locale.ROOT,
              "split.by: must not be stratified with more than %,d classes, column '%s' has %,d",
              MOST_STRATIFIED,
              column,
              rows.size()));
    }
    for (Map.Entry<String, Long> of : rows.entrySet()) {
      boolean noneValidates = rule.validation().signum() > 0 && isNone(rule::validationRows, of);
      boolean noneTests = rule.test().signum() > 0 && isNone(rule::testRows, of);
      boolean noneCalibrates = rule.calibration().signum() > 0 && isNone(rule::calibrationRows, of);
      if (noneValidates || noneTests || noneCalibrates) {
        BigDecimal share =
            noneValidates ? rule.validation() : noneTests ? rule.test() : rule.calibration();
        throw unusable(
            "class '%s' of column '%s' has too few rows to stratify: %s, but %s %s needs %s"
                .formatted(
                    RejectText.onOneLine(RejectText.cut(of.getKey())),
                    column,
                    of.getValue(),
                    noneValidates
                        ? "split.validation"
                        : noneTests ? "split.test" : "split.calibration",
                    share,
                    BigDecimal.ONE.divide(share, 0, RoundingMode.CEILING)));
      }
    }
  }

  /**
   * @param rows of each class that are dealt into folds; all rows as one where classes do not
   *     matter
   * @throws UnusableDataException where a fold would have no row, or none of a class
   */
  public static void requireRowsToFold(FoldRule rule, List<Column> columns, Map<String, Long> rows)
      throws UnusableDataException {
    if (rule.by() == FoldRule.By.RANDOM) {
      long all = rows.values().stream().mapToLong(Long::longValue).sum();
      if (all < rule.count()) {
        throw unusable("folds: %s folds need as many rows, found %s".formatted(rule.count(), all));
      }
      return;
    }
    String column = columns.get(Columns.classColumn(columns)).getName();
    if (rows.size() > MOST_STRATIFIED) {
      throw unusable(
          String.format(
              Locale.ROOT,
              "folds.by: must not be stratified with more than %,d classes, column '%s' has %,d",
              MOST_STRATIFIED,
              column,
              rows.size()));
    }
    for (Map.Entry<String, Long> of : rows.entrySet()) {
      if (of.getValue() < rule.count()) {
        throw unusable(
            "class '%s' of column '%s' has too few rows for %s folds: %s; folds: {count: %s, by: random} deals them all the same"
                .formatted(
                    RejectText.onOneLine(RejectText.cut(of.getKey())),
                    column,
                    rule.count(),
                    of.getValue(),
                    rule.count()));
      }
    }
  }

  /**
   * @param rows of each part that keys put rows in
   * @throws UnusableDataException where a part has none
   */
  public static void requireRowsOfParts(FoldRule rule, long[] rows) throws UnusableDataException {
    for (int part = 0; part < rows.length; part++) {
      if (rows[part] > 0) {
        continue;
      }
      String column = String.join(", ", rule.columns());
      throw unusable(
          rule.by() == FoldRule.By.GROUP
              ? "folds: no value of column '%s' falls into fold %s of %s; fewer folds may do, more values, or of many values another split.seed"
                  .formatted(column, part, rule.count())
              : "folds: column '%s' has too few different times for %s folds, each of times of its own"
                  .formatted(column, rule.count()));
    }
  }

  /**
   * @param rows that a fold trains on
   * @throws UnusableDataException where there are none, as all that it does not test on validate
   */
  public static void requireRowsToTrain(int fold, FoldRule rule, long rows)
      throws UnusableDataException {
    if (rows == 0) {
      throw unusable(
          "folds: fold %s of %s has no rows to train on: all that it does not test on validate"
              .formatted(fold, rule.count()));
    }
  }

  private static boolean isNone(LongUnaryOperator share, Map.Entry<String, Long> rows) {
    return share.applyAsLong(rows.getValue()) == 0;
  }

  /**
   * @param rows of each split
   * @throws UnusableDataException where none is for training, or a share has none that should
   */
  public void requireRows(Map<Split, Long> rows) throws UnusableDataException {
    long heldOut = summaries.stream().mapToLong(ReadSummary::getHeldOut).sum();
    if (rows.get(Split.TRAIN) == 0) {
      throw unusable(whyNoTraining(rows, heldOut));
    }
    if (rule.calibration().signum() > 0 && rows.get(Split.CALIBRATION) == 0) {
      throw unusable(whyNoCalibration());
    }
    if (rule.isAtRandom()) {
      return;
    }
    requireShare(rows, Split.VALIDATION, "split.validation", rule.validation());
    requireShare(rows, Split.TEST, "split.test", rule.test());
  }

  private String whyNoCalibration() {
    if (rule.isByHoldout()) {
      return whyNone("calibration", "split.calibration", rule.calibration());
    }
    return switch (rule.by()) {
      case COLUMN ->
          "no calibration rows: column '%s' says calibration of none of %s rows (split.calibration)"
              .formatted(rule.column(), ofTrainingFiles());
      case GROUP, TIME -> whyNone("calibration", "split.calibration", rule.calibration());
      default ->
          "no calibration rows: the share of %s (split.calibration) of %s rows is less than one"
              .formatted(rule.calibration(), ofTrainingFiles());
    };
  }

  private String whyNoTraining(Map<Split, Long> rows, long heldOut) {
    long validation = rows.get(Split.VALIDATION);
    long test = rows.get(Split.TEST);
    long calibration = rows.getOrDefault(Split.CALIBRATION, 0L);
    boolean calibrates = rule.calibration().signum() > 0;
    boolean hasTrainingFiles =
        summaries.stream()
            .anyMatch(s -> s.getSplit() == Split.TRAIN && s.getRead() > s.getRejected());
    if (!hasTrainingFiles) {
      return "no usable rows in the training files (" + files() + ")";
    }
    if (rule.by() == SplitRule.By.COLUMN) {
      Optional<String> word =
          summaries.stream().map(ReadSummary::getFirstHeldOut).filter(w -> w != null).findFirst();
      return "no training rows: column '%s' says train of none; %s are for validation, %s for test, %s%s held out%s"
          .formatted(
              rule.column(),
              validation,
              test,
              calibrates ? calibration + " for calibration, " : "",
              heldOut,
              word.map(
                      w -> ", the first as '%s'".formatted(RejectText.onOneLine(RejectText.cut(w))))
                  .orElse(""));
    }
    return "no training rows: %s are for validation (split.validation %s)%s %s for test (split.test %s)%s%s"
        .formatted(
            validation,
            rule.validation(),
            calibrates ? "," : " and",
            test,
            rule.test(),
            calibrates
                ? " and %s for calibration (split.calibration %s)"
                    .formatted(calibration, rule.calibration())
                : "",
            heldOut == 0 ? "" : ", and %s held out".formatted(heldOut));
  }

  private void requireShare(Map<Split, Long> rows, Split split, String key, BigDecimal share)
      throws UnusableDataException {
    if (rule.by() == SplitRule.By.COLUMN || share.signum() == 0 || rows.get(split) > 0) {
      return;
    }
    String name = split == Split.TEST ? "test" : "validation";
    throw unusable(whyNone(name, key, share));
  }

  /** How many rows the training files have to split: without rejects, and those held out. */
  private long ofTrainingFiles() {
    return summaries.stream()
        .filter(summary -> summary.getSplit() == Split.TRAIN)
        .mapToLong(of -> of.getRead() - of.getRejected() - of.getHeldOut())
        .sum();
  }

  private String whyNone(String name, String key, BigDecimal share) {
    long all = ofTrainingFiles();
    if (rule.isByHoldout()) {
      List<String> keys = rule.holdout().keys();
      return "no %s rows: no %s falls into the share of %s (%s) of %s rows; another split.seed may do, or more %s"
          .formatted(
              name,
              keys.isEmpty() ? "row" : "value of column '%s'".formatted(String.join(", ", keys)),
              share,
              key,
              all,
              keys.isEmpty() ? "rows" : "values");
    }
    return rule.by() == SplitRule.By.GROUP
        ? "no %s rows: no value of column '%s' falls into the share of %s (%s) of %s rows; another split.seed may do, or more values"
            .formatted(name, rule.column(), share, key, all)
        : "no %s rows: the last time of column '%s' has more than the share of %s (%s) of %s rows"
            .formatted(name, rule.column(), share, key, all);
  }

  private String files() {
    return String.join(
        ", ",
        summaries.stream()
            .filter(summary -> summary.getSplit() == Split.TRAIN)
            .map(ReadSummary::getFile)
            .distinct()
            .limit(5)
            .toList());
  }

  private static UnusableDataException unusable(String message) {
    return new UnusableDataException(OutcomeStatus.BAD_INPUT, message);
  }
}
