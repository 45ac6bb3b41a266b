package io.beamgrad.details;

import io.beamgrad.data.rows.Columns;
import io.beamgrad.model.Intervals;
import io.beamgrad.model.Networks;
import io.beamgrad.nn.Logits;
import io.beamgrad.nn.Loss;
import io.beamgrad.schema.Calibration;
import io.beamgrad.schema.CalibrationFigures;
import io.beamgrad.schema.Column;
import io.beamgrad.schema.IntervalFigures;
import io.beamgrad.schema.ModelRecord;
import io.beamgrad.schema.Split;
import io.beamgrad.schema.TargetEncoding;
import io.beamgrad.tensor.Tensor;
import io.beamgrad.train.CalibrationError;
import io.beamgrad.train.EvaluationListener;
import java.util.ArrayList;
import java.util.List;
import org.checkerframework.checker.nullness.qual.Nullable;

/**
 * Measures how well a calibrated model says how sure it is: of classes the expected calibration
 * error with and without the temperature, and of intervals or sets of classes at {@value #LEVEL}
 * how often they have the target, and how wide they are. All is by the weights of rows, and summed
 * up in double in their order.
 */
public final class CalibrationMeter implements EvaluationListener {
  /** The level of the intervals. */
  public static final double LEVEL = 0.9;

  private final Calibration calibration;
  private final List<String> columns; // the targets, or the one of the class
  private final Loss.Target target;
  private final @Nullable Intervals intervals; // null where they have no bounds
  private final CalibrationError error;
  private final CalibrationError errorBefore;
  private final double[] covered; // what the rows weigh, of each column
  private final double[] widths; // sums by weight
  private double weight;
  private long rows;

  /** Measures a model that has a calibration. */
  public CalibrationMeter(ModelRecord model) {
    this(model.getCalibration(), model.getColumns(), model.getLoss(), model.getTargets());
  }

  /**
   * Measures by the parts of a model.
   *
   * @param all columns of the rows
   * @param loss its record
   * @param targets how outputs become predictions
   */
  public CalibrationMeter(
      Calibration calibration, List<Column> all, Object loss, List<TargetEncoding> targets) {
    this.calibration = calibration;
    this.columns = Columns.targets(all).stream().map(Column::getName).toList();
    this.target = Networks.loss(loss).target();
    this.intervals =
        Intervals.canBe(calibration, LEVEL) ? Intervals.of(calibration, targets, LEVEL) : null;
    this.error = new CalibrationError(target);
    this.errorBefore = new CalibrationError(target);
    this.covered = new double[columns.size()];
    this.widths = new double[columns.size()];
  }

  /**
   * @param outputs those of the calibrated model
   */
  @Override
  public void onBatch(Tensor outputs, Tensor targets, @Nullable Tensor weights) {
    int count = outputs.size(0);
    int size = count == 0 ? 0 : outputs.elements() / count;
    rows += count;
    if (target != Loss.Target.NUMBERS) {
      error.add(outputs, targets, weights);
      float temperature = calibration.getTemperature();
      errorBefore.add(Tensor.noGrad(() -> outputs.mul(temperature)), targets, weights);
    }
    for (int row = 0; row < count; row++) {
      double of = weights == null ? 1 : weights.data()[row];
      weight += of;
      if (intervals == null || of == 0) {
        continue;
      }
      if (target == Loss.Target.NUMBERS) {
        addNumbers(outputs.data(), targets.data(), row * size, size, of);
      } else {
        addClass(outputs.data(), row * size, size, targets.data()[row], of);
      }
    }
  }

  private void addNumbers(float[] outputs, float[] targets, int from, int size, double of) {
    for (int i = 0; i < size; i++) {
      double lower = intervals.lower(i, outputs[from + i]);
      double upper = intervals.upper(i, outputs[from + i]);
      covered[i] += lower <= targets[from + i] && targets[from + i] <= upper ? of : 0;
      widths[i] += of * (upper - lower);
    }
  }

  private void addClass(float[] outputs, int from, int size, float label, double of) {
    float[] probabilities = new float[target == Loss.Target.BINARY ? 2 : size];
    Logits.probabilities(target, outputs, from, size, probabilities, 0);
    int best = Logits.label(target, outputs, from, size);
    int own =
        target == Loss.Target.BINARY && label != Loss.UNKNOWN_CLASS
            ? Math.round(label)
            : (int) label;
    for (int c = 0; c < probabilities.length; c++) {
      if (intervals.has(probabilities[c], c == best)) {
        widths[0] += of;
        covered[0] += c == own ? of : 0;
      }
    }
  }

  /**
   * What was measured.
   *
   * @param split of the rows
   */
  public CalibrationFigures result(Split split) {
    List<IntervalFigures> found = new ArrayList<>();
    if (intervals != null && weight > 0) {
      for (int i = 0; i < columns.size(); i++) {
        found.add(new IntervalFigures(columns.get(i), covered[i] / weight, widths[i] / weight));
      }
    }
    boolean areClasses = target != Loss.Target.NUMBERS && weight > 0;
    return CalibrationFigures.newBuilder()
        .setRows(calibration.getRows())
        .setTemperature(
            calibration.getTemperature() == null
                ? null
                : calibration.getTemperature().doubleValue())
        .setSplit(split)
        .setMeasured(rows)
        .setErrorBefore(areClasses ? errorBefore.value() : null)
        .setError(areClasses ? error.value() : null)
        .setLevel(LEVEL)
        .setIntervals(found)
        .build();
  }
}
