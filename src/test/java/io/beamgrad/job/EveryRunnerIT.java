package io.beamgrad.job;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import com.fasterxml.jackson.databind.ObjectMapper;
import io.beamgrad.cli.Cli;
import io.beamgrad.runner.TestCluster;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The shipped MNIST jobs, whole, on every runner and engine, and at any parallelism. */
@Tag("full")
public class EveryRunnerIT {
  private static final String SOFTMAX_SHA256 =
      "08efd96674dddddc26a1791c0a0b4962918a0264aabc48b769462beba79bd61a";

  private static Optional<Path> mnist;
  private static TestCluster cluster;

  @TempDir Path folder;

  @BeforeAll
  static void start() throws Exception {
    mnist = MnistIT.find();
    if (mnist.isEmpty()) {
      System.out.println(
          "SKIPPED: EveryRunnerIT needs MNIST in data/mnist; scripts/fetch-mnist gets it");
    }
    assumeTrue(mnist.isPresent());
    cluster = TestCluster.start("every-runner-it");
  }

  @AfterAll
  static void stop() throws Exception {
    if (cluster != null) {
      cluster.close();
    }
  }

  private String sha256(String job, int number, List<String> where) throws IOException {
    Path out = folder.resolve(Integer.toString(number));
    List<String> arguments = new ArrayList<>(List.of("train", "pipelines/" + job + ".yaml"));
    arguments.addAll(List.of("--set", "data.dir=" + mnist.get(), "--out", out.toString()));
    arguments.addAll(where);
    Cli.Result result = Cli.run(arguments.toArray(new String[0]));
    assertEquals(0, result.exitCode(), result.err());
    return new ObjectMapper()
        .readTree(out.resolve("run.json").toFile())
        .get("weightsSha256")
        .asText();
  }

  @ParameterizedTest
  @ValueSource(strings = {"mnist", "mnist-mlp"})
  void aJobHasItsBitsWhereverItRuns(String job) throws IOException {
    List<String> flink = List.of("--runner", "flink");
    List<List<String>> places = new ArrayList<>();
    places.add(List.of("--parallelism", "2"));
    for (String parallelism : List.of("1", "2", "4")) {
      places.add(with(flink, "--parallelism", parallelism));
      places.add(with(flink, "--flink-master", cluster.address(), "--parallelism", parallelism));
    }
    places.add(with(flink, "--", "--useDataStreamForBatch=true"));
    places.add(
        with(flink, "--flink-master", cluster.address(), "--", "--useDataStreamForBatch=true"));

    String expected = sha256(job, 0, List.of());
    for (int i = 0; i < places.size(); i++) {
      assertEquals(expected, sha256(job, i + 1, places.get(i)), places.get(i).toString());
    }
    if (job.equals("mnist")) {
      assertEquals(SOFTMAX_SHA256, expected);
    }
  }

  private static List<String> with(List<String> options, String... more) {
    List<String> all = new ArrayList<>(options);
    all.addAll(List.of(more));
    return all;
  }
}
