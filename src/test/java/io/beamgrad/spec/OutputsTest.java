package io.beamgrad.spec;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.beamgrad.data.split.SplitSettings;
import io.beamgrad.failure.WrongInputException;
import io.beamgrad.schema.LinearLayer;
import org.junit.jupiter.api.Test;

class OutputsTest {
  private static JobSpec spec(String model, String loss, String target, String more) {
    String yaml =
        "{name: job, data: {dir: d, train: t.csv, features: [x], target: %s}, model: %s, loss: %s, optimizer: sgd%s}"
            .formatted(target, model, loss, more);
    return JobSpec.of((ObjectNode) SpecYaml.parse(yaml, "spec"), "spec");
  }

  private static String error(String model, String loss, String target, String more) {
    return assertThrows(WrongInputException.class, () -> spec(model, loss, target, more))
        .getMessage();
  }

  @Test
  void numbersAreAsManyAsTheTargets() {
    JobSpec numbers = spec("[{linear: {out: numbers}}]", "mse", "[y, z]", "");
    assertEquals(spec("[{linear: {out: 2}}]", "mse", "[y, z]", ""), numbers);
    assertEquals(new LinearLayer(2, false, false), numbers.model().get(0));
    assertEquals(
        spec("[{linear: {out: 1}}]", "mse", "y", ""),
        spec("[{linear: {out: numbers}}]", "mse", "y", ""));
  }

  @Test
  void twoClassesOfABinaryLossHaveOneOutput() {
    assertEquals(
        spec("[{linear: {out: 1}}]", "binary_cross_entropy", "y", ""),
        spec("[{linear: {out: classes}}]", "binary_cross_entropy", "y", ""));
  }

  @Test
  void classesStayOpenUntilTheyAreLearned() {
    JobSpec open = spec("[{linear: {out: 4}}, {linear: {out: classes}}]", "cross_entropy", "y", "");
    assertTrue(open.learnsClasses());
    assertEquals(SplitSettings.LEARNED, PlanFromSpec.classes(open));
    assertTrue(open.toYaml().contains("out: classes"), open.toYaml());
    JobSpec known = open.withClasses(7);
    assertFalse(known.learnsClasses());
    assertEquals(spec("[{linear: {out: 4}}, {linear: {out: 7}}]", "cross_entropy", "y", ""), known);
    assertEquals(known, known.withClasses(3));
  }

  @Test
  void metricsOfTwoClassesAreCheckedOnceTheyAreKnown() {
    JobSpec open =
        spec(
            "[{linear: {out: classes}}]",
            "cross_entropy",
            "y",
            ", retrain: {gate: {floors: {rocAuc: 0.8}}}");
    open.requireClasses(2);
    assertEquals(
        "retrain.gate.floors: must not be rocAuc with 3 classes; it is of two",
        assertThrows(WrongInputException.class, () -> open.requireClasses(3)).getMessage());
  }

  @Test
  void wordsThatDoNotFitAreOneLine() {
    assertEquals(
        "spec: model[0].linear.out must be a whole number, was \"classes\", which is for the last"
            + " linear layer",
        error("[{linear: {out: classes}}, {linear: {out: 3}}]", "cross_entropy", "y", ""));
    assertEquals(
        "spec: model[0].linear.out must be a whole number or numbers with the loss \"mse\", was"
            + " \"classes\"",
        error("[{linear: {out: classes}}]", "mse", "y", ""));
    assertEquals(
        "spec: model[0].linear.out must be a whole number or classes with the loss"
            + " \"cross_entropy\", was \"numbers\"",
        error("[{linear: {out: numbers}}]", "cross_entropy", "y", ""));
  }
}
