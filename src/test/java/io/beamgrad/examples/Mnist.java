package io.beamgrad.examples;

import io.beamgrad.nn.CrossEntropyLoss;
import io.beamgrad.nn.Flatten;
import io.beamgrad.nn.Linear;
import io.beamgrad.nn.Sequential;
import io.beamgrad.optim.SGD;
import io.beamgrad.tensor.Generator;
import io.beamgrad.tensor.Kernels;
import io.beamgrad.tensor.Tensor;
import io.beamgrad.train.DataLoader;
import io.beamgrad.train.Dataset;
import io.beamgrad.train.Evaluation;
import io.beamgrad.train.RowBatch;
import io.beamgrad.train.RowSplit;
import io.beamgrad.train.SubsetRandomSampler;
import io.beamgrad.train.TensorDataset;
import io.beamgrad.train.Trainer;
import io.beamgrad.train.Weights;
import java.io.DataInputStream;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.zip.GZIPInputStream;

/** Recognises handwritten digits by logistic regression on their pixels. */
public final class Mnist {

  private Mnist() {}

  public static void main(String[] args) throws IOException, InterruptedException {
    System.out.println(run(Path.of(args[0]), 5));
  }

  /** Trains on MNIST's four files in a folder; the evaluation on the test data. */
  static Evaluation run(Path folder, int epochs) throws IOException, InterruptedException {
    Dataset images = read(folder, "train");
    Dataset test = read(folder, "t10k");

    // A fifth of the rows is set aside to watch the training.
    RowSplit split = RowSplit.splitIndices((int) images.size(), 0.2, 42);
    DataLoader train = new DataLoader(images, new SubsetRandomSampler(split.train(), 42), 100);
    DataLoader validation =
        new DataLoader(images, new SubsetRandomSampler(split.validation(), 42), 100);

    Sequential model = model();
    SGD optimizer = new SGD(model.namedParameters(), 0.001);
    Trainer trainer = new Trainer(model, new CrossEntropyLoss(), optimizer, 100);
    System.out.println("before: " + trainer.evaluate(images, validation.sampler()));
    trainer.fit(epochs, train, validation, report -> System.out.println(report.validation()));

    for (long row = 0; row < 3; row++) {
      System.out.println("test image " + row + " looks like a " + predict(model, test, row));
    }

    // Weights can be saved and loaded into a model of the same shape.
    Path file = Files.createTempFile("mnist", ".weights");
    Weights.save(model.namedParameters(), file);
    Sequential loaded = model();
    loaded.loadStateDict(Weights.load(file));
    Files.delete(file);

    Evaluation before = trainer.evaluate(test);
    Evaluation after = new Trainer(loaded, new CrossEntropyLoss(), optimizer, 100).evaluate(test);
    if (!before.equals(after)) {
      throw new IllegalStateException("the loaded model gives " + after + ", not " + before);
    }
    return after;
  }

  private static Sequential model() {
    return new Sequential(new Flatten(), new Linear(28 * 28, 10, Generator.derive(42, "init")));
  }

  private static int predict(Sequential model, Dataset images, long row) {
    RowBatch copied = new RowBatch(images);
    copied.resize(1);
    images.copyRows(new long[] {row}, 1, copied);
    Tensor image = Tensor.wrap(copied.inputs(), 1, 28, 28);
    return (int) Tensor.noGrad(() -> model.forward(image)).argmax(1).item();
  }

  /** Reads a pair of IDX files: a magic number, the sizes, then a byte for each pixel or label. */
  private static Dataset read(Path folder, String name) throws IOException {
    Tensor images = idx(folder.resolve(name + "-images-idx3-ubyte.gz"), 2051, 255);
    Tensor labels = idx(folder.resolve(name + "-labels-idx1-ubyte.gz"), 2049, 1);
    return new TensorDataset(images, labels);
  }

  private static Tensor idx(Path file, int magic, float scale) throws IOException {
    try (DataInputStream in =
        new DataInputStream(new GZIPInputStream(Files.newInputStream(file), 1 << 16))) {
      if (in.readInt() != magic) {
        throw new IOException(file + ": not an IDX file with magic number " + magic);
      }
      int[] shape = new int[magic % 256];
      for (int i = 0; i < shape.length; i++) {
        shape[i] = in.readInt();
      }
      Tensor values = Tensor.zeros(shape);
      byte[] bytes = in.readNBytes(values.elements());
      Kernels.current().bytesToFloats(bytes, 0, values.data(), 0, bytes.length, 0f, scale);
      return values;
    }
  }
}
