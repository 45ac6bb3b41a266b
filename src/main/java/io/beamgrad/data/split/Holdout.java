package io.beamgrad.data.split;

import io.beamgrad.data.files.Xxh64;
import java.io.Serializable;
import java.math.BigDecimal;
import org.checkerframework.checker.nullness.qual.Nullable;

/**
 * The rows of the training files that neither train, validate nor test, so that models can be
 * judged by them. A row is held out where the hash of salt, file identity and record number lies in
 * the share; where rows are split by group, it is the hash of salt and group, and where rows have
 * keys that of salt and key. Nothing else of the data, the seed or the job matters, so that the
 * rows stay the same while files, or rows with keys, are added.
 *
 * @param salt what the hash begins with
 * @param share of all rows, in (0, 1); approximate
 * @param key the column that names a row; null where file and record number do
 */
public record Holdout(String salt, BigDecimal share, @Nullable String key) implements Serializable {
  public Holdout {
    if (salt.isEmpty()) {
      throw new IllegalArgumentException("the salt of a holdout must not be empty");
    }
    if (share.signum() <= 0 || share.compareTo(BigDecimal.ONE) >= 0) {
      throw new IllegalArgumentException("holdout must be in (0, 1), was " + share);
    }
  }

  /** The rows by file and record number. */
  public Holdout(String salt, BigDecimal share) {
    this(salt, share, null);
  }

  /** The same share of rows that a column names. */
  public Holdout byKey(String column) {
    return new Holdout(salt, share, column);
  }

  public boolean isByFile() {
    return key == null;
  }

  /** The seed of all its hashes. */
  private long seed() {
    return Xxh64.hash(salt, 0);
  }

  /** The hashes of the rows of a file. */
  public RowOrder rowsOf(String identity) {
    return RowOrder.of(seed(), identity);
  }

  /** The hash of a group or a key. */
  long hashOfGroup(String group) {
    return Xxh64.hash(group, seed());
  }
}
