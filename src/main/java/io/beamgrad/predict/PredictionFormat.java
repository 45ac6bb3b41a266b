package io.beamgrad.predict;

import java.util.Locale;
import java.util.Optional;

/** How predictions are written; see {@link PredictionWriter}. */
public enum PredictionFormat {
  CSV,
  JSONL,
  AVRO;

  /** The format for the suffix of a file's name; empty where no format has it. */
  public static Optional<PredictionFormat> bySuffix(String name) {
    String small = name.toLowerCase(Locale.ROOT);
    return switch (small.substring(Math.max(0, small.lastIndexOf('.')))) {
      case ".csv" -> Optional.of(CSV);
      case ".jsonl", ".ndjson", ".json" -> Optional.of(JSONL);
      case ".avro" -> Optional.of(AVRO);
      default -> Optional.empty();
    };
  }
}
