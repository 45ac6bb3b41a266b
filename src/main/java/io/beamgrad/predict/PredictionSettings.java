package io.beamgrad.predict;

import java.io.Serializable;
import java.util.Locale;
import org.checkerframework.checker.nullness.qual.Nullable;

/**
 * Settings of a prediction for files.
 *
 * @param model the model's file
 * @param format the format of the predictions
 * @param folder the folder of the parts, which all workers see
 * @param isOneFile whether there is one source file, so that ids are record numbers alone
 * @param interval the level of the intervals or sets of classes that are written too; null for none
 */
public record PredictionSettings(
    String model,
    PredictionFormat format,
    String folder,
    boolean isOneFile,
    @Nullable Double interval)
    implements Serializable {

  /** Without intervals. */
  public PredictionSettings(
      String model, PredictionFormat format, String folder, boolean isOneFile) {
    this(model, format, folder, isOneFile, null);
  }

  String part(int index) {
    return String.format(Locale.ROOT, "%s/part-%08d", folder, index);
  }

  /** The file with the outcome of all parts; see {@link PredictionParts}. */
  public String outcome() {
    return folder + "/outcome.avro";
  }
}
