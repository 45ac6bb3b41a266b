package io.beamgrad.model;

import io.beamgrad.data.rows.Columns;
import io.beamgrad.schema.Calibration;
import io.beamgrad.schema.ModelRecord;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.FloatBuffer;
import org.checkerframework.checker.nullness.qual.Nullable;

/** The check that the calibration of a model is one, and fits what the model predicts. */
final class CalibrationCheck {
  private CalibrationCheck() {}

  /** What does not fit; null where all does, or there is none. */
  static @Nullable String fault(ModelRecord model) {
    Calibration calibration = model.getCalibration();
    if (calibration == null) {
      return null;
    }
    if (!model.getKeyWeights().isEmpty()) {
      return "a calibration of models by key";
    }
    boolean areClasses = !model.getLabels().isEmpty();
    Float temperature = calibration.getTemperature();
    if (areClasses != (temperature != null)) {
      return "a temperature of %s for %s"
          .formatted(temperature, areClasses ? "a class" : "numbers");
    }
    if (areClasses && !(temperature > 0 && Float.isFinite(temperature))) {
      return "a temperature of " + temperature;
    }
    int expected = areClasses ? 1 : Columns.targets(model.getColumns()).size();
    if (calibration.getScores().size() != expected) {
      return "calibration scores of %s columns, expected %s"
          .formatted(calibration.getScores().size(), expected);
    }
    for (ByteBuffer scores : calibration.getScores()) {
      long rows = calibration.getRows();
      if (rows < 1
          || scores.remaining() % Float.BYTES != 0
          || scores.remaining() / Float.BYTES != rows) {
        return "%s bytes of calibration scores of %s rows".formatted(scores.remaining(), rows);
      }
      if (!areOrdered(scores, areClasses)) {
        return "calibration scores that are out of order";
      }
    }
    return null;
  }

  private static boolean areOrdered(ByteBuffer bytes, boolean descending) {
    FloatBuffer scores = bytes.duplicate().order(ByteOrder.LITTLE_ENDIAN).asFloatBuffer();
    float last = scores.get(0);
    boolean areOrdered = !Float.isNaN(last) && (descending || last >= 0);
    for (int i = 1; i < scores.limit(); i++) {
      float next = scores.get(i);
      areOrdered &= descending ? next <= last : next >= last;
      last = next;
    }
    return areOrdered;
  }
}
