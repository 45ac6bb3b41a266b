package io.beamgrad.data.formats;

import static java.nio.charset.StandardCharsets.UTF_16LE;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.beamgrad.data.rows.CollectedRows;
import io.beamgrad.data.rows.Columns;
import io.beamgrad.data.rows.SourceField;
import io.beamgrad.data.sources.DataPaths;
import io.beamgrad.data.sources.NamedFiles;
import io.beamgrad.data.sources.SourceFiles;
import io.beamgrad.data.streams.SourceStream;
import io.beamgrad.failure.BrokenFileException;
import io.beamgrad.schema.Column;
import io.beamgrad.schema.ColumnType;
import io.beamgrad.schema.FileRange;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** JSON files have the same records in whatever layout they are written. */
class JsonLayoutsTest {
  private static final Path FOREIGN = Path.of("src/test/resources/foreign");
  private static final List<Column> X = List.of(Columns.feature("x", ColumnType.FLOATS, List.of()));

  @TempDir Path folder;

  @Test
  void eachLayoutOfPythonGivesTheRowsOfItsLines() {
    List<Column> columns =
        List.of(
            Columns.feature("id", ColumnType.FLOATS, List.of()),
            Columns.feature("x", ColumnType.FLOATS, List.of()),
            Columns.feature("color", ColumnType.STRINGS, List.of()),
            Columns.target("y", ColumnType.STRINGS, List.of()));
    CollectedRows lines = read(FOREIGN.resolve("09-lines.jsonl"), columns);
    assertEquals(60, lines.rows.size());
    for (String name :
        List.of("array-one-line", "array-pretty", "array-a-record-a-line", "pretty-records")) {
      Path file = FOREIGN.resolve("09-" + name + ".json");
      assertEquals(lines.rows, read(file, columns).rows, name);
      assertEquals(
          List.of("id", "x", "color", "y"),
          SourceFiles.fields(DataPaths.of(FOREIGN, file.getFileName().toString())).stream()
              .map(SourceField::name)
              .toList());
    }
  }

  @Test
  void theStartOfAFileDecidesItsLayout() throws IOException {
    for (String text :
        List.of(
            "{'x': 1}\n{'x': 2}\n{'x': 3}",
            "\n {'x': 1} \r\n\n{'x': 2}\n{'x': 3}\n",
            "{'x': 1}{'x': 2}{'x': 3}",
            "{'x': 1} {'x': 2}\n{'x': 3}",
            "{'x': 1},\n{'x': 2},\n{'x': 3},\n",
            "{\n'x': 1}\n{'x': 2}\n{'x': 3}",
            "{\n'x':\n1\n}\n{\n'x': 2}{'x': 3\n}\n",
            "{'x': 1,\n'o': '}#{##\\\\'}\n{'x': 2, 'o': '[\\\\'}\n{'x': 3}",
            "[{'x': 1},{'x': 2},{'x': 3}]",
            "[{'x': 1},{'x': 2},{'x': 3},]",
            "[\n{'x': 1}\n,{'x': 2}\n,{'x': 3}\n]\n",
            "[{'x': 1}]\n[{'x': 2}, {'x': 3}]",
            " \n\t[ {'x': 1}\n{'x': 2}, {'o': [[]], 'x': 3}\n] \n")) {
      String json = text.replace('\'', '"').replace("#", "\\\"");
      for (String mark : List.of("", "\uFEFF")) {
        CollectedRows found = read(file("t.json", mark + json), X);
        assertEquals(List.of("0: [1.0]", "1: [2.0]", "2: [3.0]"), found.rows, json);
        assertEquals(List.of(), found.rejects, json);
      }
    }
  }

