package io.beamgrad.benchmarks;

import io.beamgrad.job.PeakMemory;
import io.beamgrad.nn.BCEWithLogitsLoss;
import io.beamgrad.nn.Linear;
import io.beamgrad.nn.Module;
import io.beamgrad.nn.Sequential;
import io.beamgrad.nn.SparseLinear;
import io.beamgrad.optim.SGD;
import io.beamgrad.tensor.Generator;
import io.beamgrad.tensor.SparseRows;
import io.beamgrad.tensor.Tensor;
import io.beamgrad.train.Dataset;
import io.beamgrad.train.RandomSampler;
import io.beamgrad.train.SparseDataset;
import io.beamgrad.train.StepListener;
import io.beamgrad.train.TensorDataset;
import io.beamgrad.train.Trainer;
import java.io.BufferedInputStream;
import java.io.DataInputStream;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/** One training of {@link SparseBenchmark}, in a process of its own for the sake of its memory. */
final class SparseProgram {
  private static final int EPOCHS = 6;
  private static final int BATCH = 100;

  private SparseProgram() {}

  /**
   * Prints seconds of the first epoch and the median of the others, the accuracy on the rows after
   * the first, and the process's peak in MB.
   *
   * @param args {@code sparse} or {@code dense}, and the file of rows
   */
  public static void main(String[] args) throws IOException, InterruptedException {
    boolean sparse = args[0].equals("sparse");
    Dataset rows = sparse ? sparseRows(Path.of(args[1])) : denseRows();
    Generator random = new Generator(1);
    int width = rows.inputShape()[0];
    Module first = sparse ? new SparseLinear(width, 1, random) : new Linear(width, 1, random);
    Sequential model = new Sequential(first);
    SGD optimizer = new SGD(model.namedParameters(), 1.0); // 0.01 for a row, as its twin has it
    Trainer trainer = new Trainer(model, new BCEWithLogitsLoss(), optimizer, BATCH);
    RandomSampler sampler = new RandomSampler(rows.size(), 1);
    double firstSeconds = seconds(trainer, rows, sampler);
    double accuracy = trainer.evaluate(rows).accuracy();
    List<Double> seconds = new ArrayList<>();
    while (trainer.epochs() < EPOCHS) {
      seconds.add(seconds(trainer, rows, sampler));
    }
    System.out.printf(
        Locale.ROOT,
        "%.4f %.4f %.4f %d%n",
        firstSeconds,
        Statistics.median(seconds),
        accuracy,
        PeakMemory.megabytes().orElse(0));
  }

  private static double seconds(Trainer trainer, Dataset rows, RandomSampler sampler)
      throws InterruptedException {
    int epoch = trainer.epochs() + 1;
    return trainer.trainEpoch(epoch, rows, sampler, StepListener.NONE).elapsedNanos() * 1e-9;
  }

  private static Dataset sparseRows(Path file) throws IOException {
    int count = SparseBenchmark.ROWS;
    int values = SparseBenchmark.CATEGORIES;
    SparseRows rows = new SparseRows(SparseBenchmark.WIDTH, count, count * values);
    Tensor labels = Tensor.zeros(count);
    try (DataInputStream in =
        new DataInputStream(new BufferedInputStream(Files.newInputStream(file), 1 << 16))) {
      for (int row = 0; row < count; row++) {
        labels.data()[row] = in.readByte();
        for (int c = 0; c < values; c++) {
          rows.add(in.readInt(), 1f);
        }
        rows.endRow();
      }
    }
    return new SparseDataset(rows, labels);
  }

  private static Dataset denseRows() {
    int count = SparseBenchmark.DENSE_ROWS;
    Tensor inputs = Tensor.rand(new Generator(2), count, SparseBenchmark.DENSE_WIDTH);
    return new TensorDataset(inputs, Tensor.zeros(count));
  }
}
