package io.beamgrad.benchmarks;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertThrows;

import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;

class BenchArgumentsTest {
  @Test
  void withoutArgumentsAllPartsAreMeasured() {
    BenchArguments arguments = BenchArguments.parse();

    assertEquals(BenchArguments.PARTS, arguments.parts());
    assertEquals(Path.of("data/mnist"), arguments.mnist());
    assertEquals(List.of(60_000), arguments.rowsOr(60_000));
    assertEquals(3, arguments.rounds());
    assertNull(arguments.write());
  }

  @Test
  void partsKeepTheirOrder() {
    BenchArguments arguments =
        BenchArguments.parse("runs", "clicks", "--rows", "500000,5000000", "--rounds", "5");

    assertEquals(List.of("runs", "clicks"), arguments.parts());
    assertEquals(List.of(500_000, 5_000_000), arguments.rowsOr(1));
    assertEquals(5, arguments.rounds());
  }

  @Test
  void aTableIsWrittenToAFile() {
    BenchArguments arguments =
        BenchArguments.parse(
            "clicks", "--write", "log.csv", "--rows", "10", "--seed", "4", "--pairs");

    assertEquals(
        new BenchArguments(
            List.of("clicks"), Path.of("data/mnist"), List.of(10), 3, Path.of("log.csv"), 4, true),
        arguments);
  }

  @Test
  void whatIsWrongIsSaid() {
    assertEquals("--rows needs a value", message("--rows"));
    assertEquals("--rows must be a whole number of at least 1, was 'x'", message("--rows", "5,x"));
    assertEquals(
        "--rounds must be a whole number of at least 1, was '0'", message("--rounds", "0"));
    assertEquals("--seed must be a whole number of at least 0, was '-1'", message("--seed", "-1"));
    String write = "--write needs clicks or dense, and one number of --rows";
    assertEquals(write, message("clicks", "--write", "log.csv"));
    assertEquals(write, message("clicks", "--write", "log.csv", "--rows", "1,2"));
    assertEquals(write, message("tables", "--write", "log.csv", "--rows", "1"));
    assertEquals(
        "expected clicks, dense, tables, ingest, epochs, runs, predict, model, start, sparse,"
            + " kernels, --rows N,..., --rounds N, --mnist DIR, --write FILE, --seed N or --pairs,"
            + " found fast",
        message("fast"));
  }

  private static String message(String... args) {
    return assertThrows(IllegalArgumentException.class, () -> BenchArguments.parse(args))
        .getMessage();
  }
}
