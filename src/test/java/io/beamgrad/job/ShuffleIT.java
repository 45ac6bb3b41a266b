package io.beamgrad.job;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.beamgrad.cli.Cli;
import io.beamgrad.data.files.RecordFile;
import io.beamgrad.schema.MetricRow;
import io.beamgrad.schema.Split;
import java.io.BufferedOutputStream;
import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.List;
import java.util.stream.IntStream;
import java.util.zip.GZIPInputStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.opentest4j.TestAbortedException;

/** The order of rows in epochs, on the worst order that files can have. */
class ShuffleIT {
  private static final String IMAGES = "train-images-idx3-ubyte";
  private static final String LABELS = "train-labels-idx1-ubyte";

  @TempDir Path folder;

  /** MNIST's training files, plain, all rows of a label one after the other. */
  private void writeSortedMnist() throws IOException {
    Path mnist =
        List.of("data/mnist", "../shared/data/mnist").stream()
            .map(Path::of)
            .filter(place -> Files.exists(place.resolve(IMAGES + ".gz")))
            .findFirst()
            .orElseThrow(ShuffleIT::skipped);
    try (DataInputStream images = unpacked(mnist.resolve(IMAGES + ".gz"));
        DataInputStream labels = unpacked(mnist.resolve(LABELS + ".gz"));
        DataOutputStream sortedImages = create(IMAGES);
        DataOutputStream sortedLabels = create(LABELS)) {
      sortedImages.write(images.readNBytes(16));
      sortedLabels.write(labels.readNBytes(8));
      byte[] label = labels.readAllBytes();
      byte[] pixels = images.readAllBytes();
      int width = pixels.length / label.length;
      for (int row :
          IntStream.range(0, label.length)
              .boxed()
              .sorted(Comparator.comparing(row -> label[row]))
              .toList()) {
        sortedImages.write(pixels, row * width, width);
        sortedLabels.write(label[row]);
      }
    }
  }

  private static TestAbortedException skipped() {
    System.out.println("SKIPPED: ShuffleIT needs MNIST in data/mnist; scripts/fetch-mnist gets it");
    return new TestAbortedException("no MNIST in data/mnist");
  }

  private static DataInputStream unpacked(Path file) throws IOException {
    return new DataInputStream(new GZIPInputStream(Files.newInputStream(file)));
  }

  private DataOutputStream create(String name) throws IOException {
    return new DataOutputStream(
        new BufferedOutputStream(Files.newOutputStream(folder.resolve(name))));
  }

  private MetricRow train(String out, String... more) throws IOException {
    String[] arguments = {
      "train",
      "pipelines/mnist.yaml",
      "--out",
      folder.resolve(out).toString(),
      "--set",
      "data.dir=" + folder,
      "--set",
      "data.test=null",
      "--set",
      "optimizer.lr=0.01"
    };
    String[] all =
        IntStream.range(0, arguments.length + more.length)
            .mapToObj(i -> i < arguments.length ? arguments[i] : more[i - arguments.length])
            .toArray(String[]::new);
    Cli.Result result = Cli.run(all);
    assertEquals(0, result.exitCode(), result.err());
    return RecordFile.of(MetricRow.class)
        .read(folder.resolve(out).resolve("metrics.avro").toString())
        .stream()
        .filter(row -> row.getSplit() == Split.VALIDATION)
        .reduce((first, second) -> second)
        .orElseThrow();
  }

  private JsonNode sha256(String out) throws IOException {
    return new ObjectMapper()
        .readTree(folder.resolve(out).resolve("run.json").toFile())
        .get("weightsSha256");
  }

  @Test
  void runsAndBuffersOfRowsLearnAsFastAsAFullPermutationFromFilesSortedByLabel()
      throws IOException {
    writeSortedMnist();
    MetricRow full = train("full");
    MetricRow runs = train("runs", "--set", "shuffle.full=1");
    assertNotEquals(sha256("full"), sha256("runs"));
    assertEquals(5, runs.getEpoch());
    assertEquals(full.getAccuracy(), runs.getAccuracy(), 0.005);
    assertEquals(full.getLoss(), runs.getLoss(), 0.01);
  }
}
