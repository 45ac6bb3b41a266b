package io.beamgrad.registry.gate;

import io.beamgrad.data.profile.Distributions;
import io.beamgrad.schema.Distribution;
import io.beamgrad.schema.DistributionKind;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import org.checkerframework.checker.nullness.qual.Nullable;

/**
 * How far a distribution is from the one that is expected.
 *
 * @param psi the population stability index, {@code sum((a - e) ln(a / e))} over bins, of shares
 *     {@code (count + 0.5) / (all + 0.5 bins)}; 0 where both are the same
 * @param psiByChance the index that one in a thousand sets of so many rows exceeds without drift:
 *     it is about {@code (1/n + 1/m)} times a chi-square of {@code bins - 1} degrees of freedom
 *     (Yurdakul, "Statistical properties of the population stability index", 2018)
 * @param ks the Kolmogorov-Smirnov distance, the largest difference of the two shares of values up
 *     to any value; null for texts and where one has no values
 * @param ksByChance the distance that one in a thousand sets exceeds without drift
 */
public record Drift(double psi, double psiByChance, @Nullable Double ks, double ksByChance) {
  private static final int BINS = 10;
  private static final int CATEGORIES = 20;
  private static final double NORMAL_999 = 3.090232306167813; // its quantile of 0.999
  private static final double CHI_SQUARE_999 = 10.827566170662733; // of one degree of freedom
  private static final double KOLMOGOROV_999 = 1.9494746; // sqrt(-ln(0.001 / 2) / 2)

  /**
   * @throws IllegalArgumentException where the one has numbers and the other texts
   */
  public static Drift of(Distribution before, Distribution now) {
    boolean isSame = before.getKind() == now.getKind();
    Distribution expected = isSame ? before : Distributions.ofDoubles(before);
    Distribution actual = isSame ? now : Distributions.ofDoubles(now);
    boolean isText = isText(expected);
    if (isText != isText(actual) || (!isText && expected.getKind() != actual.getKind())) {
      throw new IllegalArgumentException(
          "%s: %s and %s cannot be compared"
              .formatted(expected.getColumn(), expected.getKind(), actual.getKind()));
    }
    List<long[]> bins = isText ? ofTexts(expected, actual) : List.of();
    Double ks = null;
    if (!isText) {
      int shift = Math.max(expected.getShift(), actual.getShift());
      List<long[]> values = Distributions.pairs(expected, actual, shift);
      bins = quantiles(values);
      ks = ks(values);
    }
    if (expected.getMissing() + actual.getMissing() > 0) {
      bins.add(new long[] {expected.getMissing(), actual.getMissing()});
    }
    double spread = 1.0 / expected.getRows() + 1.0 / actual.getRows();
    return new Drift(
        psi(bins), chiSquare999(bins.size() - 1) * spread, ks, KOLMOGOROV_999 * Math.sqrt(spread));
  }

  private static boolean isText(Distribution of) {
    return of.getKind() == DistributionKind.TEXTS || of.getKind() == DistributionKind.HASHES;
  }

  /**
   * Bins that end where the expected values reach one to nine tenths, and one for all beyond.
   *
   * @param values how often each value is expected and is there, sorted by value
   */
  private static List<long[]> quantiles(List<long[]> values) {
    long all = values.stream().mapToLong(pair -> pair[0]).sum();
    List<long[]> bins = new ArrayList<>();
    long[] bin = new long[2];
    bins.add(bin);
    long seen = 0;
    int cuts = 1;
    for (int i = 0; i < values.size(); i++) {
      bin[0] += values.get(i)[0];
      bin[1] += values.get(i)[1];
      seen += values.get(i)[0];
      if (cuts < BINS && seen * BINS >= all * cuts) {
        while (cuts < BINS && seen * BINS >= all * cuts) {
          cuts++;
        }
        bin = new long[2];
        bins.add(bin);
      }
    }
    return bins;
  }

  /** The categories that are expected most often, all others in one bin; of classes all. */
  private static List<long[]> ofTexts(Distribution expected, Distribution actual) {
    Map<String, long[]> pairs = Distributions.byText(expected, actual);
    boolean isHashed =
        expected.getKind() == DistributionKind.HASHES
            || actual.getKind() == DistributionKind.HASHES;
    int most = isHashed || expected.getIsTarget() ? Integer.MAX_VALUE : CATEGORIES;
    List<long[]> bins = new ArrayList<>();
    long[] others = new long[2];
    pairs.entrySet().stream()
        .sorted(
            Comparator.comparing((Map.Entry<String, long[]> entry) -> -entry.getValue()[0])
                .thenComparing(Map.Entry::getKey))
        .forEach(
            entry -> {
              long[] pair = entry.getValue();
              if (pair[0] > 0 && bins.size() < most) {
                bins.add(pair);
              } else {
                others[0] += pair[0];
                others[1] += pair[1];
              }
            });
    if (others[0] + others[1] > 0) {
      bins.add(others);
    }
    return bins;
  }

  private static double psi(List<long[]> bins) {
    double expectedAll = 0.5 * bins.size();
    double actualAll = 0.5 * bins.size();
    for (long[] bin : bins) {
      expectedAll += bin[0];
      actualAll += bin[1];
    }
    double psi = 0;
    for (long[] bin : bins) {
      double e = (bin[0] + 0.5) / expectedAll;
      double a = (bin[1] + 0.5) / actualAll;
      psi += (a - e) * Math.log(a / e);
    }
    return psi;
  }

  private static @Nullable Double ks(List<long[]> values) {
    long expectedAll = 0;
    long actualAll = 0;
    for (long[] pair : values) {
      expectedAll += pair[0];
      actualAll += pair[1];
    }
    if (expectedAll == 0 || actualAll == 0) {
      return null;
    }
    long expected = 0;
    long actual = 0;
    double distance = 0;
    for (long[] pair : values) {
      expected += pair[0];
      actual += pair[1];
      distance =
          Math.max(
              distance, Math.abs((double) expected / expectedAll - (double) actual / actualAll));
    }
    return distance;
  }

  /** The quantile of 0.999; beyond two degrees by Wilson and Hilferty, good to two percent. */
  private static double chiSquare999(int degrees) {
    if (degrees <= 2) {
      return degrees < 1 ? 0 : degrees == 1 ? CHI_SQUARE_999 : -2 * Math.log(0.001);
    }
    double part = 2.0 / (9 * degrees);
    return degrees * Math.pow(1 - part + NORMAL_999 * Math.sqrt(part), 3);
  }
}
