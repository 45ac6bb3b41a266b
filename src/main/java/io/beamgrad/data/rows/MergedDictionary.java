package io.beamgrad.data.rows;

import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/** Merges several dictionaries into one sorted dictionary. */
final class MergedDictionary {
  private static final int MISSING = -1;
  private static final int UNUSED = -1;

  private final String[] sorted;
  private final int[][] sharedOf; // (dictionaries, texts): the index in the merged one
  private final int[] indexOf; // (merged texts): scratch of narrow, all UNUSED between calls

  MergedDictionary(List<String[]> dictionaries) {
    Map<String, Integer> indexOf = new HashMap<>();
    for (String[] dictionary : dictionaries) {
      for (String text : dictionary) {
        indexOf.putIfAbsent(text, 0);
      }
    }
    sorted = indexOf.keySet().toArray(new String[0]);
    Arrays.sort(sorted);
    for (int i = 0; i < sorted.length; i++) {
      indexOf.put(sorted[i], i);
    }
    sharedOf =
        dictionaries.stream()
            .map(dictionary -> Arrays.stream(dictionary).mapToInt(indexOf::get).toArray())
            .toArray(int[][]::new);
    this.indexOf = new int[sorted.length];
    Arrays.fill(this.indexOf, UNUSED);
  }

  /** The merged index of a text of one of the dictionaries; -1, a missing text, stays -1. */
  int shared(int dictionary, int index) {
    return index < 0 ? MISSING : sharedOf[dictionary][index];
  }

  /**
   * The texts that some rows have, sorted.
   *
   * @param indexes for each row the merged index of its text; overwritten with its index in the
   *     result
   */
  String[] narrow(int[] indexes) {
    int[] used = new int[Math.min(indexes.length, sorted.length)];
    int count = 0;
    for (int index : indexes) {
      if (index >= 0 && indexOf[index] == UNUSED) {
        indexOf[index] = 0;
        used[count++] = index;
      }
    }
    Arrays.sort(used, 0, count);
    String[] texts = new String[count];
    for (int i = 0; i < count; i++) {
      indexOf[used[i]] = i;
      texts[i] = sorted[used[i]];
    }
    for (int i = 0; i < indexes.length; i++) {
      indexes[i] = indexes[i] < 0 ? MISSING : indexOf[indexes[i]];
    }
    for (int i = 0; i < count; i++) {
      indexOf[used[i]] = UNUSED;
    }
    return texts;
  }
}
