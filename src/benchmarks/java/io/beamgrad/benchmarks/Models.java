package io.beamgrad.benchmarks;

import io.beamgrad.nn.Flatten;
import io.beamgrad.nn.Linear;
import io.beamgrad.nn.ReLU;
import io.beamgrad.nn.Sequential;
import io.beamgrad.optim.Optimizer;
import io.beamgrad.optim.SGD;
import io.beamgrad.tensor.Generator;

/** The two models that are compared, as {@code scripts/bench.py} has them. */
enum Models {
  SOFTMAX {
    @Override
    Sequential model(Generator random) {
      return new Sequential(new Flatten(), new Linear(784, 10, random));
    }

    @Override
    Optimizer optimizer(Sequential model) {
      return new SGD(model.namedParameters(), 0.001);
    }

    @Override
    double rowFlops() {
      return 2.0 * 2 * 784 * 10; // forward and the weights' gradient
    }
  },
  MLP {
    @Override
    Sequential model(Generator random) {
      return new Sequential(
          new Flatten(), new Linear(784, 128, random), new ReLU(), new Linear(128, 10, random));
    }

    @Override
    Optimizer optimizer(Sequential model) {
      return new SGD(model.namedParameters(), 0.1, 0.9, false, 0);
    }

    @Override
    double rowFlops() {
      return 2.0 * (2 * 784 * 128 + 3 * 128 * 10);
    }
  };

  abstract Sequential model(Generator random);

  abstract Optimizer optimizer(Sequential model);

  /** Floating point operations of training on one row. */
  abstract double rowFlops();
}
