package io.beamgrad.cli;

import java.math.BigDecimal;
import java.math.MathContext;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/**
 * What a first spec trains, by what its table is like: the preset; one linear layer for a small
 * table on which the preset is not better; a small network for rows of very many inputs.
 */
enum StartingModel {
  PRESET,
  LINEAR,
  WIDE;

  static final String NAME = "tabular-1";

  /** Of fewer records a model with few parameters may be as good. */
  private static final int SMALL = 1000;

  /** Rows of more inputs, of which most are categories, are kept sparse. */
  private static final int MOST_INPUTS = 1024;

  /** So many rows are gone through as often as the preset says, more rows less often. */
  private static final long ROWS_OF_ALL_EPOCHS = 100_000;

  private static final int EPOCHS = 256;
  private static final int LEAST_EPOCHS = 16;

  /** The model to begin with. */
  static StartingModel of(long inputs) {
    return inputs > MOST_INPUTS ? WIDE : PRESET;
  }

  /** True where a trial must tell whether the preset suits so few records. */
  boolean isToBeTried(long records) {
    return this == PRESET && records < SMALL && records >= StartingSpec.LEAST_VALIDATED;
  }

  boolean isOfPreset() {
    return this != WIDE;
  }

  /**
   * The keys of the training, a line each.
   *
   * @param records that can be used, about
   */
  List<String> lines(boolean isOfClasses, long records) {
    List<String> lines = new ArrayList<>();
    String out = isOfClasses ? "classes" : "numbers";
    switch (this) {
      case PRESET -> lines.add(loss(isOfClasses));
      case LINEAR -> {
        lines.add("model: [{linear: {out: %s, zero: true}}]".formatted(out));
        lines.add(loss(isOfClasses));
        lines.add(
            "penalty: {l2: %s}  # over as many rows, that of %s"
                .formatted(
                    rounded((isOfClasses ? 1.0 : 2.0) / records),
                    isOfClasses
                        ? "a logistic regression with C = 1"
                        : "a ridge regression with alpha = 1"));
        lines.add("optimizer: {adam: {lr: 0.01}}");
        lines.add("lrFactors: {bias: 1}");
        lines.add("batch: 32");
      }
      case WIDE -> {
        lines.add("# Of so many inputs, most of which are 0, the preset would take long.");
        lines.add("model: [{linear: {out: 32}}, relu, {linear: {out: %s}}]".formatted(out));
        lines.add(loss(isOfClasses));
        lines.add("optimizer: {adam: {lr: 0.003}}");
        lines.add("earlyStopping: {patience: 5}");
        lines.add("batch: 64");
        lines.add("epochs: 50");
      }
    }
    if (isOfPreset() && epochs(records) < EPOCHS) {
      lines.add(
          String.format(
              Locale.ROOT,
              "epochs: %d  # of %,d, as there are about %,d records",
              epochs(records),
              EPOCHS,
              records));
    }
    return lines;
  }

  /** The model in words. */
  String words() {
    return switch (this) {
      case PRESET -> "the preset's network";
      case LINEAR -> "one linear layer";
      case WIDE -> "a small network";
    };
  }

  private static String loss(boolean isOfClasses) {
    return "loss: " + (isOfClasses ? "cross_entropy" : "mse");
  }

  private static long epochs(long records) {
    long epochs = EPOCHS;
    while (epochs > LEAST_EPOCHS && records > ROWS_OF_ALL_EPOCHS * EPOCHS / epochs) {
      epochs /= 2;
    }
    return epochs;
  }

  private static String rounded(double value) {
    return new BigDecimal(value).round(new MathContext(1)).toPlainString();
  }
}
