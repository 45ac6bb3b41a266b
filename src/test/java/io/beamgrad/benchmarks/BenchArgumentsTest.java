package io.beamgrad.benchmarks;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertThrows;

import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;

class BenchArgumentsTest {
  @Test
  void withoutArgumentsAllPartsAreMeasuredButQualityWhichTakesHours() {
    BenchArguments arguments = BenchArguments.parse();

    assertEquals(BenchArguments.USUAL, arguments.parts());
    assertEquals(Path.of("data/mnist"), arguments.mnist());
    assertEquals(List.of(60_000), arguments.rowsOr(60_000));
    assertEquals(3, arguments.roundsOr(3));
    assertNull(arguments.write());
  }

  @Test
  void partsKeepTheirOrder() {
    BenchArguments arguments =
        BenchArguments.parse("runs", "clicks", "--rows", "500000,5000000", "--rounds", "5");

    assertEquals(List.of("runs", "clicks"), arguments.parts());
    assertEquals(List.of(500_000, 5_000_000), arguments.rowsOr(1));
    assertEquals(5, arguments.roundsOr(3));
  }

  @Test
  void aTableIsWrittenToAFile() {
    BenchArguments arguments =
        BenchArguments.parse(
            "clicks", "--write", "log.csv", "--rows", "10", "--seed", "4", "--pairs");

    assertEquals(
        new BenchArguments(
            List.of("clicks"),
            Path.of("data/mnist"),
            List.of(10),
            0,
            Path.of("log.csv"),
            4,
            true,
            QualityArguments.USUAL),
        arguments);
  }

  @Test
  void aTableOfKeysIsWrittenToo() {
    BenchArguments arguments = BenchArguments.parse("each", "--write", "k.csv", "--rows", "10");

    assertEquals(List.of("each"), arguments.parts());
    assertEquals(Path.of("k.csv"), arguments.write());
  }

  @Test
  void qualityTakesAFolderAndWhatToDoWithIt() {
    BenchArguments arguments =
        BenchArguments.parse(
            "quality",
            "my/tables",
            "--tables",
            "cars,stocks",
            "--save",
            "scores.csv",
            "--set",
            "refit=false",
            "--set",
            "epochs=9",
            "--rounds",
            "4");

    assertEquals(List.of("quality"), arguments.parts());
    assertEquals(4, arguments.roundsOr(10));
    assertEquals(
        new QualityArguments(
            Path.of("my/tables"),
            List.of("cars", "stocks"),
            Path.of("scores.csv"),
            List.of("refit=false", "epochs=9")),
        arguments.quality());
  }

  @Test
  void qualityWithoutAFolderTakesTheUsualOne() {
    BenchArguments arguments = BenchArguments.parse("quality", "start");

    assertEquals(List.of("quality", "start"), arguments.parts());
    assertEquals(Path.of("../shared/data/tables"), arguments.quality().folder());
  }

  @Test
  void splitsOfQualityAreWrittenToAFolder() {
    assertEquals(Path.of("out"), BenchArguments.parse("quality", "--write", "out").write());
  }

  @Test
  void whatIsWrongIsSaid() {
    assertEquals("--rows needs a value", message("--rows"));
    assertEquals("--rows must be a whole number of at least 1, was 'x'", message("--rows", "5,x"));
    assertEquals(
        "--rounds must be a whole number of at least 1, was '0'", message("--rounds", "0"));
    assertEquals("--seed must be a whole number of at least 0, was '-1'", message("--seed", "-1"));
    String write =
        "--write needs clicks, dense, texts, curve or each, and one number of --rows; or quality";
    assertEquals(write, message("clicks", "--write", "log.csv"));
    assertEquals(write, message("clicks", "--write", "log.csv", "--rows", "1,2"));
    assertEquals(write, message("tables", "--write", "log.csv", "--rows", "1"));
    assertEquals(
        "expected clicks, dense, tables, ingest, epochs, runs, predict, model, start, sparse,"
            + " texts, curve, each, sweep, kernels, quality, --rows N,..., --rounds N, --mnist DIR,"
            + " --write FILE, --seed N, --pairs, --tables NAME,..., --save FILE or --set KEY=VALUE,"
            + " found fast",
        message("fast"));
  }

  private static String message(String... args) {
    return assertThrows(IllegalArgumentException.class, () -> BenchArguments.parse(args))
        .getMessage();
  }
}
