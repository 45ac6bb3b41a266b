package io.beamgrad.registry.gate;

import io.beamgrad.data.counts.NumberOrder;
import io.beamgrad.data.profile.Distributions;
import io.beamgrad.schema.Distribution;
import io.beamgrad.schema.DistributionKind;

/**
 * Tells numbers that grow with time, such as times, ids, counters and dates as digits, from numbers
 * that drift. At least 95 in 100 new values are above all earlier ones, and
 *
 * <ul>
 *   <li>the largest by a thousandth at most, as times and dates are;
 *   <li>or both are one value each, as the number of a day is;
 *   <li>or they go on where the earlier ones end: those are as frequent up there as elsewhere (a
 *       twentieth of them or more in the last tenth of their range), the new ones begin no further
 *       off than two of the largest steps between earlier values, and they reach as far as so many
 *       rows do, with half as much to spare.
 * </ul>
 *
 * <p>A measure in another unit, or one that has moved by more than its spread, is none of these.
 */
final class Growth {
  private static final double ABOVE = 0.95;
  private static final double NEAR = 0.001;
  private static final double END = 0.1;
  private static final double AT_END = 0.05;
  private static final double STEPS = 2;
  private static final double REACH = 1.5;

  private Growth() {}

  /** Whether the numbers of a column go on from earlier ones. */
  static boolean isOf(Distribution earlier, Distribution now) {
    if (earlier.getValues().isEmpty() || now.getValues().isEmpty()) {
      return false;
    }
    Values before = new Values(earlier);
    Values after = new Values(now);
    long end = before.end();
    int first = 0;
    long below = 0;
    while (first < after.size() && after.start(first) < end) {
      below += after.counts[first++];
    }
    if (below > (1 - ABOVE) * after.all) {
      return false;
    }
    double largest = before.number(before.size() - 1);
    double reach = after.number(after.size() - 1) - largest;
    if (reach <= NEAR * Math.abs(largest) || (before.size() == 1 && after.size() == 1)) {
      return true;
    }
    double width = largest - before.number(0);
    double rows = Math.max(1, (double) after.all / before.all);
    return reach <= REACH * width * rows
        && after.number(first) - largest <= STEPS * before.largestStep()
        && before.countFrom(largest - END * width) >= AT_END * before.all;
  }

  /** Values with their counts. */
  private static final class Values {
    private final long[] values;
    private final long[] counts;
    private final int shift;
    private final boolean isWhole;
    final long all;

    Values(Distribution of) {
      Distribution wide = Distributions.ofDoubles(of);
      values = Distributions.values(wide);
      counts = wide.getCounts().stream().mapToLong(Long::longValue).toArray();
      shift = wide.getShift();
      isWhole = wide.getKind() == DistributionKind.WHOLE;
      long sum = 0;
      for (long count : counts) {
        sum += count;
      }
      all = sum;
    }

    int size() {
      return values.length;
    }

    /** The least whole number that a value stands for; these sort as the numbers do. */
    long start(int i) {
      return values[i] << shift;
    }

    /** Above all values, or where these are coarse the least that the last stands for. */
    long end() {
      long last = values[values.length - 1];
      return shift > 0 ? last << shift : last + 1;
    }

    double number(int i) {
      return isWhole ? start(i) : NumberOrder.value(start(i));
    }

    double largestStep() {
      double largest = 0;
      for (int i = 1; i < size(); i++) {
        largest = Math.max(largest, number(i) - number(i - 1));
      }
      return largest;
    }

    long countFrom(double least) {
      long count = 0;
      for (int i = size() - 1; i >= 0 && number(i) >= least; i--) {
        count += counts[i];
      }
      return count;
    }
  }
}
