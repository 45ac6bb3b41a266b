package io.beamgrad.train;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.beamgrad.nn.CrossEntropyLoss;
import io.beamgrad.nn.Dropout;
import io.beamgrad.nn.Linear;
import io.beamgrad.nn.Loss;
import io.beamgrad.nn.Module;
import io.beamgrad.nn.ReLU;
import io.beamgrad.nn.Sequential;
import io.beamgrad.optim.Adam;
import io.beamgrad.optim.Optimizer;
import io.beamgrad.optim.SGD;
import io.beamgrad.optim.Schedule;
import io.beamgrad.tensor.Generator;
import io.beamgrad.tensor.SparseRows;
import io.beamgrad.tensor.Tensor;
import java.util.Map;
import java.util.function.BiFunction;
import java.util.function.Supplier;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** A trainer runs the code of a user's module or loss in each step, and replays only our own. */
class StepsAsWrittenTest {

  private static final int ROWS = 70;
  private static final int BATCH = 16; // four of them and a partial one
  private static final int EPOCHS = 2;

  /** A module whose forward depends on how often it ran. */
  private static final class Counting extends Module {
    private final Linear linear = child("linear", new Linear(2, 2, new Generator(1)));
    private final BiFunction<Tensor, Integer, Tensor> change;
    private int n;

    Counting(BiFunction<Tensor, Integer, Tensor> change) {
      this.change = change;
    }

    @Override
    public Tensor forward(Tensor input) {
      n++;
      return change.apply(linear.forward(input), n);
    }
  }

  private static final Map<String, BiFunction<Tensor, Integer, Tensor>> CHANGES =
      Map.of(
          "arithmetic", (y, n) -> y.mul(n).add(1f / n).div(n + 1).sub(n),
          "full", (y, n) -> y.mul(Tensor.full(n, 2)),
          "zeros", (y, n) -> n % 2 == 0 ? y : y.mul(Tensor.zeros(2)),
          "ones", (y, n) -> n % 2 == 0 ? y : y.add(Tensor.ones(2)),
          "pow", (y, n) -> y.pow(1 + n % 2),
          "branch", (y, n) -> n > 3 ? y.tanh() : y);

  private static TensorDataset dataset() {
    Tensor inputs = Tensor.randn(new Generator(3), ROWS, 2);
    Tensor sums = inputs.sum(1);
    return new TensorDataset(inputs, sums.relu().div(sums).reshape(ROWS));
  }

  private static Optimizer sgd(Module model) {
    return new SGD(model.namedParameters(), 0.1, 0.9, false, 0);
  }

  private static String trained(Module model, Loss loss) throws InterruptedException {
    Trainer trainer = new Trainer(model, loss, sgd(model), BATCH);
    trainer.setSchedule(Schedule.exponential(0.7), Trainer.Count.STEPS);
    trainer.setPrepareAhead(false); // the arrays of a batch are those of the next
    assertFalse(trainer.replaysSteps());
    DataLoader loader = new DataLoader(dataset(), new RandomSampler(ROWS, 11), BATCH);
    trainer.fit(EPOCHS, loader, null, report -> {});
    return Weights.sha256(model.stateDict());
  }

  private static String byHand(Module model, Loss loss) {
    Optimizer optimizer = sgd(model);
    DataLoader loader = new DataLoader(dataset(), new RandomSampler(ROWS, 11), BATCH);
    for (int epoch = 0; epoch < EPOCHS; epoch++) {
      for (DataLoader.Batch batch : loader) {
        model.beginStep(optimizer.steps());
        optimizer.setLr(Schedule.exponential(0.7).lr(0.1, optimizer.steps()));
        Tensor mean = loss.mean(model.forward(batch.inputs()), batch.targets());
        optimizer.zeroGrad();
        mean.backward();
        optimizer.step();
      }
    }
    return Weights.sha256(model.stateDict());
  }

  private static void assertAsByHand(Supplier<Module> model, Supplier<Loss> loss)
      throws InterruptedException {
    assertEquals(byHand(model.get(), loss.get()), trained(model.get(), loss.get()));
  }

  @Test
  void aModuleThatCountsItsRunsEndsAsByHand() throws InterruptedException {
    Counting byHand = new Counting(Tensor::mul);
    Counting trained = new Counting(Tensor::mul);
    assertEquals(byHand(byHand, new CrossEntropyLoss()), trained(trained, new CrossEntropyLoss()));
    assertEquals(10, byHand.n);
    assertEquals(10, trained.n);
  }

  @ParameterizedTest
  @ValueSource(strings = {"arithmetic", "full", "zeros", "ones", "pow", "branch"})
  void numbersThatChangeFromStepToStepCount(String change) throws InterruptedException {
    assertAsByHand(() -> new Counting(CHANGES.get(change)), CrossEntropyLoss::new);
  }

  @Test
  void aUsersModuleDeepInsideOursIsEnough() throws InterruptedException {
    assertAsByHand(
        () ->
            new Sequential(
                new ReLU(),
                new Sequential(new Counting(Tensor::mul), new Dropout(0.3, 7)),
                new Linear(2, 2, new Generator(4))),
        CrossEntropyLoss::new);
  }

  @Test
  void soIsALossOfTheUsers() throws InterruptedException {
    assertAsByHand(
        () -> new Sequential(new Linear(2, 2, new Generator(1)), new Dropout(0.3, 7)),
        Annealed::new);
  }

  /** A loss that weighs less and less. */
  private static final class Annealed implements Loss {
    private final CrossEntropyLoss loss = new CrossEntropyLoss();
    private int calls;

    @Override
    public Target target() {
      return Target.CLASS;
    }

