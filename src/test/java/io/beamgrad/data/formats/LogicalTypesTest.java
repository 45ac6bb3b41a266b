package io.beamgrad.data.formats;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertNull;

import io.beamgrad.data.rows.CollectedRows;
import io.beamgrad.data.rows.RowBuilder;
import io.beamgrad.data.rows.SourceField;
import io.beamgrad.schema.Column;
import io.beamgrad.schema.ColumnRole;
import io.beamgrad.schema.ColumnType;
import io.beamgrad.schema.FileRange;
import io.beamgrad.schema.Split;
import io.beamgrad.schema.ValueKind;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** All types of Parquet and Avro that the table of pipelines/README.md has, by other writers. */
class LogicalTypesTest {
  private static final Path FOLDER = Path.of("src/test/resources/foreign");

  /** Type, file, field, kind or refused, value of the first record or what is refused. */
  private static final String READ =
      """
      BOOLEAN     | duckdb.parquet | bool | BOOLEAN | false
      INT32       | duckdb.parquet | i32 | NUMBER | -7
      INT_8       | duckdb.parquet | i8 | NUMBER | -100
      INT_8       | parquet-java.parquet | int8 | NUMBER | -100
      INT_8       | duckdb.parquet | i16 | NUMBER | -30000
      INT_64      | duckdb.parquet | i64 | NUMBER | -9007199254740993
      INT64       | parquet-rs.parquet | duration | NUMBER | 5
      UINT_8      | duckdb.parquet | u8 | NUMBER | 250
      UINT_8      | parquet-java.parquet | uint8 | NUMBER | 250
      UINT_8      | duckdb.parquet | u16 | NUMBER | 65000
      UINT_8      | duckdb.parquet | u32 | NUMBER | 4294967295
      UINT_8      | parquet-java.parquet | uint32 | NUMBER | 4294967295
      UINT_64     | duckdb.parquet | u64 | NUMBER | 18446744073709551615
      UINT_64     | parquet-java.parquet | uint64 | NUMBER | 18446744073709551615
      FLOAT16     | parquet-java.parquet | float16 | NUMBER | -0.75
      FLOAT16     | hyparquet.parquet | float16 | NUMBER | 0.5
      FLOAT16     | parquet-rs.parquet | float16 | NUMBER | 1.5
      FLOAT       | duckdb.parquet | f32 | NUMBER | 0.1
      DOUBLE      | duckdb.parquet | f64 | NUMBER | 0.1
      DECIMAL     | duckdb.parquet | dec32 | NUMBER | -12.34
      DECIMAL     | duckdb.parquet | small | NUMBER | -0.00005
      DECIMAL     | duckdb.parquet | dec64 | NUMBER | -123456789012.345
      DECIMAL     | duckdb.parquet | dec128 | NUMBER | 1.5
      DECIMAL     | parquet-java.parquet | dec32 | NUMBER | -12.34
      DECIMAL     | parquet-java.parquet | dec64 | NUMBER | -0.005
      DECIMAL     | parquet-java.parquet | dec_fixed | NUMBER | -0.0005
      DECIMAL     | parquet-java.parquet | dec_binary | NUMBER | 1.5
      DATE        | duckdb.parquet | date | DATE | 1969-12-31
      DATE        | parquet-java.parquet | date | DATE | 1969-12-31
      TIMESTAMP   | duckdb.parquet | ts | DATE | 1969-12-31T23:59:59.25
      TIMESTAMP   | duckdb.parquet | ts_s | DATE | 2026-11-23T10:15:30
      TIMESTAMP   | duckdb.parquet | ts_ms | DATE | 2026-11-23T10:15:30.125
      TIMESTAMP   | duckdb.parquet | ts_ns | DATE | 2026-11-23T10:15:30.123456789
      TIMESTAMP   | duckdb.parquet | tstz | DATE | 2026-11-23T08:15:30Z
      TIMESTAMP   | parquet-java.parquet | ts_millis | DATE | 1969-12-31T23:59:59.25Z
      TIMESTAMP   | parquet-java.parquet | ts_micros | DATE | 2026-11-23T10:15:30.123456
      TIMESTAMP   | parquet-java.parquet | ts_nanos | DATE | 1970-01-01T00:00:00.123456789Z
      INT96       | parquet-java.parquet | int96 | DATE | 2026-11-23T10:15:30.123456789Z
      TIME        | duckdb.parquet | time | DATE | 10:15:30.5
      TIME        | duckdb.parquet | timetz | DATE | 08:15:30
      TIME        | duckdb.parquet | time_ns | DATE | 10:15:30.000000001
      TIME        | parquet-java.parquet | time_millis | DATE | 10:15:30.5
      TIME        | parquet-java.parquet | time_micros | DATE | 10:15:30.5
      TIME        | parquet-java.parquet | time_nanos | DATE | 10:15:30.500000001
      TIME        | parquet-rs.parquet | time_ms | DATE | 00:00:01.5
      TIME        | parquet-rs.parquet | time_us | DATE | 00:00:01.5
      TIME        | parquet-rs.parquet | time_ns | DATE | 00:00:01.5
      STRING      | duckdb.parquet | text | TEXT | Z\u00fcrich
      STRING      | parquet-java.parquet | text | TEXT | Z\u00fcrich
      STRING      | parquet-rs.parquet | dictionary | TEXT | a
      ENUM        | duckdb.parquet | enum | TEXT | small
      ENUM        | parquet-java.parquet | enum | TEXT | small
      JSON        | duckdb.parquet | json | TEXT | {"a": 1}
      JSON        | parquet-java.parquet | json | TEXT | {"a": 1}
      BYTE_ARRAY  | duckdb.parquet | bytes | TEXT | x1
      BYTE_ARRAY  | parquet-java.parquet | bytes | TEXT | x1
      FIXED       | parquet-java.parquet | fixed | TEXT | AB
      FIXED       | parquet-rs.parquet | fixed | TEXT | AB
      UUID        | duckdb.parquet | uuid | TEXT | ab000000-0000-4000-8000-00000000000f
      UUID        | parquet-java.parquet | uuid | TEXT | ab000000-0000-4000-8000-00000000000f
      UUID        | hyparquet.parquet | uuid | TEXT | ab000000-0000-4000-8000-00000000000f
      LIST        | duckdb.parquet | list | NUMBER | [1.5, 2.5]
      LIST        | duckdb.parquet | times[0] | DATE | 00:00:01
      LIST        | duckdb.parquet | uuids[0] | TEXT | 00000000-0000-4000-8000-000000000001
      LIST        | duckdb.parquet | lists[0] | NUMBER | [1.0]
      LIST        | parquet-java.parquet | list | NUMBER | [1.5, 5.9604645E-8]
      repeated    | parquet-java.parquet | repeated | NUMBER | [1.0, 2.0]
      MAP         | duckdb.parquet | map.k | NUMBER | 1
      MAP         | parquet-java.parquet | map.k | NUMBER | 1
      group       | duckdb.parquet | struct.a | NUMBER | 1
      group       | parquet-java.parquet | struct.a | NUMBER | 1
      UNKNOWN     | parquet-rs.parquet | nothing | null | null
      boolean     | avsc.avro | boolean | BOOLEAN | true
      int         | avsc.avro | int | NUMBER | -7
      int         | avsc.avro | custom | NUMBER | 1
      long        | avsc.avro | long | NUMBER | 4503599627370497
      float       | avsc.avro | float | NUMBER | 0.5
      double      | avsc.avro | double | NUMBER | 0.1
      decimal     | avsc.avro | decimal | NUMBER | -12.34
      decimal     | avsc.avro | decimal_fixed | NUMBER | -0.0005
      decimal     | avsc.avro | decimal_odd | NUMBER | 0.005
      big-decimal | avsc.avro | big_decimal | NUMBER | -12.34
      date        | avsc.avro | date | DATE | 1969-12-31
      timestamp-millis | avsc.avro | timestamp_millis | DATE | 1969-12-31T23:59:59.25Z
      -micros     | avsc.avro | timestamp_micros | DATE | 2026-11-23T10:15:30.123456Z
      -nanos      | avsc.avro | timestamp_nanos | DATE | 1970-01-01T00:00:00.123456789Z
      local-      | avsc.avro | local_timestamp_millis | DATE | 1969-12-31T23:59:59.25
      local-      | avsc.avro | local_timestamp_micros | DATE | 2026-11-23T10:15:30.123456
      local-      | avsc.avro | local_timestamp_nanos | DATE | 1970-01-01T00:00:00.123456789
      time-millis | avsc.avro | time_millis | DATE | 10:15:30.5
      time-millis | avsc.avro | optional | DATE | 00:00:01.5
      -micros     | avsc.avro | time_micros | DATE | 10:15:30.5
      -nanos      | avsc.avro | time_nanos | DATE | 10:15:30.5
      string      | avsc.avro | string | TEXT | Z\u00fcrich
      enum        | avsc.avro | enum | TEXT | large
      bytes       | avsc.avro | bytes | TEXT | x1
      fixed       | avsc.avro | fixed | TEXT | AB
      uuid        | avsc.avro | uuid | TEXT | ab000000-0000-4000-8000-00000000000f
      uuid        | avsc.avro | uuid_fixed | TEXT | ab000000-0000-4000-8000-00000000000f
      array       | avsc.avro | array | NUMBER | [1.5, 2.5]
      array       | avsc.avro | times[0] | DATE | 00:00:01
      array       | avsc.avro | arrays[0] | NUMBER | [1.0]
      map         | avsc.avro | map.k | NUMBER | 1
      record      | avsc.avro | record.a | NUMBER | 1
      null        | avsc.avro | null | null | null
      union       | avsc.avro | union | null | 1
      union       | avsc.avro | numbers | NUMBER | 1
      """;

