package io.beamgrad.data.split;

import java.util.Arrays;
import java.util.HashMap;
import java.util.Map;
import java.util.SortedMap;

/**
 * Deals rows out to folds in the order of the shuffle. All rows sorted by stratum, those of number
 * {@code i} count for fold {@code i % folds}, which gives each fold its number of rows of each
 * stratum; of a stratum the first rows are for fold 0, the next for fold 1, and so on. So folds
 * differ by one row at most, in all and of each stratum, as those of scikit-learn's {@code
 * StratifiedKFold}, and with one stratum of its {@code KFold}.
 */
public final class FoldShares {
  private final Map<String, Quota> quotas = new HashMap<>();

  /** Where the folds of a stratum end, and how many of its rows are dealt. */
  private static final class Quota {
    final long[] ends;
    long dealt;

    Quota(long[] ends) {
      this.ends = ends;
    }

    int fold(long row) {
      int at = Arrays.binarySearch(ends, row);
      int fold = at < 0 ? -at - 1 : at + 1;
      while (ends[fold] == row) {
        fold++; // one without rows
      }
      return fold;
    }
  }

  /**
   * @param rows how many each stratum has
   */
  public FoldShares(int folds, SortedMap<String, Long> rows) {
    long first = 0;
    for (Map.Entry<String, Long> stratum : rows.entrySet()) {
      long[] ends = new long[folds];
      long end = 0;
      for (int fold = 0; fold < folds; fold++) {
        end += numbered(first + stratum.getValue(), fold, folds) - numbered(first, fold, folds);
        ends[fold] = end;
      }
      quotas.put(stratum.getKey(), new Quota(ends));
      first += stratum.getValue();
    }
  }

  /** How many of the numbers below an end count for a fold. */
  private static long numbered(long end, int fold, int folds) {
    return (end - fold + folds - 1) / folds;
  }

  /** The fold of the next row of a stratum. */
  public int next(String stratum) {
    Quota quota = quotas.get(stratum);
    return quota.fold(quota.dealt++);
  }

  /**
   * The fold of all of the next rows of some strata; -1 where they have several, and nothing is
   * dealt then.
   *
   * @param rows how many of each
   */
  public int next(Map<String, Integer> rows) {
    int only = -1;
    for (Map.Entry<String, Integer> of : rows.entrySet()) {
      Quota quota = quotas.get(of.getKey());
      int from = quota.fold(quota.dealt);
      int to = quota.fold(quota.dealt + of.getValue() - 1);
      if (from != to || (only >= 0 && from != only)) {
        return -1;
      }
      only = from;
    }
    rows.forEach((stratum, count) -> quotas.get(stratum).dealt += count);
    return only;
  }
}
