package io.beamgrad.train;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.beamgrad.nn.CrossEntropyLoss;
import io.beamgrad.nn.Dropout;
import io.beamgrad.nn.Linear;
import io.beamgrad.nn.MSELoss;
import io.beamgrad.nn.Module;
import io.beamgrad.nn.ReLU;
import io.beamgrad.nn.Sequential;
import io.beamgrad.nn.Tanh;
import io.beamgrad.optim.Adam;
import io.beamgrad.optim.SGD;
import io.beamgrad.optim.Schedule;
import io.beamgrad.tensor.Generator;
import io.beamgrad.tensor.Tensor;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.atomic.AtomicReference;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.function.Executable;

class TrainerTest {

  private static final int ROWS = 70;
  private final TensorDataset dataset = classes();

  /** Two features of which the sign of the sum is the class. */
  private static TensorDataset classes() {
    return new TensorDataset(inputs(), labels());
  }

  private static Tensor inputs() {
    return Tensor.randn(new Generator(3), ROWS, 2);
  }

  private static Tensor labels() {
    Tensor sums = inputs().sum(1);
    return sums.relu().div(sums).reshape(ROWS); // 1 or 0 by the sign
  }

  private static Sequential model() {
    Generator random = Generator.derive(5, "init");
    return new Sequential(new Linear(2, 7, random), new ReLU(), new Linear(7, 2, random));
  }

  private static Trainer trainer(Module model) {
    return new Trainer(
        model, new CrossEntropyLoss(), new SGD(model.namedParameters(), 0.1, 0.9, false, 0), 16);
  }

  @Test
  void replayedStepsHaveTheBitsOfTheLoopByHand() throws InterruptedException {
    Sequential trained = model();
    RandomSampler sampler = new RandomSampler(ROWS, 11);
    trainer(trained).fit(3, new DataLoader(dataset, sampler, 16), null, report -> {});

    Sequential byHand = model();
    SGD optimizer = new SGD(byHand.namedParameters(), 0.1, 0.9, false, 0);
    DataLoader loader = new DataLoader(dataset, sampler, 16);
    for (int epoch = 0; epoch < 3; epoch++) {
      for (DataLoader.Batch batch : loader) {
        Tensor loss = new CrossEntropyLoss().mean(byHand.forward(batch.inputs()), batch.targets());
        optimizer.zeroGrad();
        loss.backward();
        optimizer.step();
      }
    }
    assertEquals(
        Weights.sha256(byHand.namedParameters()), Weights.sha256(trained.namedParameters()));
  }

  @Test
  void aStepThatLooksAtValuesIsNotReplayed() throws InterruptedException {
    List<Float> seen = new ArrayList<>();
    Linear inner = new Linear(2, 2, new Generator(1));
    Module looking =
        new Module() {
          private final Linear linear = child("linear", inner);

          @Override
          public Tensor forward(Tensor input) {
            Tensor output = linear.forward(input);
            seen.add(output.get(0, 0));
            return output;
          }
        };
    trainer(looking).trainEpoch(1, dataset, new SequentialSampler(ROWS), StepListener.NONE);
    assertEquals(5, seen.size());
  }

  @Test
  void aTrainingConvergesAndReportsItsMetrics() throws InterruptedException {
    Trainer trainer = trainer(model());
    DataLoader loader = new DataLoader(dataset, new RandomSampler(ROWS, 1), 16);
    List<Trainer.Report> reports = trainer.fit(60, loader, loader, report -> {});
    Evaluation last = reports.get(59).validation();
    assertEquals(60, trainer.epochs());
    assertEquals(ROWS, last.examples());
    assertEquals(1.0, last.accuracy(), 0.05);
    assertNull(last.mse());
    assertEquals(ROWS, reports.get(0).training().rows());
  }

  @Test
  void evaluationDoesNotDependOnTheSizeOfItsBatches() throws InterruptedException {
    Sequential model = model();
    Evaluation whole = trainer(model).evaluate(dataset);
    Evaluator single = new Evaluator(new CrossEntropyLoss());
    for (DataLoader.Batch batch : new DataLoader(dataset, new SequentialSampler(ROWS), 3)) {
      single.add(model.forward(batch.inputs()), batch.targets());
    }
    assertEquals(whole, single.result());
  }

