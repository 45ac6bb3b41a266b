package io.beamgrad.data.split;

import io.beamgrad.data.files.Xxh64;
import io.beamgrad.data.rows.ColumnBlock;
import io.beamgrad.data.rows.Columns;
import io.beamgrad.data.rows.NumberStyle;
import io.beamgrad.data.rows.RejectText;
import io.beamgrad.data.rows.RowSink;
import io.beamgrad.failure.BrokenFileException;
import io.beamgrad.schema.Column;
import io.beamgrad.schema.FileRange;
import io.beamgrad.schema.Reject;
import io.beamgrad.schema.Split;
import io.beamgrad.schema.TimeThresholds;
import java.math.BigInteger;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.checkerframework.checker.nullness.qual.Nullable;

/**
 * Gives each row of a range its split, as far as reading the row tells it: the split of the file,
 * or the one that the row's key decides. The split depends on the rule, the seed and the key alone.
 */
public final class RowSplitter implements RowSink {
  private static final String CALIBRATION = "calibration"; // a word only where the rule has it

  private static final Map<String, Split> WORDS =
      Map.of(
          "train", Split.TRAIN,
          "training", Split.TRAIN,
          "validation", Split.VALIDATION,
          "valid", Split.VALIDATION,
          "val", Split.VALIDATION,
          "dev", Split.VALIDATION,
          "test", Split.TEST);

  private final FileRange range;
  private final SplitRule rule;
  private final long seed;
  private final SplitSink sink;
  private final NumberStyle numbers;
  private final int[] keys; // the columns that split
  private final BigInteger validationEnd; // smaller hashes are for validation
  private final BigInteger testEnd; // others smaller than this are for test
  private final BigInteger calibrationEnd; // and others smaller than this for calibration
  private final int each; // the column by whose values rows are shuffled, -1 for none
  private final @Nullable HoldoutRows holdout; // null where none is held out
  private final @Nullable FoldParts parts; // null where keys do not say them
  private int part = FoldParts.UNKNOWN; // of the row

  /**
   * @param range with the key columns of the rule, and for a split by time with thresholds
   * @param seed of the shuffle
   * @param sink gets each row with its split
   */
  public RowSplitter(FileRange range, SplitRule rule, long seed, SplitSink sink) {
    this.range = range;
    this.rule = rule;
    this.seed = seed;
    this.sink = sink;
    this.numbers = NumberStyle.of(range.getCsv());
    boolean isOfTraining = range.getSplit() == Split.TRAIN;
    this.keys = isOfTraining ? keys() : new int[0];
    this.each = rule.eachColumn(range.getColumns());
    this.validationEnd = SplitRule.ofAllHashes(rule.validation());
    this.testEnd = SplitRule.ofAllHashes(rule.validation().add(rule.test()));
    this.calibrationEnd =
        rule.by() == SplitRule.By.COLUMN
            ? testEnd
            : SplitRule.ofAllHashes(rule.validation().add(rule.test()).add(rule.calibration()));
    this.holdout =
        isOfTraining && rule.holdout() != null
            ? new HoldoutRows(rule.holdout(), range.getColumns())
            : null;
    FoldRule folds = rule.folds();
    this.parts =
        isOfTraining && folds != null && folds.isByKey() ? new FoldParts(range, folds, seed) : null;
    boolean isByTime = isOfTraining && rule.by() == SplitRule.By.TIME;
    if (isByTime && range.getThresholds() == null) {
      throw new IllegalArgumentException(
          "%s: a split by time needs the thresholds".formatted(range.getPath()));
    }
    if (isOfTraining && range.getThresholds() != null && range.getThresholds().getFault() != null) {
      throw new BrokenFileException(range.getThresholds().getFault());
    }
  }

