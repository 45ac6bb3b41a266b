package io.beamgrad.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.beamgrad.data.split.RowOrder;
import io.beamgrad.model.ModelFile;
import io.beamgrad.schema.CategoryEncoding;
import io.beamgrad.schema.ModelRecord;
import io.beamgrad.schema.NumberEncoding;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Random;
import java.util.Set;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Linear models of tables made from known coefficients, through the whole pipeline. */
class LinearTablesTest {
  @TempDir Path folder;

  private ModelRecord train(String name, String csv, String rest) throws IOException {
    Files.writeString(folder.resolve(name + ".csv"), csv);
    Path spec =
        Files.writeString(
            folder.resolve(name + ".yaml"),
            """
            seed: 3
            data: {dir: %s, train: %s.csv, features: ["*"], target: y, %s
            """
                .formatted(folder, name, rest));
    String out = folder.resolve("run-" + name).toString();
    Cli.Result result = Cli.run("train", spec.toString(), "--out", out);
    assertEquals(0, result.exitCode(), result.err());
    return ModelFile.read(out + "/model.avro");
  }

  /** Weights and bias of the one layer, in the units of the columns. */
  private static double[] coefficients(ModelRecord model) {
    float[] weights = ModelFile.parameters(model).get("0.weight").data();
    double[] found = new double[weights.length + 1];
    found[weights.length] = ModelFile.parameters(model).get("0.bias").data()[0];
    for (int i = 0; i < weights.length; i++) {
      NumberEncoding of = (NumberEncoding) model.getEncodings().get(i);
      found[i] = weights[i] / of.getScale().get(0);
      found[weights.length] -= found[i] * of.getShift().get(0);
    }
    return found;
  }

  @Test
  void leastSquaresFindTheCoefficients() throws IOException {
    Random random = new Random(1);
    StringBuilder csv = new StringBuilder("a,b,c,y\n");
    for (int i = 0; i < 1000; i++) {
      double a = 50 + 10 * random.nextGaussian();
      double b = random.nextDouble() / 100;
      double c = 1000 * random.nextGaussian();
      double y = 3 + 0.5 * a - 200 * b + 0.002 * c + 0.01 * random.nextGaussian();
      csv.append("%s,%s,%s,%s\n".formatted(a, b, c, y));
    }
    double[] found =
        coefficients(
            train(
                "ols",
                csv.toString(),
                """
                scale: standard}
                split: {validation: 0.2}
                model: [{linear: {out: 1}}]
                loss: mse
                optimizer: {sgd: {lr: 0.1}}
                batch: 100
                epochs: 40
                """));

    assertEquals(0.5, found[0], 0.001);
    assertEquals(-200, found[1], 1);
    assertEquals(0.002, found[2], 0.00001);
    assertEquals(3, found[3], 0.05);
  }

  @Test
  void logisticRegressionFindsTheCoefficients() throws IOException {
    Random random = new Random(2);
    StringBuilder csv = new StringBuilder("a,b,y\n");
    for (int i = 0; i < 20_000; i++) {
      double a = 5 + 2 * random.nextGaussian();
      double b = random.nextGaussian() / 10;
      double odds = -2 + 0.5 * a + 8 * b;
      String y = random.nextDouble() < 1 / (1 + Math.exp(-odds)) ? "yes" : "no";
      csv.append("%s,%s,%s\n".formatted(a, b, y));
    }
    double[] found =
        coefficients(
            train(
                "logistic",
                csv.toString(),
                """
                scale: standard}
                split: {validation: 0}
                model: [{linear: {out: 1}}]
                loss: binary_cross_entropy
                optimizer: {sgd: {lr: 0.5}}
                schedule: {exponential: {gamma: 0.7}}
                batch: 500
                epochs: 12
                """));

    assertEquals(0.5, found[0], 0.05);
    assertEquals(8, found[1], 0.6);
    assertEquals(-2, found[2], 0.25);
  }

  @Test
  void collinearConstantAndWildColumnsNeitherFailNorGiveNaN() throws IOException {
    Random random = new Random(3);
    StringBuilder csv = new StringBuilder("a,copy,constant,huge,tiny,largest,y\n");
    for (int i = 0; i < 500; i++) {
      double a = random.nextGaussian();
      csv.append(
          String.format(
              Locale.ROOT,
              "%s,%s,%s,%e,%e,%s,%s%n",
              a,
              -3 * a,
              1e30,
              1e30 * random.nextGaussian(),
              1e-30 * random.nextGaussian(),
              random.nextBoolean() ? "3.4e38" : "-3.4e38",
              2 * a + 1));
    }
    ModelRecord model =
        train(
            "wild",
            csv.toString(),
            """
            scale: standard}
            split: {validation: 0.2}
            model: [{linear: {out: 1}}]
            loss: mse
            optimizer: {sgd: {lr: 0.1}}
            batch: 50
            epochs: 30
            """);

    for (float weight : ModelFile.parameters(model).get("0.weight").data()) {
      assertTrue(Float.isFinite(weight));
    }
    assertEquals(1, ModelFile.parameters(model).get("0.bias").data()[0], 0.5);
  }

  @Test
  void nothingOfTheValidationRowsIsLearned() throws IOException {
    int rows = 400;
    RowOrder order = RowOrder.of(3, "leak");
    List<Integer> byRank =
        IntStream.range(0, rows)
            .boxed()
            .sorted(Comparator.comparing(i -> order.hash(i), Long::compareUnsigned))
            .toList();
    Set<Integer> validation = new HashSet<>(byRank.subList(0, rows / 4));
    List<List<Object>> learned = new ArrayList<>();
    for (String changed : List.of("none", "validation", "training")) {
      Random random = new Random(4);
      StringBuilder csv = new StringBuilder("c,x,y\n");
      for (int i = 0; i < rows; i++) {
        boolean isChanged =
            changed.equals("validation") ? validation.contains(i) : changed.equals("training");
        String drawn = "c" + random.nextInt(5);
        String category = isChanged ? "new" : drawn;
        double x = random.nextGaussian();
        csv.append("%s,%s,%s\n".formatted(category, isChanged ? 1000 + x : x, x));
      }
      Path run = folder.resolve("run-leak");
      if (Files.exists(run)) {
        Files.move(run, folder.resolve("before-" + changed));
      }
      ModelRecord model =
          train(
              "leak",
              csv.toString(),
              """
              columns: {c: category, x: {number: {missing: median}}}, scale: standard}
              split: {validation: 0.25}
              model: [{linear: {out: 1}}]
              loss: mse
              optimizer: {sgd: {lr: 1.0e-9}}
              epochs: 1
              """);
      learned.add(model.getEncodings());
    }
    assertEquals(5, ((CategoryEncoding) learned.get(0).get(0)).getCategories().size());
    assertEquals(learned.get(0), learned.get(1));
    assertNotEquals(learned.get(0), learned.get(2));
  }

  @Test
  void aWeightBelowZeroIsAReject() throws IOException {
    StringBuilder csv = new StringBuilder("w,x,y\n");
    for (int i = 0; i < 200; i++) {
      csv.append("%s,%s,%s\n".formatted(i == 7 ? "-1" : "2", i % 5, i % 5));
    }
    ModelRecord model =
        train(
            "weights",
            csv.toString(),
            """
            weight: w}
            model: [{linear: {out: 1}}]
            loss: mse
            optimizer: {sgd: {lr: 0.01}}
            epochs: 1
            """);
    assertEquals(160, model.getProvenance().getTrainRows(), "a fifth of 199 validates");
  }
}
