package io.beamgrad.data.streams;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static org.junit.jupiter.api.Assertions.assertDoesNotThrow;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import io.beamgrad.data.formats.CsvStyle;
import io.beamgrad.data.sources.DataPaths;
import io.beamgrad.data.sources.NamedFiles;
import io.beamgrad.data.sources.SourceFiles;
import io.beamgrad.failure.WrongInputException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.zip.ZipEntry;
import java.util.zip.ZipOutputStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class OtherFormatTest {
  private static final Path FOREIGN = Path.of("src/test/resources/foreign");

  @TempDir Path folder;

  private String refusal(Path file) {
    return assertThrows(
            WrongInputException.class, () -> OtherFormat.requireNone(file.toString(), "t"))
        .getMessage();
  }

  @ParameterizedTest
  @ValueSource(strings = {"15-arrow-js.arrow", "15-arrow-js.feather"})
  void anArrowFileIsRefusedByNameWhereverATableIsNamed(String name) throws IOException {
    String line = ": an Arrow IPC file (Feather), which is not read; convert it to Parquet or CSV";
    assertEquals(
        name + line,
        assertThrows(
                WrongInputException.class, () -> SourceFiles.fields(DataPaths.of(FOREIGN, name)))
            .getMessage());
    Path asCsv = Files.copy(FOREIGN.resolve(name), folder.resolve("t.csv"));
    assertEquals(
        "t.csv" + line,
        assertThrows(
                WrongInputException.class, () -> SourceFiles.fields(DataPaths.of(folder, "t.csv")))
            .getMessage());
    assertEquals(
        "t.csv" + line,
        assertThrows(
                WrongInputException.class,
                () ->
                    NamedFiles.tables(List.of(asCsv.toString()))
                        .tablesOf(List.of(), CsvStyle.DEFAULT))
            .getMessage());
  }

  @Test
  void formatsAreToldByTheirFirstBytes() throws IOException {
    Map<String, String> whatByStart =
        Map.of(
            "FEA1\0", "a Feather file of version 1",
            "ORC\1", "an ORC file",
            "SQLite format 3\0", "an SQLite database",
            "........DUCK\0", "a DuckDB database",
            "\u0089HDF\r\n\u001A\n\0", "an HDF5 file",
            "\u0093NUMPY\1", "a NumPy array",
            "\u0080\u0004\u0095\1", "a Python pickle",
            "\u00FF\u00FF\u00FF\u00FF\0", "an Arrow IPC stream",
            "$FL2\0", "an SPSS file",
            "<stata_dta>\1", "a Stata file");
    for (Map.Entry<String, String> one : whatByStart.entrySet()) {
      Path file = Files.write(folder.resolve("t.csv"), one.getKey().getBytes(ISO_8859_1));
      assertEquals(
          "t: " + one.getValue() + ", which is not read; convert it to Parquet or CSV",
          refusal(file));
    }
  }

  @Test
  void anExcelFileIsToldFromOtherArchives() throws IOException {
    Path file = folder.resolve("t.xlsx");
    for (String entry : List.of("[Content_Types].xml", "xl/workbook.xml")) {
      try (ZipOutputStream out = new ZipOutputStream(Files.newOutputStream(file))) {
        out.putNextEntry(new ZipEntry(entry));
      }
      assertEquals(
          "t: an Excel file, which is not read; convert it to Parquet or CSV", refusal(file));
    }
  }

  @Test
  void aTableWhoseFirstNameBeginsAlikeIsATable() throws IOException {
    for (String header : List.of("ORCHARD,y\n", "FEA1,y\n", "ARROW1,y\n", "$FL2,y\n")) {
      Path file = Files.writeString(folder.resolve("t.csv"), header + "1,2\n");
      assertDoesNotThrow(() -> OtherFormat.requireNone(file.toString(), "t"));
    }
  }

  @ParameterizedTest
  @CsvSource({
    "snappy-duckdb.parquet, t.csv, t.csv: holds Parquet; a name that ends with .parquet says so",
    "snappy-duckdb.parquet, t.json, t.json: holds Parquet; a name that ends with .parquet says so",
    "02-duration-avsc.avro, t.csv, t.csv: holds Avro; a name that ends with .avro says so",
    "10-nested.jsonl, t.csv, 't.csv: it begins as JSON does, not CSV; a name that ends with .json says so'",
    "09-array-pretty.json, t.tsv, 't.tsv: it begins as JSON does, not CSV; a name that ends with .json says so'",
    "09-array-one-line.json, t.csv, 't.csv: it begins as JSON does, not CSV; a name that ends with .json says so'",
  })
  void aTableThatIsNotWhatItsNameSaysIsRefusedByWhatItIs(String of, String as, String line)
      throws IOException {
    Files.copy(FOREIGN.resolve(of), folder.resolve(as));
    assertEquals(
        line,
        assertThrows(RuntimeException.class, () -> SourceFiles.fields(DataPaths.of(folder, as)))
            .getMessage());
  }
}