  @Test
  void regressionReportsSquaredAndAbsoluteErrors() throws InterruptedException {
    Linear model = new Linear(1, 1, new Generator(1));
    model.loadStateDict(
        Map.of("weight", Tensor.of(new float[][] {{1}}), "bias", Tensor.of(new float[] {0})));
    Trainer trainer = new Trainer(model, new MSELoss(), new SGD(model.namedParameters(), 0.1), 2);
    Evaluation evaluation =
        trainer.evaluate(
            new TensorDataset(
                Tensor.of(new float[][] {{1}, {2}}), Tensor.of(new float[][] {{2}, {5}})));
    assertEquals("loss 5.0, mse 5.0, mae 2.0, 2 examples", evaluation.toString());
    assertNull(evaluation.accuracy());
  }

  @Test
  void aRestoredTrainingContinuesToTheSameBits() throws InterruptedException {
    DataLoader loader = new DataLoader(dataset, new RandomSampler(ROWS, 1), 16);
    Sequential straight = model();
    adam(straight).fit(4, loader, null, report -> {});

    Trainer first = adam(model());
    first.fit(2, loader, null, report -> {});
    TrainerState state = first.snapshot();
    first.fit(1, loader, null, report -> {}); // must not show in the snapshot
    Sequential resumed = model();
    Trainer second = adam(resumed);
    second.restore(state);
    second.fit(2, loader, null, report -> {});
    assertEquals(
        Weights.sha256(straight.namedParameters()), Weights.sha256(resumed.namedParameters()));
  }

  @Test
  void fittingTwiceTrainsOnAsOneFitOfAllEpochs() throws InterruptedException {
    DataLoader loader = new DataLoader(dataset, new RandomSampler(ROWS, 1), 16);
    Sequential once = withDropout(0.3);
    full(once, -1).fit(10, loader, loader, report -> {});
    Sequential twice = withDropout(0.3);
    Trainer trainer = full(twice, -1);
    List<Integer> epochs = new ArrayList<>();
    for (int more : new int[] {5, 0, 5}) {
      trainer
          .fit(more, loader, loader, report -> epochs.add(report.training().epoch()))
          .forEach(report -> assertEquals(ROWS, report.training().rows()));
    }
    assertEquals(IntStream.rangeClosed(1, 10).boxed().toList(), epochs);
    assertEquals(10, trainer.epochs());
    assertEquals(Weights.sha256(once.stateDict()), Weights.sha256(twice.stateDict()));
  }

  @Test
  void theSecondFitSeesTheRowsInOrdersThatTheFirstDidNot() throws InterruptedException {
    List<String> orders = new ArrayList<>();
    RandomSampler random = new RandomSampler(ROWS, 1);
    Sampler watched =
        new Sampler() {
          @Override
          public long size() {
            return random.size();
          }

          @Override
          public RowOrder order(int epoch) {
            long[] rows = new long[ROWS];
            random.order(epoch).next(rows, ROWS);
            orders.add(Arrays.toString(rows));
            return random.order(epoch);
          }
        };
    Trainer trainer = trainer(model());
    trainer.fit(3, new DataLoader(dataset, watched, 16), null, report -> {});
    trainer.fit(3, new DataLoader(dataset, watched, 16), null, report -> {});
    assertEquals(6, new HashSet<>(orders).size());
  }

  private static Trainer adam(Sequential model) {
    return new Trainer(
        model,
        new CrossEntropyLoss(),
        new Adam(model.namedParameters(), 0.01, Adam.Settings.ADAM),
        16);
  }

  @Test
  void aDivergingLossStopsBeforeTheWeightsAreChanged() throws InterruptedException {
    Linear model = new Linear(3, 2, new Generator(1));
    Trainer trainer = new Trainer(model, new MSELoss(), new SGD(model.namedParameters(), 0.5), 128);
    TensorDataset rows = new TensorDataset(CropYieldTest.INPUTS, CropYieldTest.TARGETS);
    List<Double> losses = new ArrayList<>();
    List<float[]> weights = new ArrayList<>();
    DivergedException thrown =
        assertThrows(
            DivergedException.class,
            () -> {
              for (int epoch = 1; ; epoch++) {
                trainer.trainEpoch(
                    epoch,
                    rows,
                    new SequentialSampler(5),
                    (e, step, done, loss) -> {
                      losses.add(loss);
                      weights.add(model.weight().toArray());
                    });
              }
            });
    int epoch = losses.size() + 1;
    assertEquals(
        "loss is infinite at epoch "
            + epoch
            + " step 1 (learning rate 0.5, batch of 128); last finite loss "
            + new java.math.BigDecimal(losses.get(losses.size() - 1))
                .round(new java.math.MathContext(3))
                .stripTrailingZeros(),
        thrown.getMessage());
    assertArrayEquals(weights.get(weights.size() - 1), model.weight().toArray());
  }

