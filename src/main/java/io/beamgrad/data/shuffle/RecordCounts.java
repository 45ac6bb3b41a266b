package io.beamgrad.data.shuffle;

import io.beamgrad.schema.EachOutcome;
import io.beamgrad.schema.LearnedColumns;
import io.beamgrad.schema.MetricRow;
import io.beamgrad.schema.Outcome;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import org.checkerframework.checker.nullness.qual.Nullable;

/** Counts what became of all records that were read. */
public record RecordCounts(
    long read,
    long trained,
    long validated,
    long tested,
    long calibrated,
    long heldOut,
    long rejected) {

  static RecordCounts of(LearnedColumns learned) {
    return new RecordCounts(
        learned.getReadRecords(),
        learned.getTrainRows(),
        learned.getValidationRows(),
        learned.getTestRows(),
        learned.getCalibrationRows(),
        learned.getHeldOutRecords(),
        learned.getRejectedRecords());
  }

  public static RecordCounts of(Outcome outcome) {
    return new RecordCounts(
        outcome.getRead(),
        outcome.getTrained(),
        outcome.getValidated(),
        outcome.getTested(),
        outcome.getCalibrated(),
        outcome.getHeldOut(),
        outcome.getRejected());
  }

  /** A message where records are lost or counted twice; empty where the counts add up. */
  public Optional<String> gap() {
    long sum = trained + validated + tested + calibrated + heldOut + rejected;
    return sum == read
        ? Optional.empty()
        : Optional.of(
            ("the counts do not add up: %s records read, but %s trained, %s validated, %s tested,"
                    + " %s calibrated, %s held out and %s rejected are %s")
                .formatted(read, trained, validated, tested, calibrated, heldOut, rejected, sum));
  }

  /**
   * A message as {@link #gap()} gives it, or where a metric was measured on another number of rows
   * than its split has; those of epochs on the rows that the pooled model of keys is trained with.
   *
   * @param each of models by key; null for a model of all rows
   */
  public Optional<String> gap(List<MetricRow> metrics, @Nullable EachOutcome each) {
    for (MetricRow row : metrics) {
      long expected =
          switch (row.getSplit()) {
            case TRAIN -> each == null ? trained : each.getPooledRows();
            case VALIDATION -> each == null ? validated : each.getPooledValidationRows();
            case TEST -> tested;
            case CALIBRATION -> calibrated;
            case HOLDOUT -> 0;
          };
      if (row.getExamples() != expected) {
        return Optional.of(
            "the counts do not add up: epoch %s has seen %s %s rows of %s"
                .formatted(
                    row.getEpoch(),
                    row.getExamples(),
                    row.getSplit().name().toLowerCase(Locale.ROOT),
                    expected));
      }
    }
    return gap();
  }
}
