package io.beamgrad.examples;

import io.beamgrad.nn.Functional;
import io.beamgrad.nn.Linear;
import io.beamgrad.nn.MSELoss;
import io.beamgrad.optim.SGD;
import io.beamgrad.tensor.Generator;
import io.beamgrad.tensor.Tensor;
import io.beamgrad.train.DataLoader;
import io.beamgrad.train.RandomSampler;
import io.beamgrad.train.TensorDataset;
import io.beamgrad.train.Trainer;

/** Predicts the yields of apples and oranges from the weather: by hand, then with built-ins. */
public final class LinearRegression {

  // temperature, rainfall and humidity of five regions
  private static final Tensor INPUTS =
      Tensor.of(
          new float[][] {{73, 67, 43}, {91, 88, 64}, {87, 134, 58}, {102, 43, 37}, {69, 96, 70}});
  // tons per hectare of apples and oranges
  private static final Tensor TARGETS =
      Tensor.of(new float[][] {{56, 70}, {81, 101}, {119, 133}, {22, 37}, {103, 119}});

  private LinearRegression() {}

  public static void main(String[] args) throws InterruptedException {
    System.out.println("by hand: " + byHand());
    System.out.println("with built-ins: " + withBuiltIns());
  }

  /** Gradient descent written out; the last loss. */
  static float byHand() {
    Generator random = new Generator(42);
    Tensor w = Tensor.randn(random, 2, 3).requiresGrad(true);
    Tensor b = Tensor.randn(random, 2).requiresGrad(true);

    for (int epoch = 0; epoch < 1000; epoch++) {
      Tensor loss = meanSquaredError(model(w, b), TARGETS);
      loss.backward(); // fills w.grad() and b.grad()
      Tensor.noGrad(
          () -> {
            w.subInPlace(w.grad().mul(1e-4f));
            b.subInPlace(b.grad().mul(1e-4f));
          });
      w.zeroGrad(); // or the next backward would add to it
      b.zeroGrad();
    }
    System.out.println("predicted " + model(w, b));
    System.out.println("yields    " + TARGETS);
    return meanSquaredError(model(w, b), TARGETS).item();
  }

  private static Tensor model(Tensor w, Tensor b) {
    return INPUTS.matmul(w.t()).add(b);
  }

  private static Tensor meanSquaredError(Tensor predicted, Tensor yields) {
    Tensor difference = predicted.sub(yields);
    return difference.mul(difference).sum().div(difference.elements());
  }

  /** The same with a layer, a loss, an optimiser, batches and a trainer; the last loss. */
  static float withBuiltIns() throws InterruptedException {
    Linear model = new Linear(3, 2, new Generator(42));
    SGD optimizer = new SGD(model.namedParameters(), 1e-4);
    TensorDataset regions = new TensorDataset(INPUTS, TARGETS);
    DataLoader batches = new DataLoader(regions, new RandomSampler(regions.size(), 42), 5);

    // What the trainer does in each step:
    Tensor loss = Functional.mseLoss(model.forward(INPUTS), TARGETS);
    loss.backward();
    optimizer.step();
    optimizer.zeroGrad();

    Trainer trainer = new Trainer(model, new MSELoss(), optimizer, 5);
    trainer.fit(1000, batches, null, report -> {});
    return trainer.lossBatch(INPUTS, TARGETS);
  }
}