  @Test
  void theMessageOfADivergenceIsThatOfTheStyleGuide() {
    assertEquals(
        "loss is NaN at epoch 2 step 340 (learning rate 0.5, batch of 128); last finite loss 2.31",
        new DivergedException(Double.NaN, 2, 340, 0.5, 128, 2.3149).getMessage());
    assertEquals(
        "loss is infinite at epoch 1 step 1 (learning rate 0.001, batch of 100);"
            + " no finite loss before it",
        new DivergedException(Double.POSITIVE_INFINITY, 1, 1, 0.001, 100, Double.NaN).getMessage());
  }

  @Test
  void anInterruptedTrainingStopsBeforeItsNextStep() {
    Trainer trainer = trainer(model());
    long[] steps = new long[1];
    assertThrows(
        InterruptedException.class,
        () ->
            trainer.trainEpoch(
                1,
                dataset,
                new SequentialSampler(ROWS),
                (epoch, step, rows, loss) -> {
                  steps[0] = step;
                  Thread.currentThread().interrupt();
                }));
    assertEquals(1, steps[0]);
  }

  @Test
  void anotherSeedGivesOtherWeights() throws InterruptedException {
    Sequential one = model();
    Sequential two = model();
    trainer(one).fit(1, new DataLoader(dataset, new RandomSampler(ROWS, 1), 16), null, r -> {});
    trainer(two).fit(1, new DataLoader(dataset, new RandomSampler(ROWS, 2), 16), null, r -> {});
    assertNotEquals(Weights.sha256(one.namedParameters()), Weights.sha256(two.namedParameters()));
  }

  @Test
  void dropoutSchedulePenaltyAndClippingContinueToTheSameBitsAndMatter()
      throws InterruptedException {
    DataLoader loader = new DataLoader(dataset, new RandomSampler(ROWS, 1), 16);
    Set<String> digests = new HashSet<>();
    for (int left = -1; left < 4; left++) { // all four, then without one each
      Sequential straight = withDropout(left == 0 ? 0 : 0.3);
      full(straight, left).fit(4, loader, null, report -> {});
      Trainer first = full(withDropout(left == 0 ? 0 : 0.3), left);
      first.fit(2, loader, null, report -> {});
      Sequential resumed = withDropout(left == 0 ? 0 : 0.3);
      Trainer second = full(resumed, left);
      second.restore(first.snapshot());
      second.fit(2, loader, null, report -> {});
      String digest = Weights.sha256(straight.namedParameters());
      assertEquals(digest, Weights.sha256(resumed.namedParameters()));
      digests.add(digest);
    }
    assertEquals(5, digests.size());
  }

  private static Sequential withDropout(double p) {
    Generator random = Generator.derive(5, "init");
    return new Sequential(
        new Linear(2, 7, random), new Tanh(), new Dropout(p, 9), new Linear(7, 2, random));
  }

  private static Trainer full(Sequential model, int left) {
    Trainer trainer = trainer(model);
    if (left != 1) {
      trainer.setSchedule(Schedule.cosine(30, 0.001), Trainer.Count.STEPS);
    }
    if (left != 2) {
      trainer.setPenalty(0.001, 0.002);
    }
    if (left != 3) {
      trainer.setClipGradNorm(0.1);
    }
    return trainer;
  }