  @Test
  void aBrokenRecordOfAnArrayIsARejectWithTheLineAtWhichItBegins() throws IOException {
    CollectedRows found =
        read(
            file(
                "t.json",
                "[\n{\"x\": 1},\n{\"x\": \n2 3},\n{\"x\": \"warm\"},\n7, \"a, b\", null,\n"
                    + "[1, {\"x\": 2}],\n}\n{\"x\": 4}]"),
            X);
    assertEquals(List.of("0: [1.0]", "8: [4.0]"), found.rows);
    assertEquals(
        List.of(
            "t.json record 2: not JSON: Unexpected character ('3' (code 51)): was expecting comma to"
                + " separate Object entries",
            "t.json record 3 column x: expected a number, found 'warm'",
            "t.json record 4: expected a JSON object",
            "t.json record 5: expected a JSON object",
            "t.json record 6: expected a JSON object",
            "t.json record 7: expected a JSON object",
            "t.json record 8: not JSON: Unexpected close marker '}': expected ']' (for root starting"
                + " at [Source: (byte[])\"}\"; line: 1, colum"),
        found.describedRejects());
    assertEquals(
        List.of(3L, 5L, 6L, 6L, 6L, 7L, 8L),
        found.rejects.stream().map(reject -> reject.getLine()).toList());
  }

  @Test
  void aLineThatIsCutShortIsARejectAsOtherLines() throws IOException {
    for (String first : List.of("{\"x\": 1, \"o", "{\"x\": 1,", "{\"o\": {", "{\"x\": 1} 2")) {
      CollectedRows found = read(file("t.json", first + "\n{\"x\": 2}\n{\"x\": 3}"), X);
      assertEquals(List.of("1: [2.0]", "2: [3.0]"), found.rows, first);
      assertEquals(1, found.rejects.size());
    }
  }

  @Test
  void anArrayOrRecordThatDoesNotEndIsAnError() throws IOException {
    assertEquals(
        "t.json: the array that begins at line 2 is not closed after 2 records; is it cut short?",
        error("\n[{\"x\": 1},\n{\"x\": 2},"));
    assertEquals(
        "t.json: record 2, which begins at line 2, does not end: the file is cut short, or a quote"
            + " or bracket is not closed",
        error("[{\"x\": 1},\n{\"x\": \"2},\n{\"x\": 3}]"));
    assertEquals(
        "t.json: record 1, which begins at line 1, does not end: the file is cut short, or a quote"
            + " or bracket is not closed",
        error("{\n\"x\": 1,\n"));
  }

  @Test
  void aFileThatHasNoObjectsSaysWhatItHas() throws IOException {
    assertEquals("t.json line 1: expected a JSON object, found 1", error("[1, 2, 3]"));
    assertEquals("t.json line 2: expected a JSON object, found 5", error("\n5"));
    assertEquals(
        "t.json: expected UTF-8, found UTF-16; iconv -f UTF-16 -t UTF-8 converts it",
        assertThrows(
                BrokenFileException.class,
                () -> read(file("t.json", "\uFEFF[{\"x\": 1}]".getBytes(UTF_16LE)), X))
            .getMessage());
    for (String none : List.of("[]", " [\n] \n", "\n")) {
      assertEquals("t.json: has no records", error(none));
      assertEquals(List.of(), read(file("t.json", none), X).rows);
    }
    assertEquals("t.json: empty file", error(""));
  }

  @Test
  void anObjectAroundAllRecordsIsSaid() throws IOException {
    String list =
        "t.json: its records are the list 'data' of one object; put that list alone into the file,"
            + " as jq '.[\"data\"]' does";
    String record = "{\"x\": [1], \"o\": {}}";
    assertEquals(
        list, error("{\"n\": [], \"data\": [" + record + ", " + record + "], \"more\": 1}"));
    assertEquals(
        list, error("{\n\"n\": {\"a\": []},\n\"data\": [\n" + record + "," + record + "]}"));
    assertEquals(
        "t.json line 1: a record of more than 16777216 bytes; " + list.substring(8),
        error("{\"data\": [" + record + "," + record + " ".repeat(1 << 24) + "]}"));
    assertEquals(
        "t.json: it is one object of whole columns; a list of records is needed, as pandas writes"
            + " with orient='records'",
        error("{\"x\": {\"0\": 1, \"1\": 2}, \"y\": {\"0\": 1, \"1\": 2}}"));
    String one = "{\"x\": 1, \"items\": [{\"a\": 1}, {\"a\": 2}]}";
    assertEquals(List.of("0: [1.0]"), read(file("t.json", one), X).rows);
  }

