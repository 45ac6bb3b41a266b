package io.beamgrad.data.profile;

import io.beamgrad.schema.Distribution;
import io.beamgrad.schema.DistributionKind;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/** Two distributions side by side. */
public final class Distributions {
  private Distributions() {}

  /**
   * How often each value is counted by the one and by the other, sorted by value.
   *
   * @param shift less how many of their last bits; at least that of both
   */
  public static List<long[]> pairs(Distribution one, Distribution other, int shift) {
    TreeMap<Long, long[]> pairs = new TreeMap<>(Comparator.naturalOrder());
    add(pairs, one, shift, 0);
    add(pairs, other, shift, 1);
    return new ArrayList<>(pairs.values());
  }

  private static void add(Map<Long, long[]> pairs, Distribution of, int shift, int which) {
    long value = 0;
    for (int i = 0; i < of.getValues().size(); i++) {
      value += of.getValues().get(i);
      pairs.computeIfAbsent(value >> (shift - of.getShift()), v -> new long[2])[which] +=
          of.getCounts().get(i);
    }
  }

  /**
   * How often each text is counted by the one and by the other; where one of them knows no texts
   * any more, by what texts are hashed to.
   */
  public static Map<String, long[]> byText(Distribution one, Distribution other) {
    boolean isHashed =
        one.getKind() == DistributionKind.HASHES || other.getKind() == DistributionKind.HASHES;
    TreeMap<String, long[]> pairs = new TreeMap<>();
    addTexts(pairs, one, isHashed, 0);
    addTexts(pairs, other, isHashed, 1);
    return pairs;
  }

  private static void addTexts(
      Map<String, long[]> pairs, Distribution of, boolean isHashed, int which) {
    long value = 0;
    for (int i = 0; i < of.getValues().size(); i++) {
      value += of.getValues().get(i);
      String text =
          of.getKind() == DistributionKind.HASHES
              ? Long.toString(value)
              : of.getTexts().get((int) value);
      String key =
          isHashed && of.getKind() == DistributionKind.TEXTS
              ? Integer.toString(ValueCounts.slot(text))
              : text;
      pairs.computeIfAbsent(key, k -> new long[2])[which] += of.getCounts().get(i);
    }
  }
}