  @Test
  void earlyStoppingKeepsTheBestWeights() throws InterruptedException {
    Sequential model = model();
    Trainer trainer =
        new Trainer(model, new CrossEntropyLoss(), new SGD(model.namedParameters(), 0.5), ROWS);
    // The labels of the validation rows are wrong, so that training makes it worse.
    Tensor wrong = Tensor.ones(ROWS).sub(labels());
    TensorDataset validation = new TensorDataset(inputs(), wrong);
    trainer.setEarlyStopping(new EarlyStopping(3, 0));
    DataLoader train = new DataLoader(dataset, new SequentialSampler(ROWS), ROWS);
    DataLoader check = new DataLoader(validation, new SequentialSampler(ROWS), ROWS);
    List<Trainer.Report> reports = trainer.fit(50, train, check, report -> {});
    assertEquals(4, reports.size());
    assertEquals(
        reports.get(0).validation().meanLossPerExample(),
        trainer.evaluate(validation).meanLossPerExample());
    assertEquals(
        "fit: early stopping ended this training after epoch 4, the best was 1;"
            + " set another EarlyStopping to train on",
        assertThrows(IllegalStateException.class, () -> trainer.fit(5, train, check, report -> {}))
            .getMessage());
    trainer.setEarlyStopping(null);
    assertEquals(5, trainer.fit(5, train, check, report -> {}).size());
  }

  @Test
  void theThreadThatPreparesBatchesChangesNoBitAndEnds() throws InterruptedException {
    DataLoader loader = new DataLoader(dataset, new RandomSampler(ROWS, 1), 3);
    Set<String> digests = new HashSet<>();
    for (boolean ahead : new boolean[] {false, true}) {
      Sequential model = model();
      Trainer trainer = trainer(model);
      trainer.setPrepareAhead(ahead);
      trainer.fit(2, loader, loader, report -> {});
      digests.add(Weights.sha256(model.namedParameters()));
    }
    assertEquals(1, digests.size());
    assertNoBatchThreads();
  }

  @Test
  void whatTheDataSetThrowsOnTheOtherThreadComesOut() {
    AtomicReference<Throwable> thrown = new AtomicReference<>();
    Dataset broken =
        new Dataset() {
          @Override
          public long size() {
            return ROWS;
          }

          @Override
          public int[] inputShape() {
            return new int[] {2};
          }

          @Override
          public int[] targetShape() {
            return new int[0];
          }

          @Override
          public void copyRows(long[] rows, int count, RowBatch to) {
            if (rows[0] >= 32) {
              if (thrown.get() instanceof Error error) {
                throw error;
              }
              throw (RuntimeException) thrown.get();
            }
          }
        };
    Trainer trainer = trainer(model());
    trainer.setPrepareAhead(true);
    for (Throwable failure :
        List.of(new IllegalStateException("block 3 cannot be read"), new OutOfMemoryError("few"))) {
      thrown.set(failure);
      assertSame(
          failure,
          assertThrows(
              Throwable.class,
              () -> trainer.trainEpoch(1, broken, new SequentialSampler(ROWS), StepListener.NONE)));
      assertNoBatchThreads();
    }
  }

  private static Map<String, Tensor> trained(TensorDataset dataset) throws InterruptedException {
    Sequential model = model();
    SGD optimizer = new SGD(model.namedParameters(), 0.1, 0.9, false, 0);
    Trainer trainer = new Trainer(model, new CrossEntropyLoss(), optimizer, 2 * ROWS);
    for (int epoch = 1; epoch <= 3; epoch++) {
      trainer.trainEpoch(epoch, dataset, new SequentialSampler(dataset.size()), StepListener.NONE);
    }
    return model.stateDict();
  }

  private static void assertClose(Map<String, Tensor> expected, Map<String, Tensor> found) {
    expected.forEach(
        (name, tensor) -> assertArrayEquals(tensor.data(), found.get(name).data(), 1e-6f, name));
  }

  @Test
  void aWeightIsHowOftenARowIsThere() throws InterruptedException {
    Tensor x = inputs();
    Tensor y = labels();
    Map<String, Tensor> plain = trained(new TensorDataset(x, y));
    assertEquals(
        Weights.sha256(plain), Weights.sha256(trained(new TensorDataset(x, y, Tensor.ones(ROWS)))));
    int[] counts = IntStream.range(0, ROWS).map(i -> i % 3).toArray();
    int[] repeated =
        IntStream.range(0, ROWS)
            .flatMap(i -> IntStream.generate(() -> i).limit(counts[i]))
            .toArray();
    Tensor weights = Tensor.zeros(ROWS);
    for (int i = 0; i < ROWS; i++) {
      weights.data()[i] = counts[i];
    }
    assertClose(
        trained(new TensorDataset(x.indexSelect(repeated), y.indexSelect(repeated))),
        trained(new TensorDataset(x, y, weights)));
    int[] kept = IntStream.range(0, ROWS).filter(i -> i % 3 == 1).toArray();
    for (int i = 0; i < ROWS; i++) {
      weights.data()[i] = i % 3 == 1 ? 1 : 0;
    }
    assertEquals(
        Weights.sha256(trained(new TensorDataset(x.indexSelect(kept), y.indexSelect(kept)))),
        Weights.sha256(trained(new TensorDataset(x, y, weights))));
  }