  private static final String REFUSED =
      """
      INTERVAL  | duckdb.parquet | interval | an INTERVAL
      INTERVAL  | duckdb.parquet | intervals[0] | an INTERVAL
      INTERVAL  | parquet-java.parquet | interval | an INTERVAL
      BSON      | parquet-java.parquet | bson | BSON
      VARIANT   | duckdb.parquet | variant | a value of a type newer than FLOAT16, as GEOMETRY and VARIANT are
      GEOMETRY  | duckdb.parquet | geometry | a geometry
      GEOMETRY  | hyparquet.parquet | geometry | a value of a type newer than FLOAT16, as GEOMETRY and VARIANT are
      GEOGRAPHY | hyparquet.parquet | geography | a value of a type newer than FLOAT16, as GEOMETRY and VARIANT are
      duration  | avsc.avro | duration | a duration
      array     | avsc.avro | durations[0] | a duration
      """;

  private static List<String[]> cells(String table) {
    return table.lines().map(line -> line.split("\\|")).map(LogicalTypesTest::stripped).toList();
  }

  private static String[] stripped(String[] cells) {
    return Arrays.stream(cells).map(String::strip).toArray(String[]::new);
  }

  static List<String[]> read() {
    return cells(READ);
  }

  static List<String[]> refused() {
    return cells(REFUSED);
  }

