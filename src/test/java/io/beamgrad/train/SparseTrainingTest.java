package io.beamgrad.train;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.beamgrad.nn.BCEWithLogitsLoss;
import io.beamgrad.nn.BatchNorm1d;
import io.beamgrad.nn.CrossEntropyLoss;
import io.beamgrad.nn.Dropout;
import io.beamgrad.nn.Flatten;
import io.beamgrad.nn.Linear;
import io.beamgrad.nn.Loss;
import io.beamgrad.nn.Mish;
import io.beamgrad.nn.Module;
import io.beamgrad.nn.ReLU;
import io.beamgrad.nn.Scale;
import io.beamgrad.nn.Sequential;
import io.beamgrad.nn.SparseLinear;
import io.beamgrad.nn.Tanh;
import io.beamgrad.optim.Adam;
import io.beamgrad.optim.Optimizer;
import io.beamgrad.optim.SGD;
import io.beamgrad.optim.Schedule;
import io.beamgrad.tensor.Generator;
import io.beamgrad.tensor.SparseRows;
import io.beamgrad.tensor.Tensor;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Consumer;
import java.util.function.Function;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** The same rows as sparse and as dense ones give the same bits, however they are trained on. */
class SparseTrainingTest {

  private static final int ROWS = 230;
  private static final int WIDTH = 300;
  private static final int BATCH = 32;

  private static final Map<String, Function<Module, Optimizer>> OPTIMIZERS =
      Map.of(
          "sgd", SparseTrainingTest::sgd,
          "momentum", model -> new SGD(model.namedParameters(), 0.1, 0.9, false, 0),
          "nesterov", model -> new SGD(model.namedParameters(), 0.1, 0.9, true, 0),
          "weightDecay", model -> new SGD(model.namedParameters(), 0.3, 0, false, 0.01),
          "adam", model -> new Adam(model.namedParameters(), 0.01, Adam.Settings.ADAM),
          "adamw", model -> new Adam(model.namedParameters(), 0.01, Adam.Settings.ADAMW));
  private static final Map<String, Consumer<Trainer>> SETTINGS =
      Map.of(
          "plain", trainer -> {},
          "clipped", trainer -> trainer.setClipGradNorm(0.05),
          "penalised", trainer -> trainer.setPenalty(0.001, 0.01),
          "schedule", trainer -> trainer.setSchedule(Schedule.step(3, 0.5), Trainer.Count.STEPS),
          "earlyStopping", trainer -> trainer.setEarlyStopping(new EarlyStopping(1, 0)));

  private final SparseRows rows = rows();

  private static Optimizer sgd(Module model) {
    return new SGD(model.namedParameters(), 0.3);
  }

  /** Ten values a row or fewer, and now and then none; the first columns come often. */
  private static SparseRows rows() {
    Generator random = new Generator(5);
    SparseRows rows = new SparseRows(WIDTH);
    for (int i = 0; i < ROWS; i++) {
      int[] columns = new int[(int) (random.nextFloat() * 11)];
      Arrays.setAll(columns, c -> (int) (random.nextFloat() * random.nextFloat() * (WIDTH - 20)));
      Arrays.sort(columns);
      for (int column : columns) {
        rows.add(column, random.nextFloat() < 0.5f ? 1f : (float) random.nextGaussian());
      }
      rows.endRow();
    }
    return rows;
  }

  private static Tensor labels(int classes) {
    Generator random = new Generator(6);
    Tensor labels = Tensor.zeros(ROWS);
    for (int i = 0; i < ROWS; i++) {
      labels.data()[i] = (int) (random.nextFloat() * classes);
    }
    return labels;
  }

  private static Module first(boolean sparse, int out, Generator random) {
    return sparse ? new SparseLinear(WIDTH, out, random) : new Linear(WIDTH, out, random);
  }

