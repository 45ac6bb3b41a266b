package io.beamgrad.train;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.beamgrad.nn.HuberLoss;
import io.beamgrad.nn.Linear;
import io.beamgrad.nn.Loss;
import io.beamgrad.nn.MSELoss;
import io.beamgrad.nn.Module;
import io.beamgrad.nn.Sequential;
import io.beamgrad.nn.Tanh;
import io.beamgrad.nn.TargetScaling;
import io.beamgrad.optim.SGD;
import io.beamgrad.tensor.Generator;
import io.beamgrad.tensor.Tensor;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

/**
 * Trainings on scaled targets against PyTorch, which is given targets that are scaled by hand:
 *
 * <pre>
 * import torch
 * torch.set_num_threads(1)
 * x = torch.tensor([[0.5, -1.0], [1.5, 2.0], [-0.5, 0.25], [2.0, -1.5], [0.0, 1.0], [-1.0, -0.75]])
 * y = torch.tensor([[120000.0, 3.0], [450000.0, 0.0], [80000.0, -7.0], [610000.0, 20.0], [150000.0, 1.0], [30000.0, -1.0]])
 * w = torch.tensor([1.0, 2.0, 0.5, 1.0, 3.0, 1.0])
 * for log, loss, clip, weighted in [(False, 'mse', False, False), (True, 'huber', True, True)]:
 *     t = torch.sign(y.double()) * torch.log1p(y.double().abs()) if log else y.double()
 *     shift, scale = t.mean(0), t.std(0, unbiased=False)
 *     s = ((t - shift) / scale).float()
 *     model = torch.nn.Sequential(torch.nn.Linear(2, 3), torch.nn.Tanh(), torch.nn.Linear(3, 2))
 *     with torch.no_grad():
 *         model[0].weight.copy_(torch.tensor([[0.5, -0.25], [0.125, 0.75], [-0.5, 0.375]]))
 *         model[0].bias.copy_(torch.tensor([0.1, -0.2, 0.3]))
 *         model[2].weight.copy_(torch.tensor([[0.25, -0.5, 0.75], [0.5, 0.125, -0.25]]))
 *         model[2].bias.zero_()
 *     f = (lambda a, b: (a - b) ** 2) if loss == 'mse' else (lambda a, b: torch.nn.functional.huber_loss(a, b, reduction='none', delta=0.5))
 *     def mean(v, w):
 *         v = v.mean(1)
 *         return (v * w).sum() / w.sum() if weighted else v.mean()
 *     def unit(o):
 *         u = o.double() * scale + shift
 *         u = torch.sign(u) * torch.expm1(u.abs()) if log else u
 *         return torch.minimum(torch.maximum(u, y.double().min(0).values), y.double().max(0).values) if clip else u
 *     opt = torch.optim.SGD(model.parameters(), lr=0.1, momentum=0.9)
 *     for epoch in range(3):
 *         shown = 0; total = 0
 *         for b in (slice(0, 4), slice(4, 6)):
 *             o = model(x[b])
 *             l = mean(f(o, s[b]), w[b])
 *             k = w[b].sum().item() if weighted else o.shape[0]
 *             shown += mean(f(unit(o), y[b].double()), w[b].double()).item() * k; total += k
 *             opt.zero_grad(); l.backward(); opt.step()
 *         print('epoch', shown / total)
 *     o = unit(model(x))
 *     print('loss', mean(f(o, y.double()), w.double()).item())
 *     print('predicted', o.detach().flatten().tolist())
 *     print('shift', shift.tolist(), 'scale', scale.tolist())
 *     for n, p in model.named_parameters(): print(n, p.flatten().tolist())
 * </pre>
 */
