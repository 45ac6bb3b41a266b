package io.beamgrad.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotEquals;

import io.beamgrad.job.TinyDigits;
import io.beamgrad.model.SafetensorsFile;
import io.beamgrad.tensor.Tensor;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Map;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Trainings that start from the weights of a file. */
class InitWeightsTest {
  @TempDir Path folder;
  private Path spec;

  @BeforeEach
  void writeTheJob() throws IOException {
    spec = TinyDigits.write(folder);
  }

  @Test
  void trainingGoesOnWhereTheExportedModelStood() throws IOException {
    assertEquals("", train("first", "epochs=1").err());
    String model = folder.resolve("first/model.avro").toString();
    String weights = folder.resolve("w.safetensors").toString();
    assertEquals(0, Cli.run("export", "--model", model, "--out", weights).exitCode());

    assertEquals("", train("second", "epochs=1", "init=" + weights).err());

    assertEquals(validationLoss("first", 1), validationLoss("second", 0));
    assertNotEquals(validationLoss("first", 1), validationLoss("second", 1));
  }

  private String validationLoss(String out, int epoch) throws IOException {
    return Files.readAllLines(folder.resolve(out).resolve("metrics.csv")).stream()
        .filter(line -> line.startsWith("tiny,%s,validation,".formatted(epoch)))
        .map(line -> line.split(",")[3])
        .findFirst()
        .orElseThrow();
  }

  @Test
  void weightsThatDoNotFitAreRefusedBeforeAnythingIsRead() throws IOException {
    String weights = folder.resolve("w.safetensors").toString();
    Map<String, Tensor> zeros = new LinkedHashMap<>();
    zeros.put("1.weight", Tensor.zeros(10, 16));
    zeros.put("1.bias", Tensor.zeros(10));
    SafetensorsFile.write(weights, zeros, Map.of());

    assertRefused(
        "init: %s: loadStateDict: 1.weight has shape [10, 16], expected [12, 16]"
            .formatted(weights),
        "init=" + weights,
        "model=[flatten, {linear: {out: 12}}]");
    assertRefused(
        "init: %s: loadStateDict: missing [2.weight, 2.bias], unknown [1.weight, 1.bias]"
            .formatted(weights),
        "init=" + weights,
        "model=[flatten, relu, {linear: {out: 10}}]");
    Files.writeString(Path.of(weights), "hello");
    assertRefused(
        "init: %s: not a whole safetensors file: expected at least 8 bytes, found 5"
            .formatted(weights),
        "init=" + weights);
  }

  private void assertRefused(String message, String... settings) {
    Cli.Result refused = train("refused", settings);

    assertEquals("beamgrad: " + spec + ": " + message + "\n", refused.err());
    assertEquals(2, refused.exitCode());
    assertFalse(Files.exists(folder.resolve("refused")));
  }

  private Cli.Result train(String out, String... settings) {
    String[] arguments = new String[4 + 2 * settings.length];
    arguments[0] = "train";
    arguments[1] = spec.toString();
    arguments[2] = "--out";
    arguments[3] = folder.resolve(out).toString();
    for (int i = 0; i < settings.length; i++) {
      arguments[4 + 2 * i] = "--set";
      arguments[5 + 2 * i] = settings[i];
    }
    return Cli.run(arguments);
  }
}