  private static Sequential network(boolean sparse) {
    Generator random = new Generator(7);
    return new Sequential(
        new Flatten(),
        first(sparse, 13, random),
        new ReLU(),
        new Linear(13, 9, random),
        new Tanh(),
        new Dropout(0.2, 1),
        new Linear(9, 3, random));
  }

  private static Sequential scaled(boolean sparse) {
    Generator random = new Generator(7);
    Linear first = Linear.ntk(WIDTH, 13, random);
    return new Sequential(
        new Flatten(),
        new Scale(WIDTH),
        sparse ? new SparseLinear(first) : first,
        new Mish(),
        new BatchNorm1d(13),
        Linear.ntk(13, 3, random));
  }

  private static Sequential logistic(boolean sparse) {
    return new Sequential(first(sparse, 1, new Generator(8)));
  }

  static Set<String> optimizers() {
    return OPTIMIZERS.keySet();
  }

  static Set<String> settings() {
    return SETTINGS.keySet();
  }

  @ParameterizedTest
  @MethodSource("optimizers")
  void everyOptimizerGivesTheBitsOfTheDenseRows(String optimizer) throws InterruptedException {
    assertSameBits(OPTIMIZERS.get(optimizer), trainer -> {});
  }

  @ParameterizedTest
  @MethodSource("settings")
  void everySettingOfTheTrainerGivesTheBitsOfTheDenseRows(String setting)
      throws InterruptedException {
    assertSameBits(SparseTrainingTest::sgd, SETTINGS.get(setting));
    assertSameBits(OPTIMIZERS.get("adam"), SETTINGS.get(setting));
  }

  private void assertSameBits(Function<Module, Optimizer> optimizer, Consumer<Trainer> setting)
      throws InterruptedException {
    Tensor weights = labels(4); // some rows count nothing
    for (Tensor none : new Tensor[] {null, weights}) {
      List<String> found = new ArrayList<>();
      for (boolean sparse : new boolean[] {false, true}) {
        found.add(
            train(network(sparse), new CrossEntropyLoss(), optimizer, setting, sparse, 3, none)
                + train(
                    logistic(sparse),
                    new BCEWithLogitsLoss(),
                    optimizer,
                    setting,
                    sparse,
                    2,
                    none));
      }
      assertEquals(found.get(0), found.get(1));
    }
  }

  @ParameterizedTest
  @MethodSource("optimizers")
  void aScaleBeforeALinearLayerGivesTheBitsOfTheDenseRows(String optimizer)
      throws InterruptedException {
    List<String> found = new ArrayList<>();
    for (boolean sparse : new boolean[] {false, true}) {
      found.add(
          train(
              scaled(sparse),
              new CrossEntropyLoss(),
              OPTIMIZERS.get(optimizer),
              trainer -> {},
              sparse,
              3,
              null));
    }
    assertEquals(found.get(0), found.get(1));
  }

  /** The digest of the weights, and all that was reported. */
  private String train(
      Sequential model,
      Loss loss,
      Function<Module, Optimizer> optimizer,
      Consumer<Trainer> setting,
      boolean sparse,
      int classes,
      Tensor weights)
      throws InterruptedException {
    Dataset dataset = dataset(sparse, labels(classes), weights);
    Trainer trainer = new Trainer(model, loss, optimizer.apply(model), BATCH);
    setting.accept(trainer);
    List<Trainer.Report> reports =
        trainer.fit(
            4,
            new DataLoader(dataset, new RandomSampler(ROWS, 1), BATCH),
            new DataLoader(dataset, new SequentialSampler(50), BATCH),
            report -> {});
    StringBuilder all = new StringBuilder(Weights.sha256(model.stateDict()));
    for (Trainer.Report report : reports) {
      all.append(' ').append(report.training().meanLossPerExample()).append(report.validation());
    }
    return all.toString();
  }

  private Dataset dataset(boolean sparse, Tensor targets, Tensor weights) {
    return sparse
        ? new SparseDataset(rows, targets, weights)
        : new TensorDataset(rows.toDense(), targets, weights);
  }

