package io.beamgrad.report;

import io.beamgrad.model.Intervals;
import io.beamgrad.schema.CalibrationFigures;
import io.beamgrad.schema.IntervalFigures;
import io.beamgrad.schema.Split;
import java.util.ArrayList;
import java.util.List;
import org.checkerframework.checker.nullness.qual.Nullable;

/** Says how well a model says how sure it is: in lines, and as a section of a page. */
public final class CalibrationText {
  private CalibrationText() {}

  /** What was learned, how often it is right, and of intervals how wide they are. */
  public static List<String> lines(CalibrationFigures found) {
    return lines(found, found.getSplit());
  }

  /**
   * The same of some rows.
   *
   * @param split of the rows; null where all rows of files were measured
   */
  public static List<String> lines(CalibrationFigures found, @Nullable Split split) {
    boolean areClasses = found.getTemperature() != null;
    List<String> lines = new ArrayList<>();
    if (areClasses) {
      lines.add(
          "on %s rows: temperature %s; expected calibration error %s of %s, %s without it"
              .formatted(
                  NumberText.count(found.getRows()),
                  NumberText.number(found.getTemperature()),
                  number(found.getError()),
                  rows(found, split),
                  number(found.getErrorBefore())));
    }
    for (IntervalFigures interval : found.getIntervals()) {
      lines.add(
          areClasses
              ? "the class is in the set of %s for %s of %s, with %s classes on average"
                  .formatted(
                      found.getLevel(),
                      NumberText.percent(interval.getCoverage()),
                      rows(found, split),
                      NumberText.number(interval.getWidth()))
              : "on %s rows: %s is in the interval of %s for %s of %s, with a mean width of %s"
                  .formatted(
                      NumberText.count(found.getRows()),
                      interval.getColumn(),
                      found.getLevel(),
                      NumberText.percent(interval.getCoverage()),
                      rows(found, split),
                      NumberText.number(interval.getWidth())));
    }
    if (found.getIntervals().isEmpty()) {
      lines.add("on %s rows: %s".formatted(NumberText.count(found.getRows()), whyNone(found)));
    }
    return lines;
  }

  /** Why there are no intervals: by the calibration, or as no row that was measured weighs. */
  private static String whyNone(CalibrationFigures found) {
    boolean hasWeight = found.getTemperature() != null && found.getError() != null;
    boolean areFew = Intervals.leastRows(found.getLevel()) > found.getRows();
    return areFew || hasWeight
        ? Intervals.whyNone(found.getRows(), found.getLevel())
        : "none of %s rows weighs, so that intervals of %s are not measured"
            .formatted(NumberText.count(found.getMeasured()), found.getLevel());
  }

  /** Without rows that count there is no error. */
  private static String number(@Nullable Double error) {
    return error == null ? "unknown" : NumberText.number(error);
  }

  private static String rows(CalibrationFigures found, @Nullable Split split) {
    return "%s %srows"
        .formatted(
            NumberText.count(found.getMeasured()),
            split == null ? "" : DetailSections.name(split) + " ");
  }

  /**
   * The same for a page.
   *
   * @param split of the rows; null where all rows of files were measured
   * @param isContinued whether the training began at weights of another one
   */
  static ReportPage.Calibration section(
      CalibrationFigures found, @Nullable Split split, boolean isContinued) {
    boolean areClasses = found.getTemperature() != null;
    List<List<String>> rows = new ArrayList<>();
    if (areClasses) {
      rows.add(List.of("temperature", NumberText.number(found.getTemperature())));
    }
    if (found.getError() != null) {
      rows.add(List.of("expected calibration error", NumberText.number(found.getError())));
      rows.add(List.of("the same without temperature", NumberText.number(found.getErrorBefore())));
    }
    String level = NumberText.percentTick(found.getLevel());
    for (IntervalFigures interval : found.getIntervals()) {
      String what = areClasses ? "sets" : "intervals of " + interval.getColumn();
      rows.add(
          List.of(
              "coverage of %s %s".formatted(level, what),
              NumberText.percent(interval.getCoverage())));
      rows.add(
          List.of(
              "mean %s of %s %s".formatted(areClasses ? "size" : "width", level, what),
              NumberText.number(interval.getWidth())));
    }
    String flatters =
        found.getSplit() == Split.CALIBRATION ? ", which it learned of, so that they flatter" : "";
    return new ReportPage.Calibration(
        "Learned of %s rows that this training did not train on%s; measured on %s%s.%s"
            .formatted(
                NumberText.count(found.getRows()),
                isContinued
                    ? ", though the weights that it began at may have been trained on some of them"
                    : "",
                rows(found, split),
                flatters,
                areClasses
                    ? " All probabilities, and the loss of the test, are those with the temperature; losses of epochs are without."
                    : ""),
        new Table(1, List.of("what", "value"), rows));
  }
}
