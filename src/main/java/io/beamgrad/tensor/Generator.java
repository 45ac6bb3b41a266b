package io.beamgrad.tensor;

import java.nio.charset.StandardCharsets;

/**
 * Random numbers from a seed, the same on every JDK: xoshiro256++ (Blackman and Vigna, 2019),
 * seeded by SplitMix64. Not for use by several threads at once.
 */
public final class Generator {

  private static final long GOLDEN_GAMMA = 0x9e3779b97f4a7c15L;

  private long s0;
  private long s1;
  private long s2;
  private long s3;

  public Generator(long seed) {
    reseed(seed);
  }

  /** Begins anew, as a new generator with this seed. */
  public void reseed(long seed) {
    long state = seed;
    s0 = mix(state += GOLDEN_GAMMA);
    s1 = mix(state += GOLDEN_GAMMA);
    s2 = mix(state += GOLDEN_GAMMA);
    s3 = mix(state + GOLDEN_GAMMA);
  }

  /**
   * A generator for one use of a seed, independent of those for other purposes and coordinates.
   *
   * @param purpose what the numbers are for, such as {@code order}
   * @param coordinates where in the training, such as epoch and step
   */
  public static Generator derive(long seed, String purpose, long... coordinates) {
    return new Generator(deriveSeed(seed, purpose, coordinates));
  }

  /** The seed of the generator that {@link #derive} gives. */
  public static long deriveSeed(long seed, String purpose, long... coordinates) {
    long hash = mix(seed + GOLDEN_GAMMA);
    for (byte b : purpose.getBytes(StandardCharsets.UTF_8)) {
      hash = mix((hash ^ b) + GOLDEN_GAMMA);
    }
    for (long coordinate : coordinates) {
      hash = mix(mix(hash + GOLDEN_GAMMA) ^ coordinate);
    }
    return hash;
  }

  /** SplitMix64's finaliser. */
  private static long mix(long z) {
    long mixed = (z ^ (z >>> 30)) * 0xbf58476d1ce4e5b9L;
    mixed = (mixed ^ (mixed >>> 27)) * 0x94d049bb133111ebL;
    return mixed ^ (mixed >>> 31);
  }

  /** 64 random bits. */
  public long nextLong() {
    long result = Long.rotateLeft(s0 + s3, 23) + s0;
    long t = s1 << 17;
    s2 ^= s0;
    s3 ^= s1;
    s1 ^= s2;
    s0 ^= s3;
    s2 ^= t;
    s3 = Long.rotateLeft(s3, 45);
    return result;
  }

  /** A whole number from 0 inclusive to the bound exclusive, each equally likely. */
  public long nextLong(long bound) {
    if (bound <= 0) {
      throw new IllegalArgumentException("nextLong: bound must be positive, was " + bound);
    }
    // Lemire, arXiv 1805.10941: the high half of a product, without the few biased low halves.
    long random = nextLong();
    long low = random * bound;
    if (Long.compareUnsigned(low, bound) < 0) {
      long biased = Long.remainderUnsigned(-bound, bound);
      while (Long.compareUnsigned(low, biased) < 0) {
        random = nextLong();
        low = random * bound;
      }
    }
    return unsignedMultiplyHigh(random, bound);
  }

  private static long unsignedMultiplyHigh(long random, long positive) {
    return Math.multiplyHigh(random, positive) + ((random >> 63) & positive);
  }

  /** Uniform from 0 inclusive to 1 exclusive, a multiple of 2^-24. */
  public float nextFloat() {
    return (nextLong() >>> 40) * 0x1p-24f;
  }

  /** Uniform from 0 inclusive to 1 exclusive, a multiple of 2^-53. */
  public double nextDouble() {
    return (nextLong() >>> 11) * 0x1p-53;
  }

  /** A number of the standard normal distribution, by Marsaglia's polar method. */
  public double nextGaussian() {
    while (true) {
      double u = 2 * nextDouble() - 1;
      double v = 2 * nextDouble() - 1;
      double s = u * u + v * v;
      if (s > 0 && s < 1) {
        return u * StrictMath.sqrt(-2 * StrictMath.log(s) / s);
      }
    }
  }

  /** Puts the elements of a range into random order, each order equally likely. */
  public void shuffle(long[] values, int fromInclusive, int toExclusive) {
    for (int i = toExclusive - 1; i > fromInclusive; i--) {
      int j = fromInclusive + (int) nextLong(i - fromInclusive + 1L);
      long value = values[i];
      values[i] = values[j];
      values[j] = value;
    }
  }
}