class ScaledTargetsTest {
  private static final Tensor X =
      Tensor.wrap(new float[] {.5f, -1, 1.5f, 2, -.5f, .25f, 2, -1.5f, 0, 1, -1, -.75f}, 6, 2);
  private static final Tensor Y =
      Tensor.wrap(
          new float[] {120e3f, 3, 450e3f, 0, 80e3f, -7, 610e3f, 20, 150e3f, 1, 30e3f, -1}, 6, 2);
  private static final Tensor WEIGHTS = Tensor.wrap(new float[] {1, 2, .5f, 1, 3, 1}, 6);

  private static final TargetScaling.Target[] STANDARD = {
    target(false, 240000.0, 213385.41031038962),
    target(false, 2.6666666666666665, 8.339997335464536)
  };
  private static final TargetScaling.Target[] LOG = {
    new TargetScaling.Target(true, 11.925108993540713, 1.017325530324988, 30e3, 610e3),
    new TargetScaling.Target(true, 0.3918958761939129, 1.610094087101104, -7, 20)
  };

  private static TargetScaling.Target target(boolean log, double shift, double scale) {
    return new TargetScaling.Target(log, shift, scale, -Float.MAX_VALUE, Float.MAX_VALUE);
  }

  /** Trains as the program; gives the losses of the epochs. */
  private static double[] train(Trainer trainer, TensorDataset data) throws InterruptedException {
    double[] losses = new double[3];
    for (int epoch = 1; epoch <= losses.length; epoch++) {
      losses[epoch - 1] =
          trainer
              .trainEpoch(epoch, data, new SequentialSampler(data.size()), StepListener.NONE)
              .meanLossPerExample();
    }
    return losses;
  }

  private static Sequential model(TargetScaling.Target... targets) {
    List<Module> modules = new ArrayList<>();
    modules.add(new Linear(2, 3, new Generator(1)));
    modules.add(new Tanh());
    modules.add(new Linear(3, 2, new Generator(1)));
    if (targets.length > 0) {
      modules.add(new TargetScaling(List.of(targets)));
    }
    Sequential model = new Sequential(modules);
    Map<String, Tensor> start = new LinkedHashMap<>();
    start.put("0.weight", Tensor.wrap(new float[] {.5f, -.25f, .125f, .75f, -.5f, .375f}, 3, 2));
    start.put("0.bias", Tensor.wrap(new float[] {.1f, -.2f, .3f}, 3));
    start.put("2.weight", Tensor.wrap(new float[] {.25f, -.5f, .75f, .5f, .125f, -.25f}, 2, 3));
    start.put("2.bias", Tensor.wrap(new float[2], 2));
    model.loadStateDict(start);
    return model;
  }

  @Test
  void meanAndDeviationTrainAsPyTorchDoesAndLossesAreInTheUnit() throws InterruptedException {
    Trainer trainer = trainer(model(STANDARD), new MSELoss());
    TensorDataset data = new TensorDataset(X, Y);
    assertTrue(trainer.replaysSteps());
    assertLosses(
        new double[] {34887522382.06205, 22411233022.774944, 13519541954.45651},
        train(trainer, data));
    Evaluation found = trainer.evaluate(data);
    assertEquals(9451098674.46276, found.meanLossPerExample(), 1e5);
    assertEquals(found.meanLossPerExample(), found.mse());
    assertPredicted(
        new double[] {
          222011.99540123518, 8.359258221007838, 288808.0249918365, 1.262663441140017,
          48985.69574841097, -2.830033662932738, 338950.8013397329, 13.517836336074135,
          101443.33757924155, -3.9198351257332553, 14618.864266210905, 0.5373598343153274
        },
        trainer.model());
    assertWeights(
        trainer.model(),
        new float[] {.864865f, -.125057f, -.164207f, .731030f, .052386f, .780741f},
        new float[] {-.237228f, .021602f, .029319f},
        new float[] {.851661f, -.239708f, .236593f, .794613f, -.115577f, -.620648f},
        new float[] {-.359408f, -.024647f});
  }

