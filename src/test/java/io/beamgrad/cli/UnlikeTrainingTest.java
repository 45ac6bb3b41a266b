package io.beamgrad.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.beamgrad.model.ModelFile;
import io.beamgrad.schema.CategoryEncoding;
import io.beamgrad.schema.InputCoverage;
import io.beamgrad.schema.ModelRecord;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * What is counted of values that are written otherwise than in training, or that it did not see.
 */
class UnlikeTrainingTest {
  private static final Path FOREIGN = Path.of("src/test/resources/foreign").toAbsolutePath();
  private static final String LOOKED_UP =
      "200 of 200 values of store were looked up as numbers, such as 7.0 as 7";

  @TempDir Path folder;

  private String train(Path data, String columns, String rest) throws IOException {
    Path spec =
        Files.writeString(
            folder.resolve("job.yaml"),
            """
            data: {dir: %s, train: %s, features: %s
            model: [{linear: {out: 2}}]
            loss: cross_entropy
            optimizer: {adam: {lr: 0.1}}
            epochs: 20
            %s
            """
                .formatted(data.getParent(), data.getFileName(), columns, rest));
    String out = folder.resolve("run").toString();
    Cli.Result result = Cli.run("train", spec.toString(), "--out", out);
    assertEquals(0, result.exitCode(), result.err());
    return out + "/model.avro";
  }

  private String trainOnStores(String file) throws IOException {
    return train(
        FOREIGN.resolve(file),
        "[store], target: y, columns: {store: category}}",
        "split: {validation: 0.2}");
  }

  private static String evaluate(String model, Path data) {
    Cli.Result result = Cli.run("evaluate", "--model", model, "--input", data.toString());
    assertEquals(0, result.exitCode(), result.err());
    return result.out();
  }

  private static JsonNode inputs(String model, Path data) throws IOException {
    Cli.Result result = Cli.run("evaluate", "--model", model, "--input", "" + data, "--json");
    assertEquals(0, result.exitCode(), result.err());
    return new ObjectMapper().readTree(result.out()).get("inputs");
  }

  @Test
  void aWholeNumberIsTheSameCategoryFromEveryType() throws IOException {
    String model = trainOnStores("05-whole.csv");
    for (String file :
        List.of(
            "05-whole.csv",
            "05-points.jsonl",
            "05-sum-duckdb.parquet",
            "05-decimal-duckdb.parquet")) {
      String out = evaluate(model, FOREIGN.resolve(file));
      assertTrue(out.contains("accuracy 1.0000"), out);
      assertFalse(out.contains("values of"), out);
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"05-whole.csv", "05-sum-duckdb.parquet", "05-points.jsonl"})
  void aTextWithAPointIsLookedUpAsAWholeNumberAndCounted(String trained) throws IOException {
    String model = trainOnStores(trained);
    assertEquals(List.of("0", "1", "2", "3"), stores(ModelFile.read(model)).getCategories());
    Path points = FOREIGN.resolve("05-points.csv");
    String out = evaluate(model, points);
    assertTrue(out.contains("accuracy 1.0000"), out);
    assertTrue(out.contains(LOOKED_UP), out);
    assertEquals(200, inputs(model, points).get(0).get("lookedUpAsNumbers").asInt());
    assertEquals("[]", inputs(model, FOREIGN.resolve("05-whole.csv")).toString());

    Cli.Result predicted = Cli.run("predict", "--model", model, "--input", points.toString());
    assertEquals("beamgrad: " + LOOKED_UP + "\n", predicted.err());
    String file = folder.resolve("p.avro").toString();
    predicted = Cli.run("predict", "--model", model, "--input", "" + points, "--out", file);
    assertTrue(predicted.out().contains("inputs    " + LOOKED_UP + "\n"), predicted.out());
  }

  private static CategoryEncoding stores(ModelRecord model) {
    return (CategoryEncoding) model.getEncodings().get(0);
  }

  /** Its categories are as Java writes doubles, and it does not say what it has seen. */
  @Test
  void aModelOfBeforeFindsTheNumbersThatItLearnedOfDoubles() throws IOException {
    String path = trainOnStores("05-points.csv");
    ModelRecord model = ModelFile.read(path);
    assertEquals(List.of("0.0", "1.0", "2.0", "3.0"), stores(model).getCategories());
    ModelFile.write(path, ModelRecord.newBuilder(model).setCoverage(List.of()).build());
    for (String file : List.of("05-sum-duckdb.parquet", "05-whole.csv", "05-points.jsonl")) {
      String out = evaluate(path, FOREIGN.resolve(file));
      assertTrue(out.contains("accuracy 1.0000") && out.contains(LOOKED_UP), out);
    }
    assertFalse(evaluate(path, FOREIGN.resolve("05-points.csv")).contains("values of"));
  }

