package io.beamgrad.learner;

import io.beamgrad.failure.UnusableDataException;
import io.beamgrad.model.Intervals;
import io.beamgrad.model.Networks;
import io.beamgrad.nn.Logits;
import io.beamgrad.nn.Loss;
import io.beamgrad.schema.Calibration;
import io.beamgrad.schema.OutcomeStatus;
import io.beamgrad.schema.TargetEncoding;
import io.beamgrad.schema.TrainingPlan;
import io.beamgrad.tensor.Tensor;
import io.beamgrad.train.DivergedException;
import io.beamgrad.train.EvaluationListener;
import io.beamgrad.train.TemperatureFit;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.checkerframework.checker.nullness.qual.Nullable;

/**
 * Learns how sure a trained model is, of rows that this training did not train on (the weights that
 * a warm start or {@code init} begins at may have been): the temperature of classes, and the scores
 * that intervals are taken from. Of more than {@value #MOST_ROWS} rows, or {@value #MOST_OUTPUTS}
 * outputs, the first ones in the order of the shuffle are looked at.
 */
final class Calibrator implements EvaluationListener {
  static final int MOST_ROWS = 1 << 18;
  static final int MOST_OUTPUTS = 1 << 22;
  static final int MOST_SCORES = 1 << 20; // of numbers, as the model keeps them

  private final Loss.Target target;
  private final boolean areLogarithms;
  private final int size; // the outputs of a row
  private final float[] outputs; // (rows, size)
  private final float[] targets; // (rows, targets of a row)
  private float @Nullable [] weights; // (rows); null until there are some
  private final int rows;
  private int seen;

  /**
   * Calibrates networks by the rows of their calibration split.
   *
   * @param targets how outputs become predictions
   * @return null where there are no such rows
   * @throws UnusableDataException where none of the rows counts
   * @throws DivergedException where an output is not finite
   */
  static @Nullable Calibration of(
      Members members, TrainingPlan plan, BlockDataset rows, List<TargetEncoding> targets)
      throws InterruptedException, UnusableDataException {
    if (rows.size() == 0) {
      return null;
    }
    int size = Networks.outputShape(plan.getLayers(), rows.inputShape())[0];
    Calibrator calibrator =
        new Calibrator(Networks.loss(plan.getLoss()).target(), targets, rows.size(), size);
    members.look(rows, calibrator.rows(), calibrator);
    return calibrator.result();
  }

  /**
   * @param available how many rows there are for it
   * @param size the outputs of a row
   */
  Calibrator(Loss.Target target, List<TargetEncoding> encodings, long available, int size) {
    this.target = target;
    this.areLogarithms = Intervals.areLogarithms(encodings);
    this.size = size;
    int most = (target == Loss.Target.NUMBERS ? MOST_SCORES : MOST_OUTPUTS) / size;
    this.rows = (int) Math.min(available, Math.max(1, Math.min(MOST_ROWS, most)));
    this.outputs = new float[rows * size];
    this.targets = new float[target == Loss.Target.NUMBERS ? rows * size : rows];
  }

  /** How many rows, the first ones, it wants to be shown. */
  int rows() {
    return rows;
  }

  @Override
  public void onBatch(Tensor ofBatch, Tensor targetsOfBatch, @Nullable Tensor weightsOfBatch) {
    int count = ofBatch.size(0);
    int width = targets.length / rows;
    System.arraycopy(ofBatch.data(), 0, outputs, seen * size, count * size);
    System.arraycopy(targetsOfBatch.data(), 0, targets, seen * width, count * width);
    if (weightsOfBatch != null) {
      weights = weights == null ? new float[rows] : weights;
      System.arraycopy(weightsOfBatch.data(), 0, weights, seen, count);
    }
    seen += count;
  }

  /**
   * What the rows that were shown say.
   *
   * @throws UnusableDataException where none of them counts
   * @throws DivergedException where an output is not finite
   */
  Calibration result() throws UnusableDataException {
    for (float output : outputs) {
      if (!Float.isFinite(output)) {
        throw new DivergedException("an output for a calibration row is " + output);
      }
    }
    if (target == Loss.Target.NUMBERS) {
      List<ByteBuffer> scores = new ArrayList<>();
      for (int i = 0; i < size; i++) {
        scores.add(distances(i));
      }
      return new Calibration((long) rows, null, scores);
    }
    requireRowsThatCount();
    float temperature = (float) TemperatureFit.of(target, outputs, size, targets, weights, rows);
    return new Calibration((long) rows, temperature, List.of(probabilities(temperature)));
  }

  private void requireRowsThatCount() throws UnusableDataException {
    for (int row = 0; row < rows; row++) {
      if (targets[row] != Loss.UNKNOWN_CLASS && (weights == null || weights[row] > 0)) {
        return;
      }
    }
    throw new UnusableDataException(
        OutcomeStatus.BAD_INPUT,
        "none of the %s calibration rows is of a class that the training rows have%s"
            .formatted(rows, weights == null ? "" : ", and of a weight above 0"));
  }

  private ByteBuffer distances(int of) {
    float[] scores = new float[rows];
    for (int row = 0; row < rows; row++) {
      scores[row] =
          Intervals.score(outputs[row * size + of], targets[row * size + of], areLogarithms);
    }
    Arrays.sort(scores);
    return bytes(scores);
  }

  /** Of the rows' own classes, descending. */
  private ByteBuffer probabilities(float temperature) {
    float[] own = new float[rows];
    float[] logits = new float[size];
    float[] all = new float[target == Loss.Target.BINARY ? 2 : size];
    for (int row = 0; row < rows; row++) {
      for (int i = 0; i < size; i++) {
        logits[i] = outputs[row * size + i] / temperature;
      }
      Logits.probabilities(target, logits, 0, size, all, 0);
      float label = targets[row];
      own[row] = label == Loss.UNKNOWN_CLASS ? 1 : -all[Math.round(label)];
    }
    Arrays.sort(own);
    for (int i = 0; i < rows; i++) {
      own[i] = -own[i];
    }
    return bytes(own);
  }

  private static ByteBuffer bytes(float[] scores) {
    ByteBuffer bytes =
        ByteBuffer.allocate(Float.BYTES * scores.length).order(ByteOrder.LITTLE_ENDIAN);
    bytes.asFloatBuffer().put(scores);
    return bytes;
  }
}
