package io.beamgrad.data.split;

import io.beamgrad.data.files.Xxh64;
import java.io.Serializable;
import java.math.BigDecimal;
import java.util.List;

/**
 * The rows of the training files that neither train, validate nor test, so that models can be
 * judged by them. A row is held out where the hash of the salt and of what names the row lies in
 * the share. Nothing else of the data, the seed or the job matters, so that the rows stay the same
 * while rows are added. {@link HoldoutRows} tells them.
 *
 * @param salt what the hash begins with
 * @param share of all rows, in (0, 1); approximate
 * @param by what names a row
 * @param columns for KEY and CONTENT those that name a row, sorted; else none
 */
public record Holdout(String salt, BigDecimal share, By by, List<String> columns)
    implements Serializable {

  /** What names a row. */
  public enum By {
    /** File and record number: the copies of a row are different rows. */
    ROWS,
    /** The texts of some columns, such as a customer's number: rows of one key are one. */
    KEY,
    /** What the values of features and target are: copies are one row, wherever they are. */
    CONTENT
  }

  public Holdout {
    columns = columns.stream().distinct().sorted().toList();
    if (salt.isEmpty()) {
      throw new IllegalArgumentException("the salt of a holdout must not be empty");
    }
    if (share.signum() <= 0 || share.compareTo(BigDecimal.ONE) >= 0) {
      throw new IllegalArgumentException("holdout must be in (0, 1), was " + share);
    }
    if (columns.isEmpty() != (by == By.ROWS)) {
      throw new IllegalArgumentException("holdout by %s with columns %s".formatted(by, columns));
    }
  }

  /** The rows by file and record number. */
  public Holdout(String salt, BigDecimal share) {
    this(salt, share, By.ROWS, List.of());
  }

  /** The same share of the keys that some columns have together. */
  public Holdout byKey(List<String> key) {
    return new Holdout(salt, share, By.KEY, key);
  }

  /** The same share of the contents of some features and targets. */
  public Holdout byContent(List<String> content) {
    return new Holdout(salt, share, By.CONTENT, content);
  }

  /** The columns to read besides those of the rows, as {@code Columns.withKeys} takes them. */
  public List<String> keys() {
    return by == By.KEY ? columns : List.of();
  }

  /** The seed of all its hashes. */
  long seed() {
    return Xxh64.hash(salt, 0);
  }
}
