package io.beamgrad.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A loss that is not finite names the columns whose numbers are to blame. */
class DivergedTrainingTest {
  @TempDir Path folder;

  private String error(String data, String model, String rows) throws IOException {
    Files.writeString(folder.resolve("rows.csv"), rows);
    Path spec =
        Files.writeString(
            folder.resolve("spec.yaml"),
            """
            data: {dir: %s, train: rows.csv, %s}
            split: {validation: 0}
            %s
            optimizer: {sgd: {lr: 0.1}}
            batch: 4
            epochs: 20
            """
                .formatted(folder, data, model));
    Cli.Result result = Cli.run("train", spec.toString(), "--out", folder.resolve("o").toString());
    assertEquals(1, result.exitCode(), result.out());
    return result.err();
  }

  @Test
  void featuresAreNamed() throws IOException {
    String error =
        error(
            "features: [small, x, h], target: y",
            "model: [{linear: {out: 2}}]\nloss: cross_entropy",
            "small,x,h,y\n1,3e38,0,1\n2,0.5,-3e38,0\n3,1,1,1\n4,2,2,0\n");

    assertTrue(
        error.contains(
            "; the model gets numbers up to 3.00e+38 of column 'x', 3.00e+38 of column 'h'"),
        error);
  }

  /** The loss that is told is in the unit, and the numbers are those that the model gets. */
  @Test
  void targetsThatAreScaledAreNotToBlame() throws IOException {
    String error =
        error(
            "features: [x], target: {columns: y, scale: standard}",
            "model: [{linear: {out: 1}}]\nloss: mse",
            "x,y\n1e20,1e9\n2,2e9\n3,3e9\n4,4e9\n");

    assertTrue(error.contains("; the model gets numbers up to 1.00e+20 of column 'x'"), error);
    assertFalse(error.contains("target"), error);
  }

  @Test
  void targetsAreNamed() throws IOException {
    String error =
        error(
            "features: [x], target: y",
            "model: [{linear: {out: 1}}]\nloss: mse",
            "x,y\n1,1e30\n2,0.5\n3,1\n4,2\n");

    assertTrue(error.contains("; the model gets numbers up to 1.00e+30 of target 'y'"), error);
  }

  @Test
  void numbersOfUsualSizeAreNotBlamed() throws IOException {
    String error =
        error(
            "features: [x], target: y",
            "model: [{linear: {out: 1}}]\nloss: mse\npenalty: {l2: 1e30}",
            "x,y\n1,1\n2,0.5\n3,1\n4,2\n");

    assertTrue(error.contains("NaN") || error.contains("infinite"), error);
    assertTrue(!error.contains("numbers up to"), error);
  }
}