  @Test
  void aClassIsLookedUpToo() throws IOException {
    String model = trainOnStores("05-whole.csv");
    StringBuilder csv = new StringBuilder("store,y\n");
    for (int i = 0; i < 200; i++) {
      csv.append(i % 4 + "," + i % 2 + ".0\n");
    }
    Path file = Files.writeString(folder.resolve("labels.csv"), csv);
    String out = evaluate(model, file);
    assertTrue(out.contains("accuracy 1.0000"), out);
    assertTrue(out.contains("200 of 200 values of y were looked up as numbers"), out);
  }

  private Path numbers(String name, int rows, int unlike) throws IOException {
    List<String> lines = new ArrayList<>(List.of("x,shop,y"));
    for (int i = 0; i < rows; i++) {
      String x = i < unlike ? "" + (1000 + i) : i % 10 == 9 ? "" : "" + i % 7 * 0.25;
      lines.add(x + "," + (i < unlike ? "new" + i : "abc".charAt(i % 3)) + "," + i % 2);
    }
    return Files.write(folder.resolve(name), lines);
  }

  @Test
  void theShareOfWhatTrainingHasNotSeenIsSaidAndWarnedOf() throws IOException {
    numbers("train.csv", 400, 0);
    String model =
        train(
            folder.resolve("train.csv"),
            "[x, shop], target: y, columns: {x: {number: {missing: mean}}, shop: category}}",
            "split: {validation: 0.25}");
    assertEquals(
        List.of(
            new InputCoverage("x", 0.0, 1.5, 83L, 0L),
            new InputCoverage("shop", null, null, 100L, 0L)),
        ModelFile.read(model).getCoverage());

    String few = evaluate(model, numbers("few.csv", 200, 4));
    assertTrue(
        few.contains(
            """

            4 of 180 values of x (2.22%) are outside the training's range, 0 to 1.5; in validation 0.00%
            4 of 200 values of shop (2.00%) are categories that the training did not see; in validation 0.00%
            """),
        few);
    String many = evaluate(model, numbers("many.csv", 200, 40));
    assertTrue(many.contains("\nwarning: 40 of 184 values of x (21.74%) are outside"), many);
    assertTrue(many.contains("\nwarning: 40 of 200 values of shop (20.00%) are cat"), many);
    assertFalse(evaluate(model, folder.resolve("train.csv")).contains("values of"));
    String predicted =
        Cli.run("predict", "--model", model, "--input", "" + folder.resolve("many.csv")).err();
    assertTrue(predicted.contains("beamgrad: warning: 40 of 184 values of x"), predicted);
  }

  /** Which rows these are is known only when all are read. */
  @Test
  void onlyTheRowsThatAreEvaluatedAreCounted() throws IOException {
    Path file = numbers("train.csv", 400, 40);
    String model =
        train(
            folder.resolve("train.csv"),
            "[x, shop], target: y, columns: {x: {number: {missing: mean}}, shop: category}}",
            "split: {validation: 0.25}");
    InputCoverage shop = ModelFile.read(model).getCoverage().get(1);
    assertTrue(shop.getValidationOutside() > 0);
    Cli.Result result =
        Cli.run("evaluate", "--model", model, "--data", folder.resolve("run/job.yaml").toString());
    assertTrue(
        result.out().contains("%s of 100 values of shop".formatted(shop.getValidationOutside())),
        result.out());
    assertFalse(result.out().contains("warning"), result.out()); // as many as there were
    assertTrue(Files.exists(file));
  }

  @Test
  void manyColumnsWithAFewNumbersOutsideAreNotALineEach() throws IOException {
    int columns = 30;
    Path table = folder.resolve("wide.csv");
    Path shifted = folder.resolve("shifted.csv");
    Files.writeString(table, wide(columns, 0));
    Files.writeString(shifted, wide(columns, 1));
    String model = train(table, "['c*'], target: y}", "split: {validation: 0.2}");
    String out = evaluate(model, shifted);
    assertEquals(20, out.lines().filter(line -> line.contains(" values of c")).count(), out);
    assertTrue(out.contains("10 more columns have such values"), out);
  }

  private static String wide(int columns, int more) {
    StringBuilder text = new StringBuilder();
    for (int c = 0; c < columns; c++) {
      text.append("c%s,".formatted(c));
    }
    text.append("y\n");
    for (int row = 0; row < 100; row++) {
      text.append("%s,".formatted(row == 50 ? 10 + more : row % 10).repeat(columns));
      text.append("%s\n".formatted(row % 2));
    }
    return text.toString();
  }
}
