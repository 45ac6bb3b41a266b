package io.beamgrad.data.formats;

import static org.junit.jupiter.api.Assertions.assertEquals;

import io.beamgrad.data.rows.CollectedRows;
import io.beamgrad.data.sources.DataPaths;
import io.beamgrad.data.sources.SourceFiles;
import io.beamgrad.schema.Column;
import io.beamgrad.schema.ColumnRole;
import io.beamgrad.schema.ColumnType;
import io.beamgrad.schema.FileRange;
import io.beamgrad.schema.ValueKind;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Collectors;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Tables by other writers, whose values src/test/resources/foreign/README.md has. */
class ForeignTablesTest {
  private static final Path FOLDER = Path.of("src/test/resources/foreign");

  private static Column column(String name, ValueKind kind, int size) {
    ColumnType type =
        switch (kind) {
          case NUMBER, BOOLEAN -> ColumnType.FLOATS;
          case DATE -> ColumnType.LONGS;
          case TEXT -> ColumnType.STRINGS;
        };
    List<Integer> shape = size == 0 ? List.of() : List.of(size);
    return new Column(name, type, shape, ColumnRole.FEATURE, kind, null, false);
  }

  private static List<String> rows(String file, Column column) {
    SourceFiles found = SourceFiles.table(DataPaths.of(FOLDER, file), List.of(column));
    CollectedRows rows = new CollectedRows();
    for (FileRange range : found.ranges()) {
      SourceFiles.reader(range.getFormat()).read(range, rows);
    }
    assertEquals(List.of(), rows.describedRejects());
    return rows.rows;
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
          02-float16-hyparquet.parquet        | h  | NUMBER | 0 | 200 | [0.5] [1.0] [1.5] [2.0]
          02-float16-parquet-java.parquet     | h  | NUMBER | 0 | 200 | [-0.75] [-0.25] [0.25] [3.5]
          02-time-micros-duckdb.parquet       | at | NUMBER | 0 | 200 | [0.0] [420.0] [840.0] [1260.0]
          02-time-millis-parquet-java.parquet | at | NUMBER | 0 | 200 | [0.0] [420.0] [840.0] [1260.0]
          02-time-micros-avsc.avro            | at | NUMBER | 0 | 200 | [0.0] [420.0] [840.0] [1260.0]
          02-timetz-duckdb.parquet            | at | NUMBER | 0 | 100 | [0.0] [420.0] [840.0] [1260.0]
          02-time-of-day.csv                  | at | NUMBER | 0 | 200 | [0.0] [4020.0] [8040.0] [12060.0]
          02-time-micros-duckdb.parquet       | at | TEXT   | 0 | 200 | 00:00:00 00:07:00 00:14:00 00:21:00
          02-time-millis-parquet-java.parquet | at | TEXT   | 0 | 200 | 00:00:00 00:07:00 00:14:00 00:21:00
          02-time-of-day.csv                  | at | TEXT   | 0 | 200 | 00:00:00 01:07:00 02:14:00 03:21:00
          02-list-of-times-duckdb.parquet     | at | NUMBER | 2 | 100 | [0.0,3600.0] [420.0,3600.0] [840.0,3600.0] [1260.0,3600.0]
          15-brotli-parquet-rs.parquet        | x  | NUMBER | 0 | 200 | [0.0] [0.25] [0.5] [0.75]
          15-lz4-hadoop-parquet-rs.parquet    | x  | NUMBER | 0 | 200 | [0.0] [0.25] [0.5] [0.75]
          """)
  void valuesAreWhatTheWriterMeant(
      String file, String name, ValueKind kind, int size, int count, String first) {
    List<String> rows = rows(file, column(name, kind, size));
    assertEquals(count, rows.size());
    assertEquals(
        first,
        rows.stream()
            .limit(4)
            .map(row -> row.substring(3).replace(" ", ""))
            .collect(Collectors.joining(" ")));
  }

  @ParameterizedTest
  @CsvSource({"02-uuid-duckdb.parquet", "02-uuid-hyparquet.parquet", "02-uuid-fixed-avsc.avro"})
  void aUuidIsItsText(String file) {
    List<String> rows = rows(file, column("u", ValueKind.TEXT, 0));
    assertEquals(200, rows.size());
    for (int i = 0; i < rows.size(); i++) {
      assertEquals(i + ": 00000000-0000-4000-8000-00000000000" + i % 5, rows.get(i));
    }
  }

  @ParameterizedTest
  @CsvSource({
    "02-time-micros-duckdb.parquet",
    "02-time-millis-parquet-java.parquet",
    "02-time-micros-avsc.avro"
  })
  void aTimeOfDayIsOneValueInEachFileAndUnit(String file) {
    List<String> expected =
        rows("02-time-micros-avsc.avro", column("at", ValueKind.DATE, 0)).subList(0, 200);
    assertEquals(expected, rows(file, column("at", ValueKind.DATE, 0)));
  }

  @ParameterizedTest
  @CsvSource({
    "02-bson-parquet-java.parquet, b, BSON",
    "02-duration-avsc.avro, d, a duration",
    "15-interval-duckdb.parquet, iv, an INTERVAL",
    "02-list-of-uuids-duckdb.parquet, us[0],"
  })
  void whatNoColumnCanHaveIsNamed(String file, String name, String what) {
    assertEquals(
        what,
        SourceFiles.fields(DataPaths.of(FOLDER, file)).stream()
            .filter(field -> field.name().equals(name))
            .findFirst()
            .orElseThrow()
            .refusal());
  }
}