  @Override
  public void accept(long record, ColumnBlock row) {
    if (each >= 0 && row.column(each).isMissing(0)) {
      sink.reject(
          new Reject(
              range.getIdentity(),
              record + 1,
              null,
              rule.each(),
              null,
              "value is missing, but each value of the column has a model of its own"));
      return;
    }
    if (parts != null) {
      part = parts.of(row);
      if (part == FoldParts.NO_TIME) {
        String column = rule.folds().columns().get(0);
        int key = TimeCounts.column(range.getColumns(), column);
        sink.reject(noTime(record, column, row.column(key).text(0)));
        return;
      }
    }
    if (range.getSplit() != Split.TRAIN || rule.isDealt()) {
      give(range.getSplit(), record, row);
      return;
    }
    switch (rule.by()) {
      case RANDOM, STRATIFIED -> splitByHoldout(record, row);
      case GROUP -> give(ofHash(HoldoutRows.hashOfKey(row, keys, seed)), record, row);
      case COLUMN -> {
        String word = row.column(keys[0]).text(0);
        Split split = ofWord(word.strip().toLowerCase(Locale.ROOT));
        if (split == null) {
          sink.holdOut(word);
        } else {
          give(split, record, row);
        }
      }
      default -> {
        TimeKey time = TimeKey.of(row.column(keys[0]), numbers);
        if (time == null) {
          sink.reject(noTime(record, rule.column(), row.column(keys[0]).text(0)));
        } else {
          give(ofTime(time.order()), record, row);
        }
      }
    }
  }

  /** Passes a row on, or holds it out, whatever its split would be. */
  private void give(Split split, long record, ColumnBlock row) {
    if (holdout != null) {
      long group = holdout.group(range.getIdentity(), record, row);
      if (holdout.isHeldOut(group)) {
        sink.holdOut(record, row, group);
        return;
      }
    }
    sink.accept(split, part, record, row);
  }

  /** The hash that tells who is held out is hashed again, as the rows that are left are to be. */
  private void splitByHoldout(long record, ColumnBlock row) {
    long group = holdout.group(range.getIdentity(), record, row);
    if (holdout.isHeldOut(group)) {
      sink.holdOut(record, row, group);
    } else {
      sink.accept(ofHash(Xxh64.hash(group, seed, seed)), part, record, row);
    }
  }

  /** The columns that split: of a time the one that is read as a date, where it is. */
  private int[] keys() {
    List<Column> columns = range.getColumns();
    return rule.by() == SplitRule.By.TIME
        ? new int[] {TimeCounts.column(columns, rule.columns().get(0))}
        : rule.columns().stream().mapToInt(name -> Columns.keyIndex(columns, name)).toArray();
  }

  @Override
  public void reject(Reject reject) {
    sink.reject(reject);
  }

  private Split ofHash(long hash) {
    if (SplitRule.isBelow(hash, validationEnd)) {
      return Split.VALIDATION;
    }
    if (SplitRule.isBelow(hash, testEnd)) {
      return Split.TEST;
    }
    return SplitRule.isBelow(hash, calibrationEnd) ? Split.CALIBRATION : Split.TRAIN;
  }

  /** The split that a column names; null for none. */
  private @Nullable Split ofWord(String word) {
    return word.equals(CALIBRATION) && rule.calibration().signum() > 0
        ? Split.CALIBRATION
        : WORDS.get(word);
  }

  private Split ofTime(long order) {
    TimeThresholds thresholds = range.getThresholds();
    if (order >= thresholds.getTestFrom()) {
      return Split.TEST;
    }
    if (order >= thresholds.getCalibrationFrom()) {
      return Split.CALIBRATION;
    }
    return order >= thresholds.getValidationFrom() ? Split.VALIDATION : Split.TRAIN;
  }

  private Reject noTime(long record, String column, String value) {
    return new Reject(
        range.getIdentity(),
        record + 1,
        null,
        column,
        RejectText.cut(value),
        "expected an ISO date, an ISO time or a number to %s by, found '%s'"
            .formatted(rule.by() == SplitRule.By.TIME ? "split" : "fold", RejectText.cut(value)));
  }
}
