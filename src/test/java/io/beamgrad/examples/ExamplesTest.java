package io.beamgrad.examples;

import static org.junit.jupiter.api.Assertions.assertTrue;

import io.beamgrad.train.Evaluation;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.Test;

/** The tutorial programs run, and come to the results that they should. */
class ExamplesTest {

  private static final Path MNIST = Path.of("../shared/data/mnist");

  @Test
  void linearRegressionFitsTheYields() throws InterruptedException {
    assertTrue(LinearRegression.byHand() < 100);
    assertTrue(LinearRegression.withBuiltIns() < 100);
  }

  @Test
  void mnistIsRecognisedAsByPyTorch() throws IOException, InterruptedException {
    if (!Files.isDirectory(MNIST)) {
      System.out.println("SKIPPED: the MNIST example, since " + MNIST + " is missing");
      Assumptions.abort("no " + MNIST);
    }
    Evaluation test = Mnist.run(MNIST, 5);
    assertTrue(test.accuracy() > 0.79 && test.accuracy() < 0.84, test::toString);
  }
}