  @Test
  void anEmptyArrayAmongOtherFilesIsAFileWithoutRecords() throws IOException {
    file("days/a.json", "[]");
    file("days/b.json", "[{\"x\": 1}]");
    DataPaths days = DataPaths.of(folder.resolve("days"), ".");
    assertEquals("x", SourceFiles.fields(days).get(0).name());
    assertEquals(2, SourceFiles.table(days, X).ranges().size());
  }

  @Test
  void aKeyThatNoRecordHasIsSaidWithThoseThatThereAre() throws IOException {
    Path file = file("t.json", "[{\"y\": 1, \"z\": 2}]");
    assertEquals(
        folder + ": no record has a key 'x' (the first 100 of each file); there are y, z",
        assertThrows(BrokenFileException.class, () -> read(file, X)).getMessage());
  }

  @Test
  void recordsBeyondTheLimitsAreRejects() throws IOException {
    String deep = "[".repeat(1001) + "]".repeat(1001);
    CollectedRows found =
        read(
            file(
                "t.json",
                "[{\"x\": 1, \"o\": %s}, {\"x\": 2, \"o\": \"%s\"}, {\"x\": 3}]"
                    .formatted(deep, "z".repeat(1 << 24))),
            X);
    assertEquals(List.of("2: [3.0]"), found.rows);
    assertTrue(
        found
            .describedRejects()
            .get(0)
            .matches("t.json record 1: too large: Depth \\(\\S+\\) exceeds .*"),
        found.describedRejects().get(0));
    assertEquals(
        "t.json record 2: a record of more than 16777216 bytes", found.describedRejects().get(1));
  }

  @Test
  void anArrayIsReadInTheMemoryOfItsRecords() throws IOException {
    String records =
        IntStream.range(0, 100_000)
            .mapToObj(i -> "{\"x\": %s, \"o\": \"%s\"}".formatted(i, "z".repeat(i % 97)))
            .collect(Collectors.joining(",", "[", "]"));
    Path file = file("t.json", records);
    assertTrue(Files.size(file) > 6_000_000);
    try (SourceStream in = SourceStream.open(file.toString(), "t.json")) {
      JsonRecords found = JsonRecords.open(in);
      int count = 0;
      while (found.next()) {
        count++;
      }
      assertEquals(100_000, count);
      assertEquals(1 << 18, found.bytes().length);
    }
    assertEquals(100_000, read(file, X).rows.size());
  }

  private String error(String json) throws IOException {
    Path file = file("t.json", json);
    return assertThrows(
            BrokenFileException.class,
            () -> {
              SourceFiles.fields(DataPaths.of(folder, "t.json"));
              read(file, X);
            })
        .getMessage();
  }

  private Path file(String name, String json) throws IOException {
    return file(name, json.getBytes(UTF_8));
  }

  private Path file(String name, byte[] json) throws IOException {
    Path file = folder.resolve(name);
    Files.createDirectories(file.getParent());
    return Files.write(file, json);
  }

  private static CollectedRows read(Path file, List<Column> columns) {
    CollectedRows sink = new CollectedRows();
    FileRange range =
        NamedFiles.tables(List.of(file.toString()))
            .tablesOf(columns, CsvStyle.DEFAULT)
            .ranges()
            .get(0);
    long read = SourceFiles.reader(range.getFormat()).read(range, sink);
    assertEquals(read, sink.rows.size() + sink.rejects.size());
    return sink;
  }
}
