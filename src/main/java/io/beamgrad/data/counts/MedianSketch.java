package io.beamgrad.data.counts;

import java.io.Serializable;
import java.util.Arrays;

/**
 * Counts numbers by the first 16 bits of their float32: sign, exponent and seven bits behind the
 * first. Counts add up exactly, so that the median is the same in whatever order numbers are added
 * and sketches are merged. It is exact for whole numbers up to 256, and otherwise at most one part
 * in 128 nearer to 0 than the true one. Where some numbers need more than a float32, which may be
 * close to each other but far from 0, bins are used that are as narrow as 2,048 of them can be.
 */
public final class MedianSketch implements Serializable {
  private static final long serialVersionUID = 2L;
  private static final int PAGE_BITS = 8;
  private static final int PAGE = 1 << PAGE_BITS;
  private static final int HALF = 1 << 15;
  private static final int MOST_BINS = 2048;

  private final long[][] pages = new long[PAGE][]; // those of one sign and exponent share a page
  private final IntegerHistogram orders = new IntegerHistogram(MOST_BINS);
  private boolean isWide; // whether a number was no float
  private long count;

  /** Adds a finite number. */
  public void add(double value) {
    isWide |= (float) value != value;
    orders.add(NumberOrder.of(value));
    int bucket = bucket((float) value);
    page(bucket >> PAGE_BITS)[bucket & (PAGE - 1)]++;
    count++;
  }

  /** Buckets are in the order of the numbers; -0 is 0. */
  private static int bucket(float value) {
    int bits = Float.floatToIntBits(value + 0f);
    int magnitude = (bits & Integer.MAX_VALUE) >>> Short.SIZE;
    return bits < 0 ? HALF - 1 - magnitude : HALF + magnitude;
  }

  private static float value(int bucket) {
    return bucket < HALF
        ? -Float.intBitsToFloat((HALF - 1 - bucket) << Short.SIZE)
        : Float.intBitsToFloat((bucket - HALF) << Short.SIZE);
  }

  private long[] page(int number) {
    if (pages[number] == null) {
      pages[number] = new long[PAGE];
    }
    return pages[number];
  }

  /** Adds all that another one counted. */
  public void add(MedianSketch other) {
    for (int p = 0; p < PAGE; p++) {
      if (other.pages[p] != null) {
        long[] page = page(p);
        for (int i = 0; i < PAGE; i++) {
          page[i] += other.pages[p][i];
        }
      }
    }
    orders.add(other.orders);
    isWide |= other.isWide;
    count += other.count;
  }

  /** The median, of an even count the lower one; 0 where there are no numbers. */
  public double median() {
    return isWide ? medianOfOrders() : medianOfBuckets();
  }

  private double medianOfOrders() {
    long left = (count + 1) / 2;
    for (long bin : orders.sorted()) {
      left -= orders.count(bin);
      if (left <= 0) {
        long nearest = bin < 0 ? ~(~bin << orders.shift()) : bin << orders.shift();
        return NumberOrder.value(nearest) + 0.0;
      }
    }
    return 0;
  }

  private float medianOfBuckets() {
    long left = (count + 1) / 2;
    for (int bucket = 0; bucket < 2 * HALF && count > 0; bucket++) {
      long[] page = pages[bucket >> PAGE_BITS];
      left -= page == null ? 0 : page[bucket & (PAGE - 1)];
      if (left <= 0) {
        return value(bucket) + 0f;
      }
    }
    return 0;
  }

  @Override
  public boolean equals(Object other) {
    return other instanceof MedianSketch sketch && Arrays.deepEquals(pages, sketch.pages);
  }

  @Override
  public int hashCode() {
    return Arrays.deepHashCode(pages);
  }
}
