package io.beamgrad.data.split;

import io.beamgrad.data.files.Xxh64;
import io.beamgrad.data.rows.ColumnBlock;
import io.beamgrad.data.rows.NumberStyle;
import io.beamgrad.data.rows.RejectText;
import io.beamgrad.data.rows.RowSink;
import io.beamgrad.failure.BrokenFileException;
import io.beamgrad.schema.FileRange;
import io.beamgrad.schema.Reject;
import io.beamgrad.schema.Split;
import io.beamgrad.schema.TimeThresholds;
import java.math.BigInteger;
import java.util.Locale;
import java.util.Map;
import org.checkerframework.checker.nullness.qual.Nullable;

/**
 * Gives each row of a range its split, as far as reading the row tells it: the split of the file,
 * or the one that the row's key decides. The split depends on the rule, the seed and the key alone.
 */
public final class RowSplitter implements RowSink {
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
  private final int key; // the key column
  private final BigInteger validationEnd; // smaller hashes are for validation
  private final BigInteger testEnd; // others smaller than this are for test
  private final BigInteger holdoutEnd; // rows of smaller holdout hashes are held out
  private final RowOrder holdoutRows; // null where none is held out
  private final int holdoutKey; // the column whose hash holds out; -1 for none

  /**
   * @param range with the key column last, before it that of the holdout where it has one, and for
   *     a split by time with thresholds
   * @param seed of the shuffle
   * @param sink gets each row with its split
   */
  public RowSplitter(FileRange range, SplitRule rule, long seed, SplitSink sink) {
    this.range = range;
    this.rule = rule;
    this.seed = seed;
    this.sink = sink;
    this.numbers = NumberStyle.of(range.getCsv());
    this.key = range.getColumns().size() - 1;
    this.validationEnd = SplitRule.ofAllHashes(rule.validation());
    this.testEnd = SplitRule.ofAllHashes(rule.validation().add(rule.test()));
    Holdout holdout = range.getSplit() == Split.TRAIN ? rule.holdout() : null;
    this.holdoutEnd = holdout == null ? BigInteger.ZERO : SplitRule.ofAllHashes(holdout.share());
    this.holdoutRows = holdout == null ? null : holdout.rowsOf(range.getIdentity());
    this.holdoutKey = holdoutKey(holdout);
    boolean isByTime = range.getSplit() == Split.TRAIN && rule.by() == SplitRule.By.TIME;
    if (isByTime && range.getThresholds() == null) {
      throw new IllegalArgumentException(
          "%s: a split by time needs the thresholds".formatted(range.getPath()));
    }
    if (isByTime && range.getThresholds().getFault() != null) {
      throw new BrokenFileException(range.getThresholds().getFault());
    }
  }

  @Override
  public void accept(long record, ColumnBlock row) {
    if (range.getSplit() != Split.TRAIN || rule.isByRank()) {
      give(range.getSplit(), record, row);
      return;
    }
    switch (rule.by()) {
      case GROUP -> give(ofGroup(row.column(key).text(0)), record, row);
      case COLUMN -> {
        String word = row.column(key).text(0);
        Split split = WORDS.get(word.strip().toLowerCase(Locale.ROOT));
        if (split == null) {
          sink.holdOut(word);
        } else {
          give(split, record, row);
        }
      }
      default -> {
        TimeKey time = TimeKey.of(row.column(key), numbers);
        if (time == null) {
          sink.reject(noTime(record, row.column(key).text(0)));
        } else {
          give(ofTime(time.order()), record, row);
        }
      }
    }
  }

  /** Passes a row on, or holds it out, whatever its split would be. */
  private void give(Split split, long record, ColumnBlock row) {
    if (holdoutRows != null && isBelow(holdoutHash(record, row), holdoutEnd)) {
      sink.holdOut(record, row);
    } else {
      sink.accept(split, record, row);
    }
  }

  private long holdoutHash(long record, ColumnBlock row) {
    return holdoutKey >= 0
        ? rule.holdout().hashOfGroup(row.column(holdoutKey).text(0))
        : holdoutRows.hash(record);
  }

  /** Rows of a group stay together, whatever their keys. */
  private int holdoutKey(@Nullable Holdout holdout) {
    if (rule.by() == SplitRule.By.GROUP) {
      return key;
    }
    boolean isByKey = holdout != null && holdout.key() != null;
    return !isByKey ? -1 : rule.column() == null ? key : key - 1;
  }

  @Override
  public void reject(Reject reject) {
    sink.reject(reject);
  }

  private Split ofGroup(String value) {
    long hash = Xxh64.hash(value, seed);
    if (isBelow(hash, validationEnd)) {
      return Split.VALIDATION;
    }
    return isBelow(hash, testEnd) ? Split.TEST : Split.TRAIN;
  }

  /** Compares a hash as an unsigned number with one of up to 2^64. */
  private static boolean isBelow(long hash, BigInteger end) {
    return end.bitLength() > Long.SIZE || Long.compareUnsigned(hash, end.longValue()) < 0;
  }

  private Split ofTime(long order) {
    TimeThresholds thresholds = range.getThresholds();
    if (order >= thresholds.getTestFrom()) {
      return Split.TEST;
    }
    return order >= thresholds.getValidationFrom() ? Split.VALIDATION : Split.TRAIN;
  }

  private Reject noTime(long record, String value) {
    return new Reject(
        range.getIdentity(),
        record + 1,
        null,
        rule.column(),
        RejectText.cut(value),
        "expected an ISO date, an ISO time or a number to split by, found '%s'"
            .formatted(RejectText.cut(value)));
  }
}