  private static Path file(String writer) {
    return FOLDER.resolve("logical-" + writer);
  }

  private static SourceField field(String writer, String name) {
    TableReader reader = Format.bySuffix(file(writer).toString()).orElseThrow().tableReader(writer);
    return reader.fields(file(writer).toString(), writer, CsvStyle.DEFAULT.of(writer)).stream()
        .filter(field -> field.name().equals(name))
        .findFirst()
        .orElseThrow();
  }

  private static CollectedRows rows(String writer, String name, ValueKind kind, int size) {
    Format format = Format.bySuffix(file(writer).toString()).orElseThrow();
    ColumnType type =
        switch (kind) {
          case NUMBER, BOOLEAN -> ColumnType.FLOATS;
          case DATE -> ColumnType.LONGS;
          case TEXT -> ColumnType.STRINGS;
        };
    List<Integer> shape = size == 0 ? List.of() : List.of(size);
    CollectedRows rows = new CollectedRows();
    format
        .tableReader(writer)
        .read(
            FileRange.newBuilder()
                .setSplit(Split.TRAIN)
                .setFormat(format.symbol())
                .setPath(file(writer).toString())
                .setLabelsPath(null)
                .setIdentity(writer)
                .setFirstRecord(0)
                .setRecords(-1)
                .setColumns(
                    List.of(new Column(name, type, shape, ColumnRole.FEATURE, kind, null, true)))
                .build(),
            rows);
    return rows;
  }

  private static String first(String writer, String name, ValueKind kind, int size) {
    CollectedRows rows = rows(writer, name, kind, size);
    assertEquals(List.of(), rows.describedRejects().stream().limit(1).toList(), name);
    return rows.rows.get(0).substring("0: ".length());
  }

  /** What a column of dates keeps of a text. */
  private static long millis(String text) {
    RowBuilder row =
        new RowBuilder(
            List.of(
                new Column(
                    "t",
                    ColumnType.LONGS,
                    List.of(),
                    ColumnRole.FEATURE,
                    ValueKind.DATE,
                    null,
                    false)));
    row.begin();
    row.take("t", text);
    assertFalse(row.isFaulty(), text);
    return (long) row.row().column(0).number(0);
  }

