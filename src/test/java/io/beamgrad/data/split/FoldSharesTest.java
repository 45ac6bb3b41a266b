package io.beamgrad.data.split;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;

class FoldSharesTest {

  private static SortedMap<String, Long> rows(long... sizes) {
    SortedMap<String, Long> rows = new TreeMap<>();
    for (int c = 0; c < sizes.length; c++) {
      rows.put("class " + c, sizes[c]);
    }
    return rows;
  }

  /** The rows of each class (inner) in each fold (outer). */
  private static List<List<Integer>> dealt(int folds, long... sizes) {
    FoldShares shares = new FoldShares(folds, rows(sizes));
    int[][] dealt = new int[folds][sizes.length];
    for (int c = 0; c < sizes.length; c++) {
      int last = 0;
      for (long row = 0; row < sizes[c]; row++) {
        int fold = shares.next("class " + c);
        assertEquals(Math.max(last, fold), fold); // in order
        last = fold;
        dealt[fold][c]++;
      }
    }
    return Arrays.stream(dealt).map(fold -> Arrays.stream(fold).boxed().toList()).toList();
  }

  /**
   * The counts of scikit-learn 1.2.1:
   *
   * <pre>
   * y = np.repeat(np.arange(len(sizes)), sizes)
   * folds = StratifiedKFold(n) if len(sizes) > 1 else KFold(n)
   * [[int((y[t] == c).sum()) for c in range(len(sizes))]
   *     for _, t in folds.split(np.zeros(len(y)), y)]
   * </pre>
   */
  @Test
  void foldsHaveTheRowsOfEachClassThatScikitLearnGivesThem() {
    assertEquals(
        List.of(
            List.of(11, 10, 10),
            List.of(10, 11, 10),
            List.of(10, 10, 11),
            List.of(10, 10, 10),
            List.of(10, 10, 10)),
        dealt(5, 51, 51, 51));
    assertEquals(List.of(List.of(3, 4, 1), List.of(2, 5, 1), List.of(2, 4, 1)), dealt(3, 7, 13, 3));
    assertEquals(
        List.of(
            List.of(15),
            List.of(15),
            List.of(14),
            List.of(14),
            List.of(14),
            List.of(14),
            List.of(14)),
        dealt(7, 100));
    assertEquals(
        List.of(List.of(2, 2, 5, 2), List.of(1, 3, 5, 1), List.of(1, 2, 6, 1), List.of(1, 2, 5, 2)),
        dealt(4, 5, 9, 21, 6));
  }

  @Test
  void rowsThatAreDealtTogetherAreThoseThatWouldBeDealtOneByOne() {
    FoldShares together = new FoldShares(3, rows(7, 13));
    FoldShares oneByOne = new FoldShares(3, rows(7, 13));
    List<Integer> folds = new ArrayList<>();
    for (int[] block : new int[][] {{2, 3}, {2, 1}, {0, 2}, {3, 7}}) {
      Map<String, Integer> some = new TreeMap<>();
      for (int c = 0; c < 2; c++) {
        if (block[c] > 0) {
          some.put("class " + c, block[c]);
        }
      }
      int whole = together.next(some);
      folds.add(whole);
      for (Map.Entry<String, Integer> of : some.entrySet()) {
        for (int row = 0; row < of.getValue(); row++) {
          int fold = oneByOne.next(of.getKey());
          assertEquals(whole < 0 ? together.next(of.getKey()) : whole, fold);
        }
      }
    }
    assertEquals(List.of(0, -1, 1, -1), folds);
  }
}
