package io.beamgrad.nn;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.beamgrad.tensor.Generator;
import io.beamgrad.tensor.Tensor;
import java.util.List;
import org.junit.jupiter.api.Test;

class EnsembleTest {

  private static float[] mean(Loss.Target target, float[]... outputs) {
    float[] mean = new float[outputs[0].length];
    new MeanOutputs(target, outputs.length).row(outputs, 0, mean.length, mean, 0);
    return mean;
  }

  /** Against the formula in float64. */
  @Test
  void ofClassesTheProbabilitiesAreAveraged() {
    float[][] models = {{1, 2, -3}, {0.5f, -40, 30}};
    float[] found = mean(Loss.Target.CLASS, models);
    double[] expected = new double[3];
    for (float[] model : models) {
      double sum = 0;
      for (float logit : model) {
        sum += Math.exp(logit);
      }
      for (int c = 0; c < 3; c++) {
        expected[c] += Math.exp(model[c]) / sum / models.length;
      }
    }
    float[] probabilities = new float[3];
    Logits.probabilities(Loss.Target.CLASS, found, 0, 3, probabilities, 0);
    for (int c = 0; c < 3; c++) {
      assertEquals(expected[c], probabilities[c], 2e-7);
      assertEquals(Math.log(expected[c]), found[c], 1e-6);
    }
  }

  @Test
  void aSmallProbabilityKeepsItsDigits() {
    float[] found = mean(Loss.Target.CLASS, new float[] {0, 90}, new float[] {0, 91});
    assertEquals(Math.log((Math.exp(-90) + Math.exp(-91)) / 2), found[0], 1e-4);
    float[] sure = mean(Loss.Target.BINARY, new float[] {-90}, new float[] {-91});
    assertEquals(Math.log((Math.exp(-90) + Math.exp(-91)) / 2), sure[0], 1e-4);
  }

  @Test
  void ofTwoClassesTheSigmoidsAreAveraged() {
    float[] found = mean(Loss.Target.BINARY, new float[] {3}, new float[] {-1}, new float[] {20});
    double expected = 0;
    for (double logit : new double[] {3, -1, 20}) {
      expected += 1 / (1 + Math.exp(-logit)) / 3;
    }
    assertEquals(Math.log(expected / (1 - expected)), found[0], 1e-6);
  }

  @Test
  void ofNumbersTheMeanIsTaken() {
    float[] found = mean(Loss.Target.NUMBERS, new float[] {1, -2}, new float[] {2, 4});
    assertEquals(1.5f, found[0]);
    assertEquals(1f, found[1]);
  }

  @Test
  void equalMembersSayWhatOneSays() {
    float[] logits = {0.25f, -1.5f, 3};
    float[] found = mean(Loss.Target.CLASS, logits, logits, logits);
    float[] one = new float[3];
    float[] together = new float[3];
    Logits.probabilities(Loss.Target.CLASS, logits, 0, 3, one, 0);
    Logits.probabilities(Loss.Target.CLASS, found, 0, 3, together, 0);
    for (int c = 0; c < 3; c++) {
      assertEquals(one[c], together[c], 1e-7);
    }
  }

  @Test
  void whatIsNoNumberStaysNoNumber() {
    float[] odd = {1, Float.NaN};
    float[] even = {1, 2};
    assertTrue(Float.isNaN(mean(Loss.Target.CLASS, odd, even)[0]));
    assertTrue(Float.isNaN(mean(Loss.Target.NUMBERS, odd, even)[1]));
  }

  @Test
  void parametersHaveTheNamesOfTheirMembers() {
    Generator random = new Generator(1);
    Ensemble ensemble =
        new Ensemble(
            Loss.Target.NUMBERS,
            List.of(
                new Sequential(new Flatten(), new Linear(2, 1, random)),
                new Sequential(new Flatten(), new Linear(2, 1, random))));
    assertEquals(
        List.of("members.0.1.weight", "members.0.1.bias", "members.1.1.weight", "members.1.1.bias"),
        List.copyOf(ensemble.stateDict().keySet()));
    Tensor input = Tensor.randn(random, 3, 2);
    Tensor first = ensemble.members().get(0).forward(input);
    Tensor second = ensemble.members().get(1).forward(input);
    for (int row = 0; row < 3; row++) {
      assertEquals(
          (float) (((double) first.data()[row] + second.data()[row]) / 2),
          ensemble.forward(input).data()[row]);
    }
  }
}
