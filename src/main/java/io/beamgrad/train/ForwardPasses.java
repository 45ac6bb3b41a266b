package io.beamgrad.train;

import io.beamgrad.nn.Module;
import io.beamgrad.tensor.RecordedStep;
import io.beamgrad.tensor.Tensor;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;

/**
 * Computes a model's outputs for batches that nothing is learned from. Where the model is {@link
 * Module#isReplayable}, the pass of each number of rows is recorded once for a data set, and then
 * replayed on the same arrays.
 */
final class ForwardPasses {

  /** A batch and the model's outputs for it, valid until the next one. */
  record Pass(DataLoader.Batch batch, Tensor outputs, RecordedStep recorded) {}

  /** Passes of so many numbers of rows are kept, those used last. */
  static final int MOST_KEPT = 16;

  private final Module model;
  private final List<Pass> recorded = new ArrayList<>(); // one for each number of rows
  private Dataset recordedFor;

  ForwardPasses(Module model) {
    this.model = model;
  }

  /** Computes the outputs in the mode that the model has, the same one for all of a data set. */
  Pass forward(Dataset dataset, RowBatch prepared) {
    if (dataset != recordedFor) {
      if (recordedFor != null && !areAlike(dataset, recordedFor)) {
        recorded.clear();
      }
      recordedFor = dataset;
    }
    for (int i = 0; i < recorded.size(); i++) {
      Pass pass = recorded.get(i);
      if (pass.batch().rows() == prepared.rows()) {
        Collections.swap(recorded, i, Math.max(0, i - 1)); // so that those used last are first
        pass.batch().setData(prepared);
        pass.recorded().forward();
        return pass;
      }
    }
    DataLoader.Batch batch = DataLoader.Batch.unset(dataset, prepared.rows());
    batch.setData(prepared);
    if (!model.isReplayable()) {
      return new Pass(batch, Tensor.noGrad(() -> batch.outputs(model)), null);
    }
    Tensor[] outputs = new Tensor[1];
    RecordedStep step = RecordedStep.recordForward(() -> outputs[0] = batch.outputs(model));
    Pass pass = new Pass(batch, outputs[0], step);
    if (recorded.size() == MOST_KEPT) {
      recorded.remove(MOST_KEPT - 1);
    }
    recorded.add(pass);
    return pass;
  }

  /** Whether batches of two data sets are of the same shapes. */
  private static boolean areAlike(Dataset one, Dataset other) {
    return Arrays.equals(one.inputShape(), other.inputShape())
        && Arrays.equals(one.targetShape(), other.targetShape())
        && one.isSparse() == other.isSparse()
        && Arrays.equals(one.numbersOfBytes(), other.numbersOfBytes())
        && one.isWeighted() == other.isWeighted();
  }
}
