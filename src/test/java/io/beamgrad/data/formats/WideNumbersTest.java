package io.beamgrad.data.formats;

import static org.junit.jupiter.api.Assertions.assertEquals;

import io.beamgrad.data.rows.ColumnBlock;
import io.beamgrad.data.rows.Columns;
import io.beamgrad.data.rows.RowSink;
import io.beamgrad.data.sources.SourceFiles;
import io.beamgrad.schema.ColumnType;
import io.beamgrad.schema.FileFormat;
import io.beamgrad.schema.FileRange;
import io.beamgrad.schema.Reject;
import io.beamgrad.schema.Split;
import java.io.IOException;
import java.net.URISyntaxException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Files of numbers that a float does not hold. */
class WideNumbersTest {
  @TempDir Path folder;

  /** The texts of a column. */
  private static List<String> column(FileFormat format, Path file, String name) {
    FileRange range =
        FileRange.newBuilder()
            .setSplit(Split.TRAIN)
            .setFormat(format)
            .setPath(file.toString())
            .setLabelsPath(null)
            .setIdentity(file.getFileName().toString())
            .setFirstRecord(0)
            .setRecords(-1)
            .setColumns(List.of(Columns.feature(name, ColumnType.FLOATS, List.of())))
            .build();
    List<String> texts = new ArrayList<>();
    SourceFiles.reader(format)
        .read(
            range,
            new RowSink() {
              @Override
              public void accept(long record, ColumnBlock row) {
                texts.add(row.column(0).text(0));
              }

              @Override
              public void reject(Reject reject) {
                texts.add("rejected: " + reject.getReason());
              }
            });
    return texts;
  }

  private static Path foreign(String name) throws URISyntaxException {
    return Path.of(WideNumbersTest.class.getResource("/foreign/" + name).toURI());
  }

  @Test
  void millisecondsAreExactInCsvAndAsBigintAndDoubleOfDuckdb() throws URISyntaxException {
    List<String> expected = new ArrayList<>();
    for (int i = 0; i < 600; i++) {
      expected.add(Long.toString(1_767_261_600_000L + 100L * i));
    }
    assertEquals(expected, column(FileFormat.CSV, foreign("01-epoch-millis.csv"), "ts"));
    Path parquet = foreign("01-bigint-duckdb.parquet");
    assertEquals(expected, column(FileFormat.PARQUET, parquet, "ts"));
    assertEquals(expected, column(FileFormat.PARQUET, parquet, "ts_double"));
  }

  @Test
  void numbersAreThoseOfTheTextInCsvAndJsonAlike() throws IOException {
    List<String> numbers =
        List.of("16777217", "9007199254740993", "0.1", "5630000.001", "0.1234567891", "-5");
    Path csv =
        Files.writeString(folder.resolve("n.csv"), "n\n" + String.join("\n", numbers) + "\n");
    StringBuilder lines = new StringBuilder();
    numbers.forEach(n -> lines.append("{\"n\": ").append(n).append("}\n"));
    Path json = Files.writeString(folder.resolve("n.jsonl"), lines);
    assertEquals(numbers, column(FileFormat.CSV, csv, "n"));
    assertEquals(numbers, column(FileFormat.JSONL, json, "n"));
  }

  @Test
  void aSizeBeyondThatOfFloatsIsAReject() throws IOException {
    Path csv = Files.writeString(folder.resolve("n.csv"), "n\n3e38\n1e39\n");
    assertEquals(
        List.of("3.0E38", "rejected: expected a finite number, found '1e39'"),
        column(FileFormat.CSV, csv, "n"));
  }
}
