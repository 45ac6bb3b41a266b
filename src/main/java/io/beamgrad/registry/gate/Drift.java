package io.beamgrad.registry.gate;

import io.beamgrad.data.profile.Distributions;
import io.beamgrad.schema.Distribution;
import io.beamgrad.schema.DistributionKind;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import org.checkerframework.checker.nullness.qual.Nullable;

/**
 * How far a distribution is from the one that is expected.
 *
 * @param psi the population stability index, {@code sum((a - e) ln(a / e))} over bins, of shares
 *     {@code (count + 0.5) / (all + 0.5 bins)}; 0 where both are the same
 * @param psiByChance the index that a share {@code chance} of sets of so many rows exceeds without
 *     drift: it is about {@code (1/n + 1/m)} times a chi-square of {@code bins - 1} degrees of
 *     freedom (Yurdakul, "Statistical properties of the population stability index", 2018)
 * @param ks the Kolmogorov-Smirnov distance, the largest difference of the two shares of values up
 *     to any value; null for texts and where one has no values
 * @param ksByChance the distance that so many sets exceed without drift
 */
public record Drift(double psi, double psiByChance, @Nullable Double ks, double ksByChance) {
  private static final int BINS = 10;
  private static final int CATEGORIES = 20;

  /**
   * The drift of the values of a column, missing ones included.
   *
   * @param chance the share of sets without drift that may be beyond what is called chance
   * @throws IllegalArgumentException where they are not comparable
   */
  public static Drift of(Distribution before, Distribution now, double chance) {
    if (!isComparable(before, now)) {
      throw new IllegalArgumentException(
          "%s: %s and %s cannot be compared"
              .formatted(before.getColumn(), before.getKind(), now.getKind()));
    }
    boolean isSame = before.getKind() == now.getKind();
    Distribution expected = isSame ? before : Distributions.ofDoubles(before);
    Distribution actual = isSame ? now : Distributions.ofDoubles(now);
    List<double[]> bins;
    Double ks = null;
    if (isText(expected)) {
      bins = ofTexts(expected, actual);
    } else {
      int shift = Math.max(expected.getShift(), actual.getShift());
      List<long[]> values = Distributions.pairs(expected, actual, shift);
      bins = quantiles(values);
      ks = ks(values);
    }
    addMissing(bins, expected, actual);
    double spread = spread(expected, actual);
    return new Drift(
        psi(bins),
        Chance.chiSquare(bins.size() - 1, chance) * spread,
        ks,
        Chance.kolmogorov(chance) * Math.sqrt(spread));
  }

  /** Whether both have texts, or numbers that can be counted together. */
  static boolean isComparable(Distribution one, Distribution other) {
    return isText(one)
        ? isText(other)
        : !isText(other)
            && (one.getKind() == DistributionKind.WHOLE)
                == (other.getKind() == DistributionKind.WHOLE);
  }

  /** Whether values have an order, and so a Kolmogorov-Smirnov distance. */
  static boolean hasDistance(Distribution of) {
    return !isText(of);
  }

  /** The drift of how many values are missing. */
  static Drift ofMissing(Distribution before, Distribution now, double chance) {
    List<double[]> bins = new ArrayList<>();
    bins.add(
        new double[] {before.getRows() - before.getMissing(), now.getRows() - now.getMissing()});
    addMissing(bins, before, now);
    return new Drift(
        psi(bins), Chance.chiSquare(bins.size() - 1, chance) * spread(before, now), null, 0);
  }

  /**
   * The drift of whole numbers from 0 that are places in a cycle, each a bin of its own: of how
   * often a place comes each time that it occurs.
   *
   * @param timesBefore how often each place occurs in the time of the first, at least once
   * @param times the same of the second
   */
  static Drift ofPlaces(
      Distribution before, long[] timesBefore, Distribution now, long[] times, double chance) {
    double[] expected = eachTime(before, timesBefore);
    double[] actual = eachTime(now, times);
    List<double[]> bins = new ArrayList<>();
    for (int place = 0; place < times.length; place++) {
      bins.add(new double[] {expected[place], actual[place]});
    }
    addMissing(bins, before, now);
    double spread =
        largestFactor(timesBefore) / before.getRows() + largestFactor(times) / now.getRows();
    return new Drift(psi(bins), Chance.chiSquare(bins.size() - 1, chance) * spread, null, 0);
  }

  /** The counts of each place, as if each had occurred as often as the mean one. */
  private static double[] eachTime(Distribution of, long[] times) {
    double mean = Arrays.stream(times).average().orElseThrow();
    double[] counts = new double[times.length];
    long[] places = Distributions.values(of);
    for (int i = 0; i < places.length; i++) {
      int place = (int) places[i];
      counts[place] = of.getCounts().get(i) * mean / times[place];
    }
    return counts;
  }

  /** By how much the count of the rarest place is multiplied, and with it what chance gives. */
  private static double largestFactor(long[] times) {
    return Arrays.stream(times).average().orElseThrow() / Arrays.stream(times).min().orElseThrow();
  }

  private static double spread(Distribution before, Distribution now) {
    return 1.0 / before.getRows() + 1.0 / now.getRows();
  }

  private static void addMissing(List<double[]> bins, Distribution before, Distribution now) {
    if (before.getMissing() + now.getMissing() > 0) {
      bins.add(new double[] {before.getMissing(), now.getMissing()});
    }
  }

  private static boolean isText(Distribution of) {
    return of.getKind() == DistributionKind.TEXTS || of.getKind() == DistributionKind.HASHES;
  }

  /**
   * Bins that end where the expected values reach one to nine tenths, and one for all beyond.
   *
   * @param values how often each value is expected and is there, sorted by value
   */
  private static List<double[]> quantiles(List<long[]> values) {
    long all = values.stream().mapToLong(pair -> pair[0]).sum();
    List<double[]> bins = new ArrayList<>();
    double[] bin = new double[2];
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
        bin = new double[2];
        bins.add(bin);
      }
    }
    return bins;
  }

  /** The categories that are expected most often, all others in one bin; of classes all. */
  private static List<double[]> ofTexts(Distribution expected, Distribution actual) {
    Map<String, long[]> pairs = Distributions.byText(expected, actual);
    boolean isHashed =
        expected.getKind() == DistributionKind.HASHES
            || actual.getKind() == DistributionKind.HASHES;
    int most = isHashed || expected.getIsTarget() ? Integer.MAX_VALUE : CATEGORIES;
    List<double[]> bins = new ArrayList<>();
    double[] others = new double[2];
    pairs.entrySet().stream()
        .sorted(
            Comparator.comparing((Map.Entry<String, long[]> entry) -> -entry.getValue()[0])
                .thenComparing(Map.Entry::getKey))
        .forEach(
            entry -> {
              long[] pair = entry.getValue();
              if (pair[0] > 0 && bins.size() < most) {
                bins.add(new double[] {pair[0], pair[1]});
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

  private static double psi(List<double[]> bins) {
    double expectedAll = 0.5 * bins.size();
    double actualAll = 0.5 * bins.size();
    for (double[] bin : bins) {
      expectedAll += bin[0];
      actualAll += bin[1];
    }
    double psi = 0;
    for (double[] bin : bins) {
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
}