  @Test
  void theAccuracyOfTrainingIsByTheWeightsOfTheRows() throws InterruptedException {
    Tensor weights = Tensor.arange(ROWS);
    TensorDataset weighted = new TensorDataset(inputs(), labels(), weights);
    Sequential model = model();
    Trainer trainer =
        new Trainer(model, new CrossEntropyLoss(), new SGD(model.namedParameters(), 0.1), ROWS);
    Evaluation before = trainer.evaluate(weighted);
    EpochResult result = // of one batch, so that each row is looked at before the only step
        trainer.trainEpoch(1, weighted, new SequentialSampler(ROWS), StepListener.NONE);

    assertEquals(before.accuracy(), result.accuracy(), 1e-12);
    assertEquals(before.rowWeight(), result.rowWeight());
    assertNotEquals(
        trainer.evaluate(new TensorDataset(inputs(), labels())).accuracy(),
        trainer.evaluate(weighted).accuracy());
  }

  @Test
  void aBatchWhoseWeightsSumToZeroMakesNoStep() throws InterruptedException {
    Tensor weights = Tensor.zeros(ROWS);
    Arrays.fill(weights.data(), 16, 32, 1f); // the second batch
    Sequential model = model();
    SGD optimizer = new SGD(model.namedParameters(), 0.1, 0.9, false, 0);
    Trainer trainer = new Trainer(model, new CrossEntropyLoss(), optimizer, 16);
    List<Long> steps = new ArrayList<>();
    EpochResult result =
        trainer.trainEpoch(
            1,
            new TensorDataset(inputs(), labels(), weights),
            new SequentialSampler(ROWS),
            (epoch, step, rows, loss) -> steps.add(step));
    assertEquals(List.of(2L), steps);
    assertEquals(1, optimizer.steps());
    assertEquals(ROWS, result.rows());
    Sequential alone = model();
    SGD other = new SGD(alone.namedParameters(), 0.1, 0.9, false, 0);
    EpochResult expected =
        new Trainer(alone, new CrossEntropyLoss(), other, 16)
            .trainEpoch(
                1,
                new TensorDataset(inputs().slice(16, 32), labels().slice(16, 32)),
                new SequentialSampler(16),
                StepListener.NONE);
    assertEquals(Weights.sha256(alone.stateDict()), Weights.sha256(model.stateDict()));
    assertEquals(expected.meanLossPerExample(), result.meanLossPerExample());
  }

  @Test
  void wrongSettingsAreNamed() {
    Sequential model = model();
    SGD optimizer = new SGD(model.namedParameters(), 0.1);
    refused(
        "Trainer: batchExamples must be at least 1, was 0",
        () -> new Trainer(model, new MSELoss(), optimizer, 0));
    DataLoader loader = new DataLoader(dataset, new SequentialSampler(ROWS), 16);
    refused(
        "fit: epochs must be at least 0, were -1",
        () -> trainer(model).fit(-1, loader, null, report -> {}));
    refused("clipGradNorm must be above 0, was 0.0", () -> trainer(model).setClipGradNorm(0));
    refused(
        "clipGradNorm must be above 0, was NaN", () -> trainer(model).setClipGradNorm(Double.NaN));
    refused(
        "penalty: l1 and l2 must be at least 0, were -1.0 and 0.0",
        () -> trainer(model).setPenalty(-1, 0));
    refused(
        "penalty: l1 and l2 must be at least 0, were 0.0 and NaN",
        () -> trainer(model).setPenalty(0, Double.NaN));
  }

  private static void refused(String message, Executable body) {
    assertEquals(message, assertThrows(IllegalArgumentException.class, body).getMessage());
  }

  private static void assertNoBatchThreads() {
    assertTrue(
        Thread.getAllStackTraces().keySet().stream()
            .noneMatch(thread -> thread.getName().equals("beamgrad-batches")));
  }
}