  @Test
  void aTrainingThatIsContinuedEndsInTheSameBits() throws InterruptedException {
    Dataset dataset = dataset(true, labels(3), null);
    Sequential straight = network(true);
    Trainer whole =
        new Trainer(
            straight, new CrossEntropyLoss(), OPTIMIZERS.get("adam").apply(straight), BATCH);
    Sequential resumed = network(true);
    Trainer second =
        new Trainer(resumed, new CrossEntropyLoss(), OPTIMIZERS.get("adam").apply(resumed), BATCH);
    RandomSampler sampler = new RandomSampler(ROWS, 1);
    whole.trainEpoch(1, dataset, sampler, StepListener.NONE);
    second.restore(whole.snapshot());
    whole.trainEpoch(2, dataset, sampler, StepListener.NONE);
    second.trainEpoch(2, dataset, sampler, StepListener.NONE);
    assertEquals(Weights.sha256(straight.stateDict()), Weights.sha256(resumed.stateDict()));
  }

  @Test
  void aModelThatBeginsOtherwiseGetsTheRowsWithTheirZeros() throws InterruptedException {
    List<String> digests = new ArrayList<>();
    for (boolean sparse : new boolean[] {false, true}) {
      Sequential model =
          new Sequential(new Dropout(0.3, 2), new Linear(WIDTH, 3, new Generator(9)));
      digests.add(
          train(
              model,
              new CrossEntropyLoss(),
              SparseTrainingTest::sgd,
              trainer -> {},
              sparse,
              3,
              null));
    }
    assertEquals(digests.get(0), digests.get(1));
  }

  @Test
  void theStateIsThatOfALinearLayer() {
    Sequential sparse = network(true);
    Sequential dense = network(false);
    assertEquals(Weights.sha256(dense.stateDict()), Weights.sha256(sparse.stateDict()));
    Sequential other = new Sequential(new Flatten(), first(true, 13, new Generator(99)));
    Map<String, Tensor> state =
        Map.of("1.weight", dense.stateDict().get("1.weight"), "1.bias", Tensor.ones(13));
    other.loadStateDict(state);
    assertEquals("[13, " + WIDTH + "]", Arrays.toString(other.stateDict().get("1.weight").shape()));
    Tensor inputs = rows.toDense();
    Linear linear = new Linear(WIDTH, 13, new Generator(0));
    linear.loadStateDict(Map.of("weight", state.get("1.weight"), "bias", Tensor.ones(13)));
    assertEquals(
        Weights.sha256(Map.of("y", linear.forward(inputs))),
        Weights.sha256(Map.of("y", other.forward(inputs))));
    assertEquals(
        Weights.sha256(Map.of("y", linear.forward(inputs))),
        Weights.sha256(Map.of("y", other.forward(rows))));
  }

  /** What is NaN in a place that no row has shows who looks there. */
  @Test
  void aStepOfPlainDescentTouchesOnlyWhatIsThere() throws InterruptedException {
    int absent = WIDTH - 1;
    for (Consumer<Trainer> setting : List.of(SETTINGS.get("plain"), SETTINGS.get("clipped"))) {
      Sequential model = network(true);
      Tensor weight = ((SparseLinear) model.modules().get(1)).weight();
      weight.gradOfRows()[absent * 13] = Float.NaN;
      weight.data()[absent * 13 + 1] = Float.NaN;
      float before = weight.data()[absent * 13];
      Trainer trainer = new Trainer(model, new CrossEntropyLoss(), sgd(model), BATCH);
      setting.accept(trainer);
      EpochResult result =
          trainer.trainEpoch(
              1, dataset(true, labels(3), null), new RandomSampler(ROWS, 1), StepListener.NONE);
      assertTrue(Double.isFinite(result.meanLossPerExample()));
      assertEquals(before, weight.data()[absent * 13]);
      assertEquals(Float.NaN, weight.gradOfRows()[absent * 13]);
      assertFalse(weight.gradRows().all());
    }
  }
}
