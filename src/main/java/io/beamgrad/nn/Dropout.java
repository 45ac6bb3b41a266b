package io.beamgrad.nn;

import io.beamgrad.tensor.Autograd;
import io.beamgrad.tensor.Generator;
import io.beamgrad.tensor.Tensor;
import java.util.List;

/**
 * In training, zeros at random and all else scaled by {@code 1 / (1 - p)}; in evaluation the input
 * (Srivastava et al., 2014).
 *
 * <p>What is zeroed depends on the seed, the step that {@link Module#beginStep} told of, and how
 * often this layer ran since then. A training that is resumed at a step goes on to the same bits.
 */
public final class Dropout extends Module implements Replayable {

  private final float p;
  private final long seed;
  private final Generator generator = new Generator(0);
  private long step;
  private long runs;

  /**
   * A layer that zeroes.
   *
   * @param p the share of zeros, from 0 inclusive to 1 exclusive
   * @param seed of this layer alone; two layers with one seed zero the same places
   */
  public Dropout(double p, long seed) {
    if (!(p >= 0 && p < 1)) {
      throw new IllegalArgumentException("Dropout: p must be in [0, 1), was " + p);
    }
    this.p = (float) p;
    this.seed = Generator.deriveSeed(seed, "dropout");
  }

  @Override
  void stepBegins(long newStep) {
    step = newStep;
    runs = 0;
  }

  @Override
  public Tensor forward(Tensor input) {
    if (!training() || p == 0) {
      return input;
    }
    Tensor output = Tensor.zeros(input.shape());
    float[] factors = new float[input.elements()];
    return Autograd.record(
        output,
        List.of(input),
        () -> {
          drawFactors(factors);
          for (int i = 0; i < factors.length; i++) {
            output.data()[i] = input.data()[i] * factors[i];
          }
        },
        () -> {
          float[] d = input.gradData();
          float[] g = output.gradData();
          for (int i = 0; i < factors.length; i++) {
            d[i] += g[i] * factors[i];
          }
        });
  }

  private void drawFactors(float[] factors) {
    generator.reseed(Generator.deriveSeed(seed, "", step, runs));
    runs++;
    float kept = 1f / (1f - p);
    for (int i = 0; i < factors.length; i++) {
      factors[i] = generator.nextFloat() < p ? 0f : kept;
    }
  }

  @Override
  public String toString() {
    return "Dropout(" + p + ")";
  }
}
