package io.beamgrad.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Random;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class FindLearningRateTest {
  private static final Pattern FOUND =
      Pattern.compile(
          "learning rate (\\S+), at which the loss falls fastest: --set optimizer.lr=(\\S+)\n");

  @TempDir Path folder;
  private Path spec;

  @BeforeEach
  void writeATable() throws IOException {
    Random random = new Random(3);
    StringBuilder rows = new StringBuilder("a,b,y\n");
    for (int i = 0; i < 300; i++) {
      double a = random.nextGaussian();
      double b = random.nextGaussian();
      rows.append("%s,%s,%s\n".formatted(a, b, a * b + a + random.nextGaussian() / 10));
    }
    Files.writeString(folder.resolve("rows.csv"), rows.toString());
    spec =
        Files.writeString(
            folder.resolve("spec.yaml"),
            """
            data: {dir: %s, train: rows.csv, features: [a, b], target: y}
            model: [{linear: {out: 16}}, relu, {linear: {out: 1}}]
            loss: mse
            optimizer: {adam: {lr: 0.5}}
            schedule: {cosine: {}}
            batch: 32
            """
                .formatted(folder));
  }

  @Test
  void modelsByKeyHaveNoOneRate() {
    Cli.Result result = Cli.run("train", spec.toString(), "--find-lr", "--set=each.key=b");

    assertEquals(2, result.exitCode());
    assertEquals(
        "beamgrad: --find-lr: is of one model, not of models by key (--set each=)\n", result.err());
  }

  @Test
  void theCurveAndARateAreShownAndNothingIsLeft() throws IOException {
    Cli.Result result = Cli.run("train", spec.toString(), "--find-lr");

    assertEquals(0, result.exitCode(), result.err());
    Matcher found = FOUND.matcher(result.out());
    assertTrue(found.find(), result.out());
    double rate = Double.parseDouble(found.group(1));
    assertTrue(rate > 1e-4 && rate < 0.3, result.out());
    assertTrue(result.out().lines().filter(line -> line.contains("  ####")).count() > 10);
    try (var files = Files.list(folder)) {
      assertEquals(2, files.count());
    }

    Cli.Result trained =
        Cli.run(
            "train",
            spec.toString(),
            "--set",
            "optimizer.lr=" + found.group(2),
            "--set=epochs=40",
            "--out",
            folder.resolve("run").toString());
    assertEquals(0, trained.exitCode(), trained.err());
  }

  @Test
  void theRateDependsOnNeitherTheRunnerNorItsParallelism() {
    String direct = Cli.run("train", spec.toString(), "--find-lr", "--parallelism=1").out();

    assertEquals(direct, Cli.run("train", spec.toString(), "--find-lr", "--parallelism=3").out());
    assertEquals(direct, Cli.run("train", spec.toString(), "--find-lr", "--runner=flink").out());
    assertTrue(FOUND.matcher(direct).find(), direct);
  }

  @Test
  void whereNothingFallsThatIsSaid() {
    Cli.Result result =
        Cli.run("train", spec.toString(), "--find-lr", "--set=lrFactors={weight: 0, bias: 0}");

    assertEquals(0, result.exitCode(), result.err());
    assertFalse(FOUND.matcher(result.out()).find(), result.out());
    assertTrue(result.out().contains("\nno rate among these makes the loss fall;"), result.out());
  }

  @Test
  void itLeavesNoRunAndSoHasNoFolder() {
    Cli.Result result = Cli.run("train", spec.toString(), "--find-lr", "--out=run");

    assertEquals(2, result.exitCode());
    assertEquals(
        "beamgrad: --find-lr: leaves no run, so that there is no --out, --detach, --resume or"
            + " --keep-work\n",
        result.err());
  }
}
