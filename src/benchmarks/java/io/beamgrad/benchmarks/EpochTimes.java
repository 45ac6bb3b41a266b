package io.beamgrad.benchmarks;

import io.beamgrad.nn.CrossEntropyLoss;
import io.beamgrad.nn.Sequential;
import io.beamgrad.tensor.Generator;
import io.beamgrad.tensor.Kernels;
import io.beamgrad.train.Split;
import io.beamgrad.train.StepListener;
import io.beamgrad.train.SubsetRandomSampler;
import io.beamgrad.train.Trainer;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Locale;

/**
 * Prints the median of the epochs after the first, in seconds, as lines of {@code name seconds}:
 * what {@code scripts/bench.py} prints of PyTorch.
 */
public final class EpochTimes {

  private static final int BATCH = 100;
  private static final int EPOCHS = 11;

  private EpochTimes() {}

  /**
   * Trains the models.
   *
   * @param args the folder of MNIST's files
   */
  public static void main(String[] args) throws InterruptedException {
    Digits digits = Digits.load(Path.of(args[0]));
    long[] rows = Split.splitIndices(Digits.ROWS, 0.2, 42).train();
    double peak = Peak.gflops();
    System.out.printf(Locale.ROOT, "peak-gflops %.1f%n", peak);
    for (Models which : Models.values()) {
      for (boolean ahead : new boolean[] {false, true}) {
        double seconds = epoch(which, digits, rows, ahead);
        String name = which.name().toLowerCase(Locale.ROOT) + (ahead ? "-2-threads" : "-1-thread");
        System.out.printf(Locale.ROOT, "%s %.4f%n", name, seconds);
        double gflops = which.stepFlops(BATCH) * (rows.length / BATCH) / seconds * 1e-9;
        System.out.printf(Locale.ROOT, "%s-gflops %.1f%n", name, gflops);
      }
    }
    System.out.println("kernels " + Kernels.current());
  }

  private static double epoch(Models which, Digits digits, long[] rows, boolean ahead)
      throws InterruptedException {
    Sequential model = which.model(new Generator(1));
    Trainer trainer = new Trainer(model, new CrossEntropyLoss(), which.optimizer(model), BATCH);
    trainer.setPrepareAhead(ahead);
    SubsetRandomSampler sampler = new SubsetRandomSampler(rows, 42);
    double[] seconds = new double[EPOCHS];
    for (int i = 0; i < EPOCHS; i++) {
      seconds[i] =
          trainer.trainEpoch(i + 1, digits, sampler, StepListener.NONE).elapsedNanos() * 1e-9;
    }
    double[] afterFirst = Arrays.copyOfRange(seconds, 1, EPOCHS);
    Arrays.sort(afterFirst);
    return afterFirst[afterFirst.length / 2];
  }
}