  @ParameterizedTest
  @MethodSource("read")
  void aTypeIsReadAsTheTableSays(
      String type, String writer, String name, String kind, String value) {
    SourceField field = field(writer, name);
    assertNull(field.refusal());
    assertEquals(kind, String.valueOf(field.kind()));
    if (field.length() > 0) {
      assertEquals(value, first(writer, name, ValueKind.NUMBER, field.length()));
      return;
    }
    CollectedRows texts = rows(writer, name, ValueKind.TEXT, 0);
    assertEquals("0: " + value, texts.rows.get(0), type);
    if (field.kind() == ValueKind.NUMBER) {
      String number = rows(writer, name, ValueKind.NUMBER, 0).rows.get(0);
      assertEquals("0: [" + Float.parseFloat(value) + "]", number);
    } else if (field.kind() == ValueKind.DATE) {
      assertEquals(
          "[" + millis(value) + "]",
          rows(writer, name, ValueKind.DATE, 0).rows.get(0).substring(3));
    }
  }

  @ParameterizedTest
  @MethodSource("refused")
  void aTypeThatNoColumnCanHaveIsRefusedByName(
      String type, String writer, String name, String what) {
    SourceField field = field(writer, name);
    assertEquals(what, field.refusal(), type);
    assertNull(field.kind());
    CollectedRows rows = rows(writer, name, ValueKind.TEXT, 0);
    assertEquals(List.of(), rows.rows);
    assertNotNull(rows.rejects.get(0).getReason());
  }

  @Test
  void timesOfDayAreTheirSecondsInEachUnit() {
    for (String name : List.of("time_millis", "time_micros", "time_nanos")) {
      assertEquals("[36930.5]", first("avsc.avro", name, ValueKind.NUMBER, 0));
      assertEquals("[36930.5]", first("parquet-java.parquet", name, ValueKind.NUMBER, 0));
    }
    assertEquals("[29730.0]", first("duckdb.parquet", "timetz", ValueKind.NUMBER, 0));
  }

  @Test
  void aListOfTimesOfDayIsAVectorWhereItIsAskedFor() {
    assertEquals("[1.0]", first("duckdb.parquet", "times", ValueKind.NUMBER, 1));
    assertEquals("[1.0]", first("avsc.avro", "times", ValueKind.NUMBER, 1));
  }

  @Test
  void aColumnThatNamesAGroupIsARejectOfEachRecord() {
    for (String writer :
        List.of("duckdb.parquet map", "duckdb.parquet struct", "avsc.avro record")) {
      String[] words = writer.split(" ");
      CollectedRows rows = rows(words[0], words[1], ValueKind.TEXT, 0);
      assertEquals(List.of(), rows.rows);
      String what = words[1].equals("map") ? "a map" : "a record";
      assertEquals("expected a text, found " + what, rows.rejects.get(0).getReason());
    }
  }

  @Test
  void whatIsNoTimeOfDayIsARejectOfItsRecord() {
    assertEquals(
        "duckdb.parquet record 1 column midnight_after: expected a date or time,"
            + " found a time of day outside of its 24 hours",
        rows("duckdb.parquet", "midnight_after", ValueKind.DATE, 0).describedRejects().get(0));
  }

  @Test
  void bytesThatAreNoTextAreARejectThatSaysSo() {
    for (String writer : List.of("duckdb.parquet", "parquet-java.parquet", "avsc.avro")) {
      CollectedRows rows = rows(writer, "binary", ValueKind.TEXT, 0);
      assertEquals(List.of(), rows.rows);
      assertEquals("expected UTF-8", rows.rejects.get(0).getReason().split(",")[0], writer);
    }
  }

  /** The types that the README names are those that are tested. */
  @Test
  void eachTypeOfTheTableOfTheReadmeIsTested() throws Exception {
    String readme = Files.readString(Path.of("pipelines/README.md"));
    String table = readme.substring(readme.indexOf("| types of Parquet |"));
    Matcher words = Pattern.compile("`([^`]+)`").matcher(table.substring(0, table.indexOf("\n\n")));
    Set<String> named = new TreeSet<>();
    while (words.find()) {
      named.add(words.group(1));
    }
    Set<String> tested =
        List.of(read(), refused()).stream()
            .flatMap(List::stream)
            .map(row -> row[0])
            .collect(Collectors.toCollection(TreeSet::new));
    assertEquals(named, tested);
  }
}
