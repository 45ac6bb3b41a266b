package io.beamgrad.data.split;

import io.beamgrad.data.files.Xxh64;
import java.math.BigDecimal;
import java.math.BigInteger;

/**
 * Deals the rows of one key out to splits, in the order of the shuffle: the first validate, the
 * next test, the rest trains. Of {@code n} rows {@code floor(n * validation + u)} validate, and
 * {@code floor(n * (validation + test) + u)} validate or test. The number {@code u} in [0, 1) is a
 * hash of the key and the seed, so that the shares are right over all keys, also where each has few
 * rows. All of it is exact.
 */
public final class KeyShares {
  private final SplitRule rule;
  private final long seed;

  /** How many rows of a key are for each split. */
  public record Rows(int validation, int test, int train) {}

  /**
   * @param seed of the shuffle
   */
  public KeyShares(SplitRule rule, long seed) {
    this.rule = rule;
    this.seed = seed;
  }

  /**
   * How many of so many rows of a key are for each split.
   *
   * @param keyHash XXH64 of the key's UTF-8 with seed 0
   */
  public Rows of(long keyHash, int rows) {
    BigInteger start = unsigned(Xxh64.hash(keyHash, seed, seed));
    int validation = floor(rule.validation(), rows, start);
    int both = floor(rule.validation().add(rule.test()), rows, start);
    return new Rows(validation, both - validation, rows - both);
  }

  /** {@code floor(share * rows + start / 2^64)}. */
  private static int floor(BigDecimal share, int rows, BigInteger start) {
    BigDecimal wanted = share.multiply(BigDecimal.valueOf(rows));
    return wanted
        .multiply(new BigDecimal(BigInteger.ONE.shiftLeft(Long.SIZE)))
        .add(new BigDecimal(start))
        .toBigInteger()
        .shiftRight(Long.SIZE)
        .intValueExact();
  }

  private static BigInteger unsigned(long hash) {
    BigInteger signed = BigInteger.valueOf(hash);
    return hash < 0 ? signed.add(BigInteger.ONE.shiftLeft(Long.SIZE)) : signed;
  }
}
