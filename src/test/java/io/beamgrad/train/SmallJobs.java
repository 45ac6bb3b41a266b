package io.beamgrad.train;

import io.beamgrad.Jvms;
import io.beamgrad.nn.BCEWithLogitsLoss;
import io.beamgrad.nn.CrossEntropyLoss;
import io.beamgrad.nn.Dropout;
import io.beamgrad.nn.HuberLoss;
import io.beamgrad.nn.Linear;
import io.beamgrad.nn.Loss;
import io.beamgrad.nn.ReLU;
import io.beamgrad.nn.Sequential;
import io.beamgrad.nn.Sigmoid;
import io.beamgrad.nn.Tanh;
import io.beamgrad.optim.Adam;
import io.beamgrad.optim.Optimizer;
import io.beamgrad.optim.SGD;
import io.beamgrad.optim.Schedule;
import io.beamgrad.tensor.Generator;
import io.beamgrad.tensor.Kernels;
import io.beamgrad.tensor.Tensor;
import java.util.Map;

/**
 * Trains three small networks of odd sizes that use all kernels, and prints the digest of each. For
 * {@link SameBitsTest}, which runs it in JVMs of all kinds.
 */
public final class SmallJobs {

  private static final int ROWS = 211;
  private static final int FEATURES = 53;

  private SmallJobs() {}

  /**
   * Prints what the JVM is and a line for each network.
   *
   * @param args whether a second thread prepares batches, and whether kernels are warmed up
   *     meanwhile
   */
  public static void main(String[] args) throws InterruptedException {
    System.out.println(Jvms.describe());
    boolean ahead = Boolean.parseBoolean(args[0]);
    if (Boolean.parseBoolean(args[1])) {
      Kernels.warmUpInBackground();
    }
    Generator random = new Generator(1);
    Tensor inputs = Tensor.randn(random, ROWS, FEATURES);
    Tensor numbers = inputs.matmul(Tensor.randn(random, FEATURES, 11)).mul(0.3f);

    Sequential classifier =
        new Sequential(
            new Linear(FEATURES, 133, random),
            new ReLU(),
            new Dropout(0.2, 5),
            new Linear(133, 11, random));
    SGD sgd = new SGD(classifier.namedParameters(), 0.05, 0.9, true, 1e-4);
    print(
        "classes",
        ahead,
        classifier,
        new CrossEntropyLoss(null, 0.1),
        sgd,
        inputs,
        numbers.argmax(1));

    Sequential regressor =
        new Sequential(new Linear(FEATURES, 37, random), new Tanh(), new Linear(37, 11, random));
    Adam adam = new Adam(regressor.namedParameters(), 0.01, Adam.Settings.ADAMW);
    print("numbers", ahead, regressor, new HuberLoss(0.5), adam, inputs, numbers);

    Sequential binary =
        new Sequential(new Linear(FEATURES, 16, random), new Sigmoid(), new Linear(16, 1, random));
    SGD plain = new SGD(binary.namedParameters(), 0.1);
    Tensor sums = numbers.sum(1);
    Tensor positive = sums.relu().div(sums).abs();
    print("binary", ahead, binary, new BCEWithLogitsLoss(), plain, inputs, positive);
  }

  private static void print(
      String name,
      boolean ahead,
      Sequential model,
      Loss loss,
      Optimizer optimizer,
      Tensor inputs,
      Tensor targets)
      throws InterruptedException {
    TensorDataset dataset = new TensorDataset(inputs, targets);
    Trainer trainer = new Trainer(model, loss, optimizer, 29);
    trainer.setPrepareAhead(ahead);
    trainer.setSchedule(Schedule.cosine(8, 1e-4), Trainer.Count.EPOCHS);
    trainer.setClipGradNorm(1);
    trainer.fit(
        8, new DataLoader(dataset, new BlockShuffleSampler(ROWS, 3, 8, 4), 29), null, r -> {});
    Evaluation evaluation = trainer.evaluate(dataset);
    // The model's answers on data, as bits, beside its weights.
    Tensor outputs = Tensor.noGrad(() -> model.forward(inputs).logSoftmax(1));
    System.out.println(
        name
            + " "
            + Weights.sha256(model.namedParameters())
            + " "
            + Weights.sha256(Map.of("outputs", outputs))
            + " "
            + evaluation);
  }
}
