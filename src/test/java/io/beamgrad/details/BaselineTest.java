package io.beamgrad.details;

import static org.junit.jupiter.api.Assertions.assertEquals;

import io.beamgrad.nn.Loss;
import io.beamgrad.schema.Baseline;
import io.beamgrad.schema.BaselineScore;
import io.beamgrad.tensor.Goldens;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class BaselineTest {
  private static final Goldens GOLDENS = new Goldens("two-classes");

  private static float[] golden(String name) {
    return GOLDENS.get(name).data();
  }

  private static float[] weights(String name, String which) {
    return name.equals("plain") ? null : golden(name + ".class." + which);
  }

  @ParameterizedTest
  @ValueSource(strings = {"plain", "weighted"})
  void theMostFrequentClassIsThatOfADummyClassifier(String name) {
    BaselineLearner learner = new BaselineLearner(4, 1);
    learner.add(golden(name + ".class.train"), weights(name, "trainWeights"), 50);
    Baseline baseline = learner.result().orElseThrow();
    BaselineEvaluator evaluator = new BaselineEvaluator(baseline);
    evaluator.add(golden(name + ".class.test"), weights(name, "testWeights"), 30);
    BaselineScore score = evaluator.result(List.of("a", "b", "c", "d"));

    assertEquals((int) golden(name + ".class.label")[0], baseline.getLabel());
    assertEquals("abcd".substring(baseline.getLabel(), baseline.getLabel() + 1), score.getLabel());
    assertEquals(golden(name + ".class.accuracy")[0], score.getAccuracy(), 1e-6);
    assertEquals(null, score.getMse());
  }

  @ParameterizedTest
  @ValueSource(strings = {"plain", "weighted"})
  void theMeansAreThoseOfADummyRegressor(String name) {
    BaselineLearner learner = new BaselineLearner(0, 2);
    learner.add(golden(name + ".number.train"), weights(name, "trainWeights"), 50);
    Baseline baseline = learner.result().orElseThrow();
    BaselineEvaluator evaluator = new BaselineEvaluator(baseline);
    evaluator.add(golden(name + ".number.test"), weights(name, "testWeights"), 30);
    BaselineScore score = evaluator.result(List.of());

    assertEquals(golden(name + ".number.means")[0], baseline.getMeans().get(0), 1e-6);
    assertEquals(golden(name + ".number.means")[1], baseline.getMeans().get(1), 1e-5);
    assertEquals(golden(name + ".number.mse")[0], score.getMse(), 1e-6);
    assertEquals(golden(name + ".number.mae")[0], score.getMae(), 1e-6);
    assertEquals(null, score.getLabel());
  }

  @Test
  void ofEqualsTheFirstIsTakenAndAClassThatIsUnknownIsWrong() {
    BaselineLearner learner = new BaselineLearner(3, 1);
    learner.add(new float[] {2, 1, 2, 1, 0}, null, 5);
    Baseline baseline = learner.result().orElseThrow();
    BaselineEvaluator evaluator = new BaselineEvaluator(baseline);
    evaluator.add(new float[] {1, Loss.UNKNOWN_CLASS, 2, 1}, null, 4);

    assertEquals(1, baseline.getLabel());
    assertEquals(0.5, evaluator.result(List.of("a", "b", "c")).getAccuracy());
  }

  @Test
  void aRowThatWeighsNothingDoesNotCountAndWithoutOthersThereIsNone() {
    BaselineLearner learner = new BaselineLearner(0, 1);
    learner.add(new float[] {Float.POSITIVE_INFINITY}, new float[] {0}, 1);
    assertEquals(Optional.empty(), learner.result());

    learner.add(new float[] {3}, new float[] {2}, 1);
    assertEquals(List.of(3.0), learner.result().orElseThrow().getMeans());
  }
}
