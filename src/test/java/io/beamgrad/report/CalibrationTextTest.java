package io.beamgrad.report;

import static org.junit.jupiter.api.Assertions.assertEquals;

import io.beamgrad.schema.CalibrationFigures;
import io.beamgrad.schema.IntervalFigures;
import io.beamgrad.schema.Split;
import java.util.List;
import org.checkerframework.checker.nullness.qual.Nullable;
import org.junit.jupiter.api.Test;

class CalibrationTextTest {
  private static CalibrationFigures figures(
      long rows, @Nullable Double temperature, @Nullable Double error, IntervalFigures... found) {
    return CalibrationFigures.newBuilder()
        .setRows(rows)
        .setTemperature(temperature)
        .setSplit(Split.CALIBRATION)
        .setMeasured(1200)
        .setErrorBefore(error)
        .setError(error)
        .setLevel(0.9)
        .setIntervals(List.of(found))
        .build();
  }

  @Test
  void rowsAreThoseOfTheirSplit() {
    CalibrationFigures found = figures(1000, null, null, new IntervalFigures("price", 0.9, 2.5));
    assertEquals(
        List.of(
            "on 1,000 rows: price is in the interval of 0.9 for 90.0% of 1,200 calibration rows, with a mean width of 2.5000"),
        CalibrationText.lines(found));
    assertEquals(
        List.of(
            "on 1,000 rows: price is in the interval of 0.9 for 90.0% of 1,200 rows, with a mean width of 2.5000"),
        CalibrationText.lines(found, null));
  }

  @Test
  void whereWeightsWereTrainedBeforeThePageSaysSo() {
    CalibrationFigures found = figures(1000, null, null, new IntervalFigures("price", 0.9, 2.5));
    assertEquals(
        "Learned of 1,000 rows that this training did not train on; measured on 1,200 calibration rows, which it learned of, so that they flatter.",
        CalibrationText.section(found, Split.CALIBRATION, false).note());
    assertEquals(
        "Learned of 1,000 rows that this training did not train on, though the weights that it began at may have been trained on some of them; measured on 1,200 calibration rows, which it learned of, so that they flatter.",
        CalibrationText.section(found, Split.CALIBRATION, true).note());
  }

  @Test
  void itSaysWhyThereAreNoIntervals() {
    assertEquals(
        List.of("on 8 rows: an interval of 0.9 needs at least 9 calibration rows, the model has 8"),
        CalibrationText.lines(figures(8, null, null)));
    assertEquals(
        "on 20 rows: an interval of 0.9 has no bounds, as too many of the 20 calibration rows are of classes that the model does not know",
        CalibrationText.lines(figures(20, 1.5, 0.1)).get(1));
    for (Double temperature : new Double[] {null, 1.5}) {
      List<String> lines = CalibrationText.lines(figures(20, temperature, null));
      assertEquals(
          "on 20 rows: none of 1,200 rows weighs, so that intervals of 0.9 are not measured",
          lines.get(lines.size() - 1));
    }
  }
}