  @Test
  void logarithmsWithinARangeOfWeightedRowsTrainAsPyTorchDoes() throws InterruptedException {
    Trainer trainer = trainer(model(LOG), new HuberLoss(0.5));
    TensorDataset data = new TensorDataset(X, Y, WEIGHTS);
    assertLosses(
        new double[] {47223.95657088956, 45685.088759134705, 42918.185079430434},
        train(trainer, data));
    assertEquals(40032.81690151591, trainer.evaluate(data).meanLossPerExample(), 0.5);
    assertPredicted(
        new double[] {
          175529.41903474208, 1.9074450938003853, 193131.78356966592, 0.719223386128895,
          199786.78667639892, 0.0014380691341286818, 154518.43456708727, 3.9096904392587093,
          183803.49513194727, 0.05165629676334858, 205042.68113228842, 0.08039550465800936
        },
        trainer.model());
    assertWeights(
        trainer.model(),
        new float[] {.535798f, -.237251f, .083737f, .746086f, -.345421f, .556799f},
        new float[] {.085655f, -.157061f, .280799f},
        new float[] {.335497f, -.399756f, .691050f, .535048f, .056456f, -.304403f},
        new float[] {-.017852f, .046876f});
  }

  /** As a loss of the user's own runs: steps are as they are written, to the same bits. */
  @Test
  void stepsThatAreNotReplayedHaveTheSameBits() throws InterruptedException {
    TensorDataset data = new TensorDataset(X, Y, WEIGHTS);
    Trainer replayed = trainer(model(LOG), new HuberLoss(0.5));
    Trainer written = trainer(model(LOG), new OwnLoss(new HuberLoss(0.5)));
    assertFalse(written.replaysSteps());
    assertArrayEquals(train(replayed, data), train(written, data));
    assertEquals(
        Weights.sha256(replayed.model().stateDict()), Weights.sha256(written.model().stateDict()));
  }

  private record OwnLoss(Loss loss) implements Loss {
    @Override
    public Target target() {
      return loss.target();
    }

    @Override
    public Tensor mean(Tensor outputs, Tensor targets, Tensor weights) {
      return loss.mean(outputs, targets, weights);
    }

    @Override
    public void perExample(Tensor outputs, Tensor targets, double[] losses) {
      loss.perExample(outputs, targets, losses);
    }
  }

  @Test
  void aLossThatIsNoLongerFiniteTellsTheLastOneInTheUnit() {
    Sequential model = model(STANDARD);
    Trainer trainer = new Trainer(model, new MSELoss(), new SGD(model.namedParameters(), 1e20), 4);
    DivergedException diverged =
        assertThrows(DivergedException.class, () -> train(trainer, new TensorDataset(X, Y)));
    String said = diverged.getMessage();
    assertTrue(said.matches("loss is (NaN|infinite) at epoch 1 step 2 .*"), said);
    double last = Double.parseDouble(said.replaceFirst(".*last finite loss ", ""));
    assertTrue(last > 1e9 && last < 1e12, said);
  }

  private static void assertLosses(double[] expected, double[] found) {
    for (int i = 0; i < expected.length; i++) {
      assertEquals(expected[i], found[i], expected[i] * 1e-5);
    }
  }

  private static void assertPredicted(double[] expected, Module model) {
    model.eval();
    float[] found = Tensor.noGrad(() -> model.forward(X)).data();
    for (int i = 0; i < expected.length; i++) {
      assertEquals(expected[i], found[i], Math.abs(expected[i]) * 1e-5 + 1e-5);
    }
  }

  private static void assertWeights(Module model, float[]... expected) {
    List<Tensor> found = List.copyOf(model.stateDict().values());
    assertEquals(expected.length, found.size());
    for (int i = 0; i < expected.length; i++) {
      assertArrayEquals(expected[i], found.get(i).data(), 1e-5f);
    }
  }

  private static Trainer trainer(Module model, Loss loss) {
    return new Trainer(model, loss, new SGD(model.namedParameters(), 0.1, 0.9, false, 0), 4);
  }
}
