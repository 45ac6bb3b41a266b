package io.beamgrad.predict;

import java.io.Serializable;

/**
 * How rows of files are predicted for.
 *
 * @param model the model's file
 * @param format of the predictions
 * @param folder where parts go, which all workers see
 * @param isOneFile true where the ids are record numbers alone
 */
public record PredictionSettings(
    String model, PredictionFormat format, String folder, boolean isOneFile)
    implements Serializable {

  String part(int index) {
    return "%s/part-%08d".formatted(folder, index);
  }

  /** The file that says what came of all parts; see {@link PredictionParts}. */
  public String outcome() {
    return folder + "/outcome.avro";
  }
}
