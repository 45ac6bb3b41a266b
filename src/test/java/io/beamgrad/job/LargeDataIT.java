package io.beamgrad.job;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.beamgrad.data.files.RecordFile;
import io.beamgrad.runner.TestCluster;
import io.beamgrad.schema.MetricRow;
import io.beamgrad.schema.Split;
import java.io.BufferedOutputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Random;
import java.util.stream.Stream;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Trains by the launcher, on Flink, on more rows than fit the cache, or the heap. */
class LargeDataIT {
  private static final int PIXELS = 28 * 28;
  private static final int EPOCHS = 4;

  @TempDir Path folder;

  /** Rows that a linear model can tell apart: each label has bright pixels of its own. */
  private void write(int rows) throws IOException {
    Files.createDirectories(data());
    try (DataOutputStream images = create("train-images-idx3-ubyte");
        DataOutputStream labels = create("train-labels-idx1-ubyte")) {
      images.writeInt(0x803);
      images.writeInt(rows);
      images.writeInt(28);
      images.writeInt(28);
      labels.writeInt(0x801);
      labels.writeInt(rows);
      byte[] noise = new byte[1 << 20];
      new Random(1).nextBytes(noise);
      byte[] image = new byte[PIXELS];
      for (int row = 0; row < rows; row++) {
        System.arraycopy(noise, (int) (row * 7919L % (noise.length - PIXELS)), image, 0, PIXELS);
        for (int i = row % 10; i < PIXELS; i += 10) {
          image[i] = (byte) 255;
        }
        images.write(image);
        labels.write(row % 10);
      }
    }
  }

  private Path data() {
    return folder.resolve("data");
  }

  private DataOutputStream create(String name) throws IOException {
    return new DataOutputStream(
        new BufferedOutputStream(Files.newOutputStream(data().resolve(name)), 1 << 20));
  }

  private String train(
      String out, int heapMegabytes, int cacheMegabytes, String test, String... more)
      throws Exception {
    ProcessBuilder builder =
        new ProcessBuilder(
            "scripts/beamgrad", "train", "pipelines/mnist.yaml", "--runner", "flink");
    builder.command().addAll(List.of("--set", "data.dir=" + data(), "--set", "data.test=" + test));
    builder.command().addAll(List.of("--set", "epochs=" + EPOCHS));
    builder.command().addAll(List.of("--set", "blockCache=" + cacheMegabytes));
    builder.command().addAll(List.of("--out", folder.resolve(out).toString()));
    builder.command().addAll(List.of(more));
    builder.environment().put("BEAMGRAD_JAVA_OPTS", "-Xmx%sm".formatted(heapMegabytes));
    Process process = builder.redirectErrorStream(true).start();
    String output = new String(process.getInputStream().readAllBytes(), UTF_8);
    assertEquals(0, process.waitFor(), output);
    System.out.println(output);
    if (Files.exists(Path.of("/proc/self/status"))) {
      assertTrue(
          output.lines().anyMatch(line -> line.matches("memory    peak [\\d,]+ MB")), output);
    }
    return output;
  }

  private static String weights(String output) {
    return output.lines().filter(line -> line.startsWith("weights ")).findFirst().orElseThrow();
  }

  /** Microseconds for a training row in the fastest epoch after the first. */
  private double rowMicros(String out) throws IOException {
    return RecordFile.of(MetricRow.class)
        .read(folder.resolve(out).resolve("metrics.avro").toString())
        .stream()
        .filter(row -> row.getSplit() == Split.TRAIN && row.getEpoch() > 1)
        .mapToDouble(row -> row.getSeconds() / row.getExamples() * 1e6)
        .min()
        .orElseThrow();
  }

  @Test
  void fourTimesAsManyRowsAsTheCacheHolds() throws Exception {
    write(300_000);
    String output = train("run", 288, 64, "null");
    assertTrue(output.contains("rows      240,000 trained, 60,000 validated, 0 tested"), output);
  }

  @Test
  @Tag("full")
  void twoMillionDigitsInAHeapOf512MBHereAndOnACluster() throws Exception {
    String[] digits = {"--set", "data.generate.digits=2000000"};
    String here = train("here", 512, 128, "t10k", digits);
    assertTrue(here.contains("rows      1,600,000 trained, 400,000 validated"), here);
    try (TestCluster cluster =
        TestCluster.start(
            "flink-large-it", "--taskmanagers", "2", "--slots", "1", "--heap", "512")) {
      String there =
          train(
              "there", 512, 128, "t10k", "--flink-master", cluster.address(), digits[0], digits[1]);
      assertEquals(weights(here), weights(there));
      System.out.println("TaskManagers of 512 MB heap: peak " + cluster.peakMegabytes() + " MB");
    }
    delete(data());
    train("small", 512, 128, "t10k", "--set", "data.generate.digits=120000"); // 94 MB
    System.out.printf(
        "a training row of 2,000,000: %.3f us here, %.3f us on the cluster; of 120,000, which fit"
            + " the cache: %.3f us%n",
        rowMicros("here"), rowMicros("there"), rowMicros("small"));
  }

  private static void delete(Path data) throws IOException {
    try (Stream<Path> files = Files.list(data)) {
      for (Path file : files.toList()) {
        Files.delete(file);
      }
    }
  }
}
