package io.beamgrad.job;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.beamgrad.cli.Cli;
import io.beamgrad.model.Model;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Random;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A table of prices and of debts that are hardly ever there, by the commands. */
class ScaledTargetsJobTest {
  @TempDir Path folder;
  private Path spec;
  private final List<float[]> features = new ArrayList<>();
  private double leastPrice = Double.POSITIVE_INFINITY;
  private double largestPrice;

  @BeforeEach
  void writeTable() throws IOException {
    Random random = new Random(1);
    StringBuilder rows = new StringBuilder("a,b,price,debt\n");
    for (int i = 0; i < 400; i++) {
      float a = (float) random.nextGaussian();
      float b = (float) random.nextGaussian();
      float price = (float) (400_000 + 90_000 * a - 50_000 * b + 10_000 * random.nextGaussian());
      float debt = (float) (i % 4 == 0 ? 0 : -Math.exp(3 * a));
      features.add(new float[] {a, b});
      leastPrice = Math.min(leastPrice, price);
      largestPrice = Math.max(largestPrice, price);
      rows.append(String.format(Locale.ROOT, "%s,%s,%s,%s%n", a, b, price, debt));
    }
    Files.writeString(folder.resolve("rows.csv"), rows);
    spec =
        Files.writeString(
            folder.resolve("prices.yaml"),
            """
            data: {dir: %s, train: rows.csv, features: [a, b], target: [price, debt]}
            split: {validation: 0.2, test: 0.1}
            model: [{linear: {out: 8}}, tanh, {linear: {out: numbers}}]
            loss: mse
            optimizer: {adam: {lr: 0.05}}
            batch: 32
            epochs: 4
            """
                .formatted(folder));
  }

  private static String succeed(String... arguments) {
    Cli.Result result = Cli.run(arguments);
    assertEquals(0, result.exitCode(), result.err());
    return result.out();
  }

  private String train(String out, String target, String... more) {
    return succeed(
        Stream.concat(
                Stream.of(
                    "train",
                    spec.toString(),
                    "--out",
                    folder.resolve(out).toString(),
                    "--set",
                    "data.target=" + target),
                Stream.of(more))
            .toArray(String[]::new));
  }

  private JsonNode report(String out) throws IOException {
    return new ObjectMapper().readTree(folder.resolve(out).resolve("run.json").toFile());
  }

  /** The loss of each row of metrics, in their order. */
  private List<Double> losses(String out) throws IOException {
    return Files.readAllLines(folder.resolve(out).resolve("metrics.csv")).stream()
        .skip(1)
        .map(line -> Double.valueOf(line.split(",")[3]))
        .toList();
  }

  @Test
  void everyRunnerAndAResumedRunHaveTheSameBitsAndMetricsInTheUnit() throws IOException {
    String target = "{columns: [price, debt], scale: log, clip: true}";
    train("direct", target, "--keep-work");
    train("flink", target, "--runner", "flink", "--parallelism", "2");

    JsonNode direct = report("direct");
    assertEquals(direct.get("weightsSha256"), report("flink").get("weightsSha256"));
    assertEquals(losses("direct"), losses("flink"));
    List<Double> losses = losses("direct");
    assertTrue(losses.get(losses.size() - 1) < 1e10, losses.toString());
    assertTrue(losses.get(0) > 1e6, losses.toString());

    Files.delete(folder.resolve("direct/run.json"));
    try (Stream<Path> checkpoints = Files.list(folder.resolve("direct/work/checkpoints"))) {
      Files.delete(checkpoints.sorted().reduce((one, next) -> next).orElseThrow());
    }
    train("direct", target, "--resume");
    assertEquals(direct.get("weightsSha256"), report("direct").get("weightsSha256"));
    assertEquals(losses, losses("direct"));
  }

  @Test
  void evaluatePredictAndPlainJavaGiveTheUnitWithEqualBits() throws IOException {
    train("run", "{columns: [price, debt], scale: standard, clip: true}");
    Path file = folder.resolve("run/model.avro");
    JsonNode found =
        new ObjectMapper()
            .readTree(
                succeed(
                    "evaluate",
                    "--model",
                    file.toString(),
                    "--data",
                    folder.resolve("run/job.yaml").toString(),
                    "--split",
                    "test",
                    "--json"));
    List<Double> losses = losses("run");
    assertEquals(losses.get(losses.size() - 1), found.get("loss").asDouble());
    assertTrue(found.get("r2").asDouble() > 0.5, found.toString());

    List<String> predicted =
        succeed(
                "predict",
                "--model",
                file.toString(),
                "--input",
                folder.resolve("rows.csv").toString())
            .lines()
            .skip(1)
            .toList();
    Model model = Model.load(file);
    for (int i = 0; i < features.size(); i++) {
      String[] fields = predicted.get(i).split(",", -1);
      float[] values = model.predict(features.get(i)).values();
      assertArrayEquals(
          new float[] {Float.parseFloat(fields[1]), Float.parseFloat(fields[2])}, values);
      assertTrue(values[0] >= leastPrice && values[0] <= largestPrice && values[1] <= 0);
    }
    String shown = succeed("inspect", file.toString());
    assertTrue(
        shown.matches(
            "(?s).*\n    price: trained as \\(x - 40\\d{4}.*\\) / .*, predictions cut to .* through .*"),
        shown);
  }

  /** The same network on the same rows: only the numbers that are shown are others. */
  @Test
  void aPriceInThousandsTrainsTheSameWeights() throws IOException {
    String[] lines = Files.readString(folder.resolve("rows.csv")).split("\n");
    StringBuilder rows = new StringBuilder(lines[0]).append('\n');
    for (int i = 1; i < lines.length; i++) {
      String[] fields = lines[i].split(",");
      rows.append(
          String.join(
              ",",
              fields[0],
              fields[1],
              "" + Float.parseFloat(fields[2]) * 1024,
              fields[3] + "\n"));
    }
    Path large = Files.createDirectories(folder.resolve("more"));
    Files.writeString(large.resolve("rows.csv"), rows); // a name of its own would be another order
    String target = "{columns: price, scale: standard}";
    train("small", target);
    train("large", target, "--set", "data.dir=" + large);

    assertEquals(report("small").get("weightsSha256"), report("large").get("weightsSha256"));
    List<Double> small = losses("small");
    List<Double> inTheLarge = losses("large");
    for (int i = 0; i < small.size(); i++) {
      assertEquals(small.get(i) * 1024 * 1024, inTheLarge.get(i), inTheLarge.get(i) * 1e-6);
    }
  }

  @Test
  void aConstantTargetAndEpochSecondsTrain() throws IOException {
    StringBuilder rows = new StringBuilder("a,constant,seconds\n");
    for (int i = 0; i < 200; i++) {
      rows.append(
          String.format(Locale.ROOT, "%s,7,%s%n", i % 10, 1_700_000_000L + i % 10 * 86_400L));
    }
    Files.writeString(folder.resolve("rows.csv"), rows);
    train(
        "run",
        "{columns: [constant, seconds], scale: standard}",
        "--set",
        "data.features=[a]",
        "--set",
        "data.scale=standard",
        "--set",
        "epochs=40");
    Model model = Model.load(folder.resolve("run/model.avro"));
    for (int a = 0; a < 10; a++) {
      float[] values = model.predict(a).values();
      assertEquals(7, values[0], 0.2);
      assertEquals(1_700_000_000d + a * 86400, values[1], 43200);
    }
  }
}
