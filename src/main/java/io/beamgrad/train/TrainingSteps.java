package io.beamgrad.train;

import io.beamgrad.nn.Loss;
import io.beamgrad.nn.Module;
import io.beamgrad.nn.TargetScaling;
import io.beamgrad.tensor.RecordedStep;
import io.beamgrad.tensor.Tensor;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;

/**
 * Computes the loss of each batch. Where model and loss are {@link Module#isReplayable}, the step
 * of each number of rows is recorded once and then replayed, as long as the same parameters require
 * a gradient. All else runs as it is written, on arrays that no other batch gets.
 */
final class TrainingSteps {

  /**
   * A batch and what was computed of it.
   *
   * @param predicted the outputs in the targets' unit, the same tensor where they are in it
   * @param recorded null where the step ran as it is written
   */
  record Step(
      DataLoader.Batch batch,
      Tensor outputs,
      Tensor predicted,
      Tensor loss,
      RecordedStep recorded) {

    /** Adds the loss's gradients to the parameters' gradients; once for each forward. */
    void backward() {
      if (recorded == null) {
        loss.backward();
      } else {
        recorded.backward();
      }
    }
  }

  private final Module model;
  private final Loss shown; // of predictions
  private final Loss loss; // that is minimised
  private final TargetScaling scaling; // null for outputs that are predictions
  private double[] losses = new double[0];
  private final boolean replays;
  private final Tensor[] parameters;
  private final boolean[] requireGrad; // of each parameter, while the steps were recorded
  private final List<Step> recorded = new ArrayList<>(); // one for each number of rows
  private int[] inputShape;
  private int[] targetShape;
  private boolean sparse;
  private float[] numbersOfBytes;
  private boolean weighted;
  private boolean registrationChecked; // in this epoch

  TrainingSteps(Module model, Loss loss, List<Tensor> parameters) {
    this.model = model;
    this.shown = loss;
    this.scaling = TargetScaling.of(model).orElse(null);
    this.loss = scaling == null ? loss : scaling.minimised(loss);
    this.replays = model.isReplayable() && Loss.isReplayable(loss);
    this.parameters = parameters.toArray(new Tensor[0]);
    this.requireGrad = new boolean[this.parameters.length];
  }

  boolean replays() {
    return replays;
  }

  /** Forgets steps that were recorded for rows of other shapes. */
  void beginEpoch(Dataset dataset) {
    registrationChecked = false;
    boolean same =
        Arrays.equals(inputShape, dataset.inputShape())
            && Arrays.equals(targetShape, dataset.targetShape())
            && sparse == dataset.isSparse()
            && Arrays.equals(numbersOfBytes, dataset.numbersOfBytes())
            && weighted == dataset.isWeighted();
    if (!same) {
      recorded.clear();
      sparse = dataset.isSparse();
      numbersOfBytes = dataset.numbersOfBytes();
      weighted = dataset.isWeighted();
      inputShape = dataset.inputShape();
      targetShape = dataset.targetShape();
    }
  }

  /** Computes the loss of a batch; the step is valid until the next one. */
  Step forward(Dataset dataset, RowBatch prepared) {
    if (!replays) {
      return asWritten(dataset, prepared);
    }
    if (frozenOthers()) {
      recorded.clear();
    }
    Step step = recorded(prepared.rows());
    if (step == null) {
      step = record(dataset, prepared);
      if (recorded.size() == ForwardPasses.MOST_KEPT) {
        recorded.remove(recorded.size() - 1);
      }
      recorded.add(step);
    } else {
      step.batch().setData(prepared);
      step.recorded().forward();
    }
    return step;
  }

  private Tensor predicted(Tensor outputs) {
    return scaling == null ? outputs : scaling.predicted(outputs);
  }

  /** The mean loss of a step's batch in the targets' unit. */
  double meanLoss(Step step) {
    if (scaling == null) {
      return step.loss().item();
    }
    DataLoader.Batch batch = step.batch();
    int rows = batch.rows();
    if (losses.length < rows) {
      losses = new double[rows];
    }
    shown.perExample(step.predicted(), batch.targets(), losses);
    double sum = 0;
    for (int row = 0; row < rows; row++) {
      double weight = batch.weights() == null ? 1 : batch.weights().data()[row];
      sum += weight == 0 ? 0 : weight * losses[row];
    }
    return sum / shown.totalWeight(batch.targets(), batch.weights());
  }

  private Step asWritten(Dataset dataset, RowBatch prepared) {
    DataLoader.Batch batch = DataLoader.Batch.copyOf(dataset, prepared);
    Tensor outputs = batch.outputs(model);
    if (!registrationChecked) {
      model.namedParameters(); // says what the forward assigned and did not register
      registrationChecked = true;
    }
    Tensor predicted = Tensor.noGrad(() -> predicted(outputs));
    Tensor batchLoss = loss.mean(outputs, batch.targets(), batch.weights());
    return new Step(batch, outputs, predicted, batchLoss, null);
  }

  private Step record(Dataset dataset, RowBatch prepared) {
    DataLoader.Batch batch = DataLoader.Batch.unset(dataset, prepared.rows());
    batch.setData(prepared);
    Tensor[] outputs = new Tensor[2];
    RecordedStep step =
        RecordedStep.record(
            () -> {
              outputs[0] = batch.outputs(model);
              outputs[1] = predicted(outputs[0]);
              return loss.mean(outputs[0], batch.targets(), batch.weights());
            });
    return new Step(batch, outputs[0], outputs[1], step.loss(), step);
  }

  private Step recorded(int rows) {
    for (int i = 0; i < recorded.size(); i++) { // an iterator would be an object for each step
      Step step = recorded.get(i);
      if (step.batch().rows() == rows) {
        Collections.swap(recorded, i, Math.max(0, i - 1)); // so that those used last are first
        return step;
      }
    }
    return null;
  }

  /** Whether other parameters require a gradient than at the last call, which it then remembers. */
  private boolean frozenOthers() {
    boolean others = false;
    for (int i = 0; i < parameters.length; i++) {
      others |= requireGrad[i] != parameters[i].requiresGrad();
      requireGrad[i] = parameters[i].requiresGrad();
    }
    return others;
  }
}
