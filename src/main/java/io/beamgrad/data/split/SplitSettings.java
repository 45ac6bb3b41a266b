package io.beamgrad.data.split;

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
 * @param classes how many classes the model tells apart; 0 for regression, {@link #LEARNED} for as
 *     many as the training rows turn out to have
 * @param labels the names of the classes that a trained model knows, of which the rows may have
 *     fewer; empty to learn them from the training rows
 */
public record SplitSettings(
    String fingerprint,
    List<Column> columns,
    SplitRule rule,
    BigDecimal maxRejects,
    int classes,
    List<String> labels)
    implements Serializable {
  /** The number of classes that are yet to be learned. */
  public static final int LEARNED = -1;

  public SplitSettings {
    columns = List.copyOf(columns);
    labels = List.copyOf(labels);
    SplitRule.requireShare("maxRejects", maxRejects);
  }

  /** Settings that learn the labels from the training rows. */
  public SplitSettings(
      String fingerprint,
      List<Column> columns,
      SplitRule rule,
      BigDecimal maxRejects,
      int classes) {
    this(fingerprint, columns, rule, maxRejects, classes, List.of());
  }
}