    @Override
    public Tensor mean(Tensor outputs, Tensor targets, Tensor weights) {
      calls++;
      return loss.mean(outputs, targets, weights).mul(1f / calls);
    }

    @Override
    public void perExample(Tensor outputs, Tensor targets, double[] losses) {
      loss.perExample(outputs, targets, losses);
    }
  }

  /** It mixes the mean of the batch before into this one. */
  private static final class Remembering extends Module {
    private final Linear linear = child("linear", new Linear(2, 2, new Generator(1)));
    private Tensor before;

    @Override
    public Tensor forward(Tensor input) {
      Tensor mixed = before == null ? input : input.add(before.mean(0));
      before = input;
      return linear.forward(mixed);
    }
  }

  @Test
  void theInputsOfABatchStayWhatTheyAre() throws InterruptedException {
    assertAsByHand(Remembering::new, CrossEntropyLoss::new);
  }

  @Test
  void sparseRowsComeToAUsersModuleToo() throws InterruptedException {
    SparseRows rows = new SparseRows(2);
    Tensor inputs = Tensor.randn(new Generator(3), ROWS, 2);
    for (int row = 0; row < ROWS; row++) {
      rows.add(0, inputs.get(row, 0));
      rows.add(1, inputs.get(row, 1));
      rows.endRow();
    }
    Module model = new Counting(Tensor::mul);
    Tensor labels = Tensor.zeros(ROWS);
    new Trainer(model, new CrossEntropyLoss(), sgd(model), BATCH)
        .trainEpoch(
            1, new SparseDataset(rows, labels), new SequentialSampler(ROWS), StepListener.NONE);
    Module dense = new Counting(Tensor::mul);
    new Trainer(dense, new CrossEntropyLoss(), sgd(dense), BATCH)
        .trainEpoch(
            1, new TensorDataset(inputs, labels), new SequentialSampler(ROWS), StepListener.NONE);
    assertEquals(Weights.sha256(dense.stateDict()), Weights.sha256(model.stateDict()));
  }

  private static Sequential own() {
    Generator random = new Generator(1);
    return new Sequential(
        new Linear(2, 5, random), new Dropout(0.3, 7), new ReLU(), new Linear(5, 2, random));
  }

  /** The same module behind code of the user's, so that it runs as it is written. */
  private static Module wrapped(Module model) {
    return new Module() {
      private final Module inner = child("inner", model);

      @Override
      public Tensor forward(Tensor input) {
        return inner.forward(input);
      }
    };
  }

  private static String frozenThenNot(Sequential model, Module whole) throws InterruptedException {
    Optimizer optimizer = new Adam(model.namedParameters(), 0.05, Adam.Settings.ADAM);
    Trainer trainer = new Trainer(whole, new CrossEntropyLoss(), optimizer, BATCH);
    DataLoader loader = new DataLoader(dataset(), new RandomSampler(ROWS, 11), BATCH);
    for (boolean frozen : new boolean[] {true, false, true}) {
      ((Linear) model.modules().get(0)).weight().requiresGrad(!frozen);
      ((Linear) model.modules().get(0)).bias().requiresGrad(!frozen);
      trainer.fit(2, loader, null, report -> {});
    }
    return Weights.sha256(model.stateDict());
  }

  @Test
  void aReplayedStepSeesThatAParameterIsFrozenAndThawed() throws InterruptedException {
    Sequential replayed = own();
    Sequential written = own();
    assertTrue(new Trainer(replayed, new CrossEntropyLoss(), sgd(replayed), BATCH).replaysSteps());
    assertEquals(frozenThenNot(written, wrapped(written)), frozenThenNot(replayed, replayed));
  }

  private static String evaluatedInBetween(Module whole, Module model) throws InterruptedException {
    Trainer trainer = new Trainer(whole, new CrossEntropyLoss(), sgd(model), BATCH);
    for (int epoch = 1; epoch <= 3; epoch++) {
      trainer.trainEpoch(
          epoch,
          dataset(),
          new SequentialSampler(ROWS),
          (number, step, rows, loss) -> whole.eval());
    }
    return Weights.sha256(model.stateDict());
  }

  @Test
  void aListenerThatEvaluatesDoesNotEndTheTrainingMode() throws InterruptedException {
    Sequential replayed = own();
    Sequential written = own();
    Sequential undisturbed = own();
    Trainer trainer = new Trainer(undisturbed, new CrossEntropyLoss(), sgd(undisturbed), BATCH);
    trainer.fit(
        3, new DataLoader(dataset(), new SequentialSampler(ROWS), BATCH), null, report -> {});
    String expected = Weights.sha256(undisturbed.stateDict());
    assertEquals(expected, evaluatedInBetween(replayed, replayed));
    assertEquals(expected, evaluatedInBetween(wrapped(written), written));
  }

  /** It makes a layer in its first forward and does not register it. */
  private static final class Late extends Module {
    private final Linear first = child("first", new Linear(2, 2, new Generator(1)));
    private Linear second;

    @Override
    public Tensor forward(Tensor input) {
      if (second == null) {
        second = new Linear(2, 2, new Generator(2));
      }
      return second.forward(first.forward(input));
    }
  }

  @Test
  void theFirstForwardSaysWhatIsNotRegistered() {
    Late model = new Late();
    Trainer trainer = new Trainer(model, new CrossEntropyLoss(), sgd(model), BATCH);
    assertEquals(
        "StepsAsWrittenTest$Late.second: a Linear is not registered, so training, saving and"
            + " eval() would miss it; expected child(\"second\", ...)",
        assertThrows(
                IllegalStateException.class,
                () ->
                    trainer.trainEpoch(
                        1, dataset(), new SequentialSampler(ROWS), StepListener.NONE))
            .getMessage());
    assertEquals(0, trainer.epochs());
  }
}
