package io.beamgrad.data.split;

import io.beamgrad.data.files.Xxh64;
import io.beamgrad.schema.ClassRows;
import io.beamgrad.schema.Split;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;

/**
 * Deals the rows of the training files out to the splits in the order of the shuffle: of each class
 * the first rows are for validation, the next for test, then for calibration, the others for
 * training, each exactly the floor of its share. Where a split is not stratified, all rows are one
 * class.
 */
public final class SplitShares {
  /** Stands for the class of all rows where the split is not stratified. */
  public static final String ANY = "";

  private final SortedMap<String, Quota> quotas = new TreeMap<>();

  /** The bounds of one class's splits, and how many of its rows are dealt. */
  private static final class Quota {
    final long validationEnd;
    final long testEnd;
    final long calibrationEnd;
    long dealt;

    Quota(long validationRows, long testRows, long calibrationRows) {
      this.validationEnd = validationRows;
      this.testEnd = validationRows + testRows;
      this.calibrationEnd = testEnd + calibrationRows;
    }

    Split of(long row) {
      if (row < validationEnd) {
        return Split.VALIDATION;
      }
      if (row < testEnd) {
        return Split.TEST;
      }
      return row < calibrationEnd ? Split.CALIBRATION : Split.TRAIN;
    }
  }

  /**
   * @param rows how many each class has
   */
  public SplitShares(SplitRule rule, Map<String, Long> rows) {
    rows.forEach(
        (label, count) ->
            quotas.put(
                label,
                new Quota(
                    rule.validationRows(count),
                    rule.testRows(count),
                    rule.calibrationRows(count))));
  }

  private SplitShares() {}

  /**
   * The same of keys, whose shares {@link KeyShares} says.
   *
   * @param rows how many each key has
   */
  public static SplitShares ofKeys(KeyShares shares, Map<String, Long> rows) {
    SplitShares ofKeys = new SplitShares();
    rows.forEach(
        (key, count) -> {
          KeyShares.Rows of = shares.of(Xxh64.hash(key, 0), Math.toIntExact(count));
          ofKeys.quotas.put(key, new Quota(of.validation(), of.test(), 0));
        });
    return ofKeys;
  }

  /** The split of the next row of a class or key. */
  public Split next(String label) {
    Quota quota = quotas.get(label);
    return quota.of(quota.dealt++);
  }

  /** The one split of the next rows; empty where they have several, and nothing is dealt then. */
  public Optional<Split> next(List<ClassRows> block) {
    Split first = null;
    for (ClassRows rows : block) {
      Quota quota = quotas.get(rows.getLabel());
      Split from = quota.of(quota.dealt);
      Split to = quota.of(quota.dealt + rows.getRows() - 1);
      if (from != to || (first != null && from != first)) {
        return Optional.empty();
      }
      first = from;
    }
    block.forEach(rows -> quotas.get(rows.getLabel()).dealt += rows.getRows());
    return Optional.ofNullable(first);
  }
}
