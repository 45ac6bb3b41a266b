package io.beamgrad.data;

import io.beamgrad.schema.Column;
import java.io.Serializable;
import java.math.BigDecimal;
import java.util.List;

/**
 * What decides the splits and whether there is enough good data to train on.
 *
 * @param fingerprint of the source files and the part of the spec that decides the blocks
 * @param columns the columns of the blocks
 * @param rule how the rows of the training files are split
 * @param maxRejects the largest share of read records that may be rejected, in [0, 1]
 * @param classes how many classes the model tells apart; 0 for regression
 */
public record SplitSettings(
    String fingerprint, List<Column> columns, SplitRule rule, BigDecimal maxRejects, int classes)
    implements Serializable {
  public SplitSettings {
    columns = List.copyOf(columns);
    SplitRule.requireShare("maxRejects", maxRejects);
  }
}
