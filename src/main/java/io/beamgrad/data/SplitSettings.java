package io.beamgrad.data;

import io.beamgrad.schema.Column;
import java.io.Serializable;
import java.math.BigDecimal;
import java.util.List;

/**
 * What decides the splits and whether there is enough good data to train on.
 *
 * @param fingerprint of the source files and the part of the spec that decides the blocks
 * @param columns the columns of the rows
 * @param validation the share of the training files' accepted rows to validate on, in [0, 1)
 * @param maxRejects the largest share of read records that may be rejected, in [0, 1]
 * @param classes how many classes the model tells apart; 0 for regression
 */
public record SplitSettings(
    String fingerprint,
    List<Column> columns,
    BigDecimal validation,
    BigDecimal maxRejects,
    int classes)
    implements Serializable {
  public SplitSettings {
    columns = List.copyOf(columns);
    requireShare("validation", validation);
    requireShare("maxRejects", maxRejects);
  }

  private static void requireShare(String name, BigDecimal share) {
    if (share.signum() < 0 || share.compareTo(BigDecimal.ONE) > 0) {
      throw new IllegalArgumentException(name + " must be in [0, 1], was " + share);
    }
  }

  /** How many of so many rows are for validation: exactly the floor of the share. */
  long validationRows(long rows) {
    return validation.multiply(BigDecimal.valueOf(rows)).toBigInteger().longValueExact();
  }
}
