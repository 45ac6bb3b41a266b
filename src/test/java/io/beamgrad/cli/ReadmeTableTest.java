package io.beamgrad.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.zip.GZIPOutputStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The README's example of a table in many files, with files laid out as it says. */
class ReadmeTableTest {
  private static final String ROWS = "price,area,sold\n1,2,0\n2,1,1\n3,5,1\n4,1,0\n";

  @TempDir Path folder;

  @Test
  void theTableOfTheReadmeTrains() throws IOException {
    String example =
        Files.readString(Path.of("README.md"))
            .lines()
            .filter(line -> line.startsWith("    data: {dir: sales,"))
            .findFirst()
            .orElseThrow()
            .strip()
            .replace("dir: sales", "dir: " + folder.resolve("sales"));
    Path sales = folder.resolve("sales");
    write(sales.resolve("2026/01.csv"));
    write(sales.resolve("2026/02.csv"));
    write(sales.resolve("day=2026-11-23/a.csv"));
    Files.createDirectories(sales.resolve("old"));
    try (OutputStream packed =
        new GZIPOutputStream(Files.newOutputStream(sales.resolve("old/2025.csv.gz")))) {
      packed.write(ROWS.getBytes(StandardCharsets.UTF_8));
    }
    Path spec =
        Files.writeString(
            folder.resolve("sales.yaml"),
            example
                + """

                model: [{linear: {out: 2}}]
                loss: cross_entropy
                optimizer: sgd
                split: {validation: 0.25}
                epochs: 1
                """);

    Cli.Result result = Cli.run("train", spec.toString(), "--out", folder.resolve("o").toString());

    assertEquals(0, result.exitCode(), result.err());
    assertTrue(
        result.out().contains("9 trained, 3 validated, 4 tested, 0 rejected of 16 read"),
        result.out());
  }

  private static void write(Path file) throws IOException {
    Files.createDirectories(file.getParent());
    Files.writeString(file, ROWS);
  }
}
