package io.beamgrad.predict;

import java.io.Serializable;
import java.util.Locale;

/**
 * Settings of a prediction for files.
 *
 * @param model the model's file
 * @param format the format of the predictions
 * @param folder the folder of the parts, which all workers see
 * @param isOneFile whether there is one source file, so that ids are record numbers alone
 */
public record PredictionSettings(
    String model, PredictionFormat format, String folder, boolean isOneFile)
    implements Serializable {

  String part(int index) {
    return String.format(Locale.ROOT, "%s/part-%08d", folder, index);
  }

  /** The file with the outcome of all parts; see {@link PredictionParts}. */
  public String outcome() {
    return folder + "/outcome.avro";
  }
}
