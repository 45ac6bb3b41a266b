package io.beamgrad.job;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.beamgrad.cli.Cli;
import io.beamgrad.data.files.RecordFile;
import io.beamgrad.model.Models;
import io.beamgrad.schema.MetricRow;
import io.beamgrad.schema.Split;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Locale;
import java.util.Random;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * A job of a category so wide that its rows are sparse, next to the same rows with the slots of the
 * category written out as a vector, which makes them dense: by each command to the last bit.
 */
class SparseTableTest {
  private static final int CATEGORIES = 1100;
  private static final int SLOTS = CATEGORIES + 1; // one is of the unseen

  @TempDir Path folder;

  @BeforeEach
  void writeTables() throws IOException {
    write("rows", 1150, 1, CATEGORIES);
    write("test", 150, 2, CATEGORIES + 100);
    for (String kind : new String[] {"sparse", "dense"}) {
      Files.writeString(
          folder.resolve(kind + ".yaml"),
          """
          name: wide
          data:
            dir: %s
            train: rows.csv
            test: test.csv
            features: [x, wide]
            target: y
            weight: w
            columns: {x: {number: {scale: standard}}, wide: %s}
          split: {validation: 0}
          model: [{linear: {out: 4}}, relu, {linear: {out: 2}}]
          loss: cross_entropy
          optimizer: {sgd: {lr: 0.1, momentum: 0.9}}
          batch: 50
          epochs: 2
          """
              .formatted(
                  folder.resolve(kind),
                  kind.equals("dense") ? "{vector: {size: " + SLOTS + "}}" : "category"));
    }
  }

  private void write(String name, int rows, long seed, int categories) throws IOException {
    Random random = new Random(seed);
    StringBuilder sparse = new StringBuilder("x,wide,y,w\n");
    StringBuilder dense = new StringBuilder("x,wide,y,w\n");
    for (int i = 0; i < rows; i++) {
      int slot = i < categories ? i : random.nextInt(categories);
      slot = name.equals("test") ? random.nextInt(categories) : slot;
      double x = random.nextGaussian();
      String rest =
          ",%s,%s\n".formatted(x + slot % 3 > 1 ? "up" : "down", i % 7 == 0 ? 0 : 1 + i % 3);
      sparse.append(String.format(Locale.ROOT, "%s,c%04d%s", x, slot, rest));
      int one = Math.min(slot, CATEGORIES);
      dense.append(x).append(',');
      dense.append("0 ".repeat(one)).append("1").append(" 0".repeat(SLOTS - one - 1)).append(rest);
    }
    Files.createDirectories(folder.resolve("sparse"));
    Files.createDirectories(folder.resolve("dense"));
    Files.writeString(folder.resolve("sparse").resolve(name + ".csv"), sparse);
    Files.writeString(folder.resolve("dense").resolve(name + ".csv"), dense);
  }

  private static String succeed(String... arguments) {
    Cli.Result result = Cli.run(arguments);
    assertEquals(0, result.exitCode(), result.err());
    return result.out();
  }

  private String run(String kind, String command) {
    String model = folder.resolve("run-" + kind).resolve("model.avro").toString();
    String spec = folder.resolve(kind + ".yaml").toString();
    return switch (command) {
      case "train" -> succeed("train", spec, "--out", folder.resolve("run-" + kind).toString());
      case "evaluate" -> succeed("evaluate", "--model", model, "--data", spec, "--json");
      default ->
          succeed(
              "predict",
              "--model",
              model,
              "--input",
              folder.resolve(kind).resolve("test.csv").toString());
    };
  }

  @Test
  void everyCommandGivesTheBitsOfTheDenseRows() throws IOException {
    run("sparse", "train");
    run("dense", "train");
    assertTrue(Models.isSparse(folder.resolve("run-sparse/model.avro").toString()));
    assertFalse(Models.isSparse(folder.resolve("run-dense/model.avro").toString()));
    String evaluated = run("sparse", "evaluate");
    ObjectNode found = (ObjectNode) new ObjectMapper().readTree(evaluated);
    ObjectNode dense = (ObjectNode) new ObjectMapper().readTree(run("dense", "evaluate"));
    found.remove("inputs"); // what is unlike training, by columns, of which they have others
    dense.remove("inputs");
    assertEquals(dense, found); // the weights' SHA-256 is in it
    MetricRow tested =
        RecordFile.of(MetricRow.class)
            .read(folder.resolve("run-sparse/metrics.avro").toString())
            .stream()
            .filter(row -> row.getSplit() == Split.TEST)
            .findFirst()
            .orElseThrow();
    assertEquals(150, found.get("examples").asInt());
    assertEquals(tested.getLoss(), found.get("loss").asDouble());
    assertTrue(found.get("accuracy").asDouble() > 0.6, evaluated);

    String predicted = run("sparse", "predict");
    assertEquals(151, predicted.lines().count());
    assertEquals(run("dense", "predict"), predicted);
  }
}
