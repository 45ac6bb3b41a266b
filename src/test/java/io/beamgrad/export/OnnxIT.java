package io.beamgrad.export;

import static org.junit.jupiter.api.Assertions.assertEquals;

import ai.onnxruntime.OrtException;
import io.beamgrad.cli.Cli;
import io.beamgrad.job.MnistIT;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.zip.GZIPInputStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.opentest4j.TestAbortedException;

/** A model of the real MNIST in ONNX Runtime; says where it is skipped. */
class OnnxIT {
  private static final int TEST_IMAGES = 10_000;

  @TempDir Path folder;

  @Test
  void onnxRuntimeSaysOfAllTestImagesWhatPredictSays() throws IOException, OrtException {
    Optional<Path> mnist = MnistIT.find();
    if (mnist.isEmpty()) {
      System.out.println("SKIPPED: OnnxIT needs MNIST in data/mnist; scripts/fetch-mnist gets it");
      throw new TestAbortedException("no MNIST in data/mnist");
    }
    Path images = mnist.get().resolve("t10k-images-idx3-ubyte.gz");
    String run = folder.resolve("run").toString();
    succeed(
        "train",
        "pipelines/mnist-mlp.yaml",
        "--out",
        run,
        "--set",
        "epochs=1",
        "--set",
        "data.dir=" + mnist.get());
    Path onnx = folder.resolve("mnist.onnx");
    succeed("export", "--model", run + "/model.avro", "--out", onnx.toString());
    List<String> predicted =
        succeed("predict", "--model", run + "/model.avro", "--input", images.toString())
            .lines()
            .skip(1)
            .toList();
    assertEquals(TEST_IMAGES, predicted.size());

    Map<String, Object> outputs;
    try (InputStream in = new GZIPInputStream(Files.newInputStream(images));
        OnnxSession session = new OnnxSession(onnx)) {
      byte[] file = in.readAllBytes();
      byte[] pixels = Arrays.copyOfRange(file, 16, file.length);
      outputs = session.put("image", pixels, TEST_IMAGES, 28, 28).run();
    }

    String[] labels = (String[]) outputs.get("label");
    float[][] probabilities = (float[][]) outputs.get("probabilities");
    for (int i = 0; i < TEST_IMAGES; i++) {
      String[] fields = predicted.get(i).split(",", -1);
      assertEquals(fields[1], labels[i], "label of image " + i);
      for (int k = 0; k < 10; k++) {
        assertEquals(Float.parseFloat(fields[2 + k]), probabilities[i][k], 1e-5f);
      }
    }
  }

  private static String succeed(String... arguments) {
    Cli.Result result = Cli.run(arguments);
    assertEquals(0, result.exitCode(), result.err());
    return result.out();
  }
}
