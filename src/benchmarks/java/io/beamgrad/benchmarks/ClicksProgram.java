package io.beamgrad.benchmarks;

import io.beamgrad.nn.BCEWithLogitsLoss;
import io.beamgrad.nn.Sequential;
import io.beamgrad.nn.SparseLinear;
import io.beamgrad.optim.SGD;
import io.beamgrad.tensor.Generator;
import io.beamgrad.tensor.SparseRows;
import io.beamgrad.tensor.Tensor;
import io.beamgrad.train.RandomSampler;
import io.beamgrad.train.SparseDataset;
import io.beamgrad.train.StepListener;
import io.beamgrad.train.Trainer;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/** The training of {@link ClickFiles} on rows in memory, encoded before any epoch begins. */
final class ClicksProgram {
  private ClicksProgram() {}

  /**
   * Prints the median of the seconds of the epochs after the first.
   *
   * @param args the number of rows
   */
  public static void main(String[] args) throws InterruptedException {
    SparseDataset rows = rows(Integer.parseInt(args[0]));
    Sequential model = new Sequential(new SparseLinear(rows.inputShape()[0], 1, new Generator(1)));
    SGD optimizer = new SGD(model.namedParameters(), ClickFiles.LEARNING_RATE);
    Trainer trainer = new Trainer(model, new BCEWithLogitsLoss(), optimizer, ClickFiles.BATCH);
    RandomSampler sampler = new RandomSampler(rows.size(), 1);
    List<Double> seconds = new ArrayList<>();
    for (int epoch = 1; epoch <= ClickFiles.EPOCHS; epoch++) {
      long nanos = trainer.trainEpoch(epoch, rows, sampler, StepListener.NONE).elapsedNanos();
      if (epoch > 1) {
        seconds.add(nanos * 1e-9);
      }
    }
    System.out.printf(Locale.ROOT, "%.4f%n", Statistics.median(seconds));
  }

  private static SparseDataset rows(int count) {
    int width = ClickTruth.COUNTS + ClickTruth.CATEGORIES * ClickFiles.SLOTS;
    SparseRows rows =
        new SparseRows(width, count, count * (ClickTruth.COUNTS + ClickTruth.CATEGORIES));
    Tensor labels = Tensor.zeros(count);
    ClickLog log = new ClickLog(1, new ClickTruth(false));
    for (int row = 0; row < count; row++) {
      log.next();
      for (int i = 0; i < ClickTruth.COUNTS; i++) {
        int number = Math.max(0, log.counts()[i]);
        rows.add(i, (float) StrictMath.log1p(number) - 1.3f); // about its mean
      }
      for (int i = 0; i < ClickTruth.CATEGORIES; i++) {
        int slot = (log.categories()[i] * 0x9E3779B1) >>> 16;
        rows.add(ClickTruth.COUNTS + i * ClickFiles.SLOTS + slot, 1f);
      }
      rows.endRow();
      labels.data()[row] = log.isClick() ? 1 : 0;
    }
    return new SparseDataset(rows, labels);
  }
}
