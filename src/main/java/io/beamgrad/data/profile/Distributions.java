package io.beamgrad.data.profile;

import io.beamgrad.data.counts.NumberOrder;
import io.beamgrad.schema.Distribution;
import io.beamgrad.schema.DistributionKind;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/** Compares the counts of two distributions. */
public final class Distributions {
  private Distributions() {}

  /** Counts of floats as counts of doubles; others as they are. */
  public static Distribution ofDoubles(Distribution of) {
    if (of.getKind() != DistributionKind.FLOATS) {
      return of;
    }
    int below = NumberOrder.BITS_BELOW_FLOAT;
    List<Long> values = new ArrayList<>();
    long value = 0;
    long last = 0;
    for (long distance : of.getValues()) {
      value += distance;
      long wide = of.getShift() > 0 ? value : value < 0 ? ~(~value << below) : value << below;
      values.add(wide - last);
      last = wide;
    }
    return Distribution.newBuilder(of)
        .setKind(DistributionKind.DOUBLES)
        .setShift(of.getShift() > 0 ? of.getShift() + below : 0)
        .setValues(values)
        .build();
  }

  /** The values that occur, sorted, less the distribution's shift. */
  public static long[] values(Distribution of) {
    long[] values = new long[of.getValues().size()];
    long value = 0;
    for (int i = 0; i < values.length; i++) {
      value += of.getValues().get(i);
      values[i] = value;
    }
    return values;
  }

  /**
   * The counts of each value in one and in the other distribution, sorted by value.
   *
   * @param shift the low bits of values that are left out; at least the shift of both
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
   * The counts of each text in one and in the other distribution, or of each hash of texts where
   * one of them has only hashes.
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
