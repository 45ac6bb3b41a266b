package io.beamgrad.job;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.beamgrad.cli.Cli;
import io.beamgrad.data.files.RecordFile;
import io.beamgrad.schema.MetricRow;
import io.beamgrad.schema.Split;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.opentest4j.TestAbortedException;

/**
 * The shipped MNIST jobs on the real MNIST, against what PyTorch reaches on the same work. Looks
 * for the files beside the project and in {@code data/mnist}; without them it says that it is
 * skipped.
 */
public class MnistIT {
  private static Path mnist;

  @TempDir Path folder;

  @BeforeAll
  static void findMnist() {
    Optional<Path> found = find();
    if (found.isEmpty()) {
      System.out.println("SKIPPED: MnistIT needs MNIST in data/mnist; scripts/fetch-mnist gets it");
      throw new TestAbortedException("no MNIST in data/mnist");
    }
    mnist = found.get();
  }

  /** Where MNIST is, if it is at hand. */
  public static Optional<Path> find() {
    return Stream.of("data/mnist", "../shared/data/mnist")
        .map(Path::of)
        .filter(place -> Files.exists(place.resolve("train-images-idx3-ubyte.gz")))
        .findFirst();
  }

  private Cli.Result train(String job, String out, String... more) {
    List<String> arguments =
        new ArrayList<>(
            List.of(
                "train",
                "pipelines/" + job + ".yaml",
                "--out",
                folder.resolve(out).toString(),
                "--set",
                "data.dir=" + mnist));
    arguments.addAll(List.of(more));
    Cli.Result result = Cli.run(arguments.toArray(new String[0]));
    assertEquals(0, result.exitCode(), result.err());
    return result;
  }

  private JsonNode json(String out) throws IOException {
    return new ObjectMapper().readTree(folder.resolve(out).resolve("run.json").toFile());
  }

  private String sha256(String out) throws IOException {
    return json(out).get("weightsSha256").asText();
  }

  private MetricRow last(String out, Split split) {
    String path = folder.resolve(out).resolve("metrics.avro").toString();
    return RecordFile.of(MetricRow.class).read(path).stream()
        .filter(row -> row.getSplit() == split)
        .reduce((first, second) -> second)
        .orElseThrow();
  }

  @Test
  void theTutorialsJobEndsWherePyTorchDoes() throws IOException {
    train("mnist", "run");
    assertEquals(
        "{\"read\":70000,\"trained\":48000,\"validated\":12000,\"tested\":10000,\"calibrated\":0,\"heldOut\":0,\"rejected\":0}",
        json("run").get("counts").toString());
    MetricRow validation = last("run", Split.VALIDATION);
    assertEquals(1.11, validation.getLoss(), 0.03); // PyTorch: 1.110
    assertTrue(
        validation.getAccuracy() >= 0.79 && validation.getAccuracy() <= 0.825, // PyTorch: 0.806
        validation.toString());
  }

  @Test
  void runnersAndParallelismGiveTheSameBitsAndAnotherSeedOthers() throws IOException {

    train("mnist", "direct", "--set", "epochs=1");
    train("mnist", "direct1", "--set", "epochs=1", "--parallelism", "1");
    train("mnist", "flink1", "--set", "epochs=1", "--runner", "flink", "--parallelism", "1");
    train("mnist", "flink2", "--set", "epochs=1", "--runner", "flink", "--parallelism", "2");
    train("mnist", "seed", "--set", "epochs=1", "--set", "seed=43");
    String expected = sha256("direct");
    assertEquals(expected, sha256("direct1"));
    assertEquals(expected, sha256("flink1"));
    assertEquals(expected, sha256("flink2"));
    assertNotEquals(expected, sha256("seed"));
  }

  @Test
  void aHigherLearningRateReachesPyTorchsTestAccuracy() {
    train("mnist", "run", "--set", "optimizer.lr=0.1", "--set", "epochs=20");
    assertTrue(
        last("run", Split.TEST).getAccuracy() >= 0.920, // PyTorch: 0.9225
        last("run", Split.TEST).toString());
  }

  @Test
  void theHiddenLayerReachesPyTorchsTestAccuracy() {
    train("mnist-mlp", "run");
    assertTrue(
        last("run", Split.TEST).getAccuracy() >= 0.974, // PyTorch: 0.9776
        last("run", Split.TEST).toString());
  }

  @Test
  void aSavedModelScoresTheSameToTheLastBit() throws IOException {
    train("mnist", "run", "--set", "epochs=1");
    // The row of training is the mean over the epoch's batches, while weights changed.
    for (Split split : List.of(Split.VALIDATION, Split.TEST)) {
      Cli.Result evaluated =
          Cli.run(
              "evaluate",
              "--model",
              folder.resolve("run/model.avro").toString(),
              "--data",
              folder.resolve("run/job.yaml").toString(),
              "--split",
              split.name().toLowerCase(Locale.ROOT),
              "--json");
      assertEquals(0, evaluated.exitCode(), evaluated.err());
      JsonNode found = new ObjectMapper().readTree(evaluated.out());
      assertEquals(last("run", split).getLoss(), found.get("loss").asDouble());
      assertEquals(last("run", split).getAccuracy(), found.get("accuracy").asDouble());
    }
  }
}
