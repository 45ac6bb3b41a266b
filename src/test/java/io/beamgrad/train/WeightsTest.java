package io.beamgrad.train;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import io.beamgrad.tensor.Tensor;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class WeightsTest {

  @TempDir Path folder;

  private static Map<String, Tensor> weights() {
    Map<String, Tensor> weights = new LinkedHashMap<>();
    weights.put("0.weight", Tensor.of(new float[][] {{1, 2}, {3, -0.5f}}));
    weights.put("0.bias", Tensor.of(new float[] {0.25f}));
    return weights;
  }

  /**
   * The digest is that of Python's hashlib over struct.pack("<i8si2i4f", 8, b"0.weight", 2, 2, 2,
   * ...) and the rest.
   */
  @Test
  void theDigestIsOverNamesShapesAndBytesInOrder() {
    assertEquals(
        "88e5d44f95b8f32c6476d0de2a8eee92405ab1d05e3e11378eef3384982f6965",
        Weights.sha256(weights()));
  }

  @Test
  void whatIsSavedIsLoaded() throws IOException {
    Path file = folder.resolve("weights");
    Weights.save(weights(), file);
    Map<String, Tensor> loaded = Weights.load(file);
    assertEquals(List.of("0.weight", "0.bias"), new ArrayList<>(loaded.keySet()));
    assertEquals(Weights.sha256(weights()), Weights.sha256(loaded));
    assertArrayEquals(new int[] {2, 2}, loaded.get("0.weight").shape());
  }

  @Test
  void aFileCutShortIsRefusedByName() throws IOException {
    Path file = folder.resolve("weights");
    Weights.save(weights(), file);
    byte[] whole = Files.readAllBytes(file);
    for (int length : new int[] {1, 5, 20, whole.length - 1}) {
      Files.write(file, Arrays.copyOf(whole, length));
      assertEquals(
          file + ": not a whole file of weights",
          assertThrows(IOException.class, () -> Weights.load(file)).getMessage());
    }
    Files.writeString(file, "anything else");
    assertThrows(IOException.class, () -> Weights.load(file));
  }
}
