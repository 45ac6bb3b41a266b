package io.beamgrad.data.rows;

import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/** One sorted dictionary for several, each of which has some of its texts. */
final class MergedDictionary {
  private static final int MISSING = -1;
  private static final int UNUSED = -1;

  private final String[] sorted;
  private final int[][] sharedOf; // for each dictionary, for each of its texts
  private final int[] places; // scratch of narrow: of each text, UNUSED between two calls

  MergedDictionary(List<String[]> dictionaries) {
    Map<String, Integer> places = new HashMap<>();
    for (String[] dictionary : dictionaries) {
      for (String text : dictionary) {
        places.putIfAbsent(text, 0);
      }
    }
    sorted = places.keySet().toArray(new String[0]);
    Arrays.sort(sorted);
    for (int i = 0; i < sorted.length; i++) {
      places.put(sorted[i], i);
    }
    sharedOf =
        dictionaries.stream()
            .map(dictionary -> Arrays.stream(dictionary).mapToInt(places::get).toArray())
            .toArray(int[][]::new);
    this.places = new int[sorted.length];
    Arrays.fill(this.places, UNUSED);
  }

  /** The place here of a text of one of the dictionaries; -1 of -1, which is missing. */
  int shared(int dictionary, int index) {
    return index < 0 ? MISSING : sharedOf[dictionary][index];
  }

  /**
   * The texts that some rows have, sorted.
   *
   * @param indexes for each row the place of its text here, which becomes that in the result
   */
  String[] narrow(int[] indexes) {
    int[] used = new int[Math.min(indexes.length, sorted.length)];
    int count = 0;
    for (int index : indexes) {
      if (index >= 0 && places[index] == UNUSED) {
        places[index] = 0;
        used[count++] = index;
      }
    }
    Arrays.sort(used, 0, count);
    String[] texts = new String[count];
    for (int i = 0; i < count; i++) {
      places[used[i]] = i;
      texts[i] = sorted[used[i]];
    }
    for (int i = 0; i < indexes.length; i++) {
      indexes[i] = indexes[i] < 0 ? MISSING : places[indexes[i]];
    }
    for (int i = 0; i < count; i++) {
      places[used[i]] = UNUSED;
    }
    return texts;
  }
}
