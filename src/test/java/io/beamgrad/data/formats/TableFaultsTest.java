package io.beamgrad.data.formats;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.beamgrad.data.rows.CollectedRows;
import io.beamgrad.data.rows.Columns;
import io.beamgrad.data.sources.NamedFiles;
import io.beamgrad.data.sources.SourceFiles;
import io.beamgrad.failure.BrokenFileException;
import io.beamgrad.schema.Column;
import io.beamgrad.schema.ColumnType;
import io.beamgrad.schema.FileRange;
import io.beamgrad.schema.Reject;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import org.apache.avro.Schema;
import org.apache.avro.SchemaBuilder;
import org.apache.avro.file.DataFileConstants;
import org.apache.avro.file.DataFileWriter;
import org.apache.avro.generic.GenericData;
import org.apache.avro.generic.GenericDatumWriter;
import org.apache.avro.generic.GenericRecord;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What is wrong with a record is a reject, what is wrong with a file an error. */
class TableFaultsTest {
  private static final List<Column> COLUMNS =
      List.of(
          Columns.feature("x", ColumnType.FLOATS, List.of()),
          Columns.feature("v", ColumnType.FLOATS, List.of(2)),
          Columns.target("y", ColumnType.STRINGS, List.of()));

  @TempDir Path folder;
  private final CollectedRows sink = new CollectedRows();

  @Test
  void eachFaultOfAJsonRecordIsAReject() throws IOException {
    ByteArrayOutputStream text = new ByteArrayOutputStream();
    for (String line :
        List.of(
            "{\"x\": 1, \"v\": [1, 2], \"y\": \"a\", \"other\": {\"x\": [3]}}",
            "{\"x\": \"warm\", \"v\": [1, 2], \"y\": \"a\"}",
            "",
            "{\"x\": 1, \"v\": [1], \"y\": \"a\"}",
            "{\"x\": 1, \"v\": [1, 2, 3], \"y\": \"a\"}",
            "{\"x\": 1, \"v\": [1, 2]}",
            "{\"x\": NaN, \"v\": [1, 2], \"y\": \"a\"}",
            "{\"x\": -Infinity, \"v\": [1, 2], \"y\": \"a\"}",
            "{\"x\": 1, \"v\": [1, \"b\"], \"y\": \"a\"}",
            "{\"x\": 1, \"v\": [1, 2], \"y\": {}}",
            "{\"x\": 1, \"x\": 2, \"v\": [1, 2], \"y\": \"a\"}",
            "[1]",
            "{\"x\": 1, \"v\": [1, 2], \"y\": \"" + "z".repeat(1 << 20) + "\"}")) {
      text.write((line + "\n").getBytes(StandardCharsets.UTF_8));
    }
    text.write(
        "{\"x\": 1, \"v\": [1, 2], \"y\": \"\u00e9\"}\n".getBytes(StandardCharsets.ISO_8859_1));
    text.write("{\"x\": 1e1, \"v\": [null, 2], \"y\": \"a\"}\n".getBytes(StandardCharsets.UTF_8));
    text.write("{\"x\": 2.50, \"v\": [1, 2.5], \"y\": 7}".getBytes(StandardCharsets.UTF_8));
    Path file = folder.resolve("t.jsonl");
    Files.write(file, text.toByteArray());
    assertEquals(15, read(file, COLUMNS));
    assertEquals(List.of("0: [1.0], [1.0, 2.0], a", "14: [2.5], [1.0, 2.5], 7"), sink.rows);
    assertEquals(
        List.of(
            "t.jsonl record 2 column x: expected a number, found 'warm'",
            "t.jsonl record 3 column v: expected 2 numbers, found 1",
            "t.jsonl record 4 column v: expected 2 numbers, found 3",
            "t.jsonl record 5 column y: value is missing",
            "t.jsonl record 6 column x: value is missing, found 'NaN'",
            "t.jsonl record 7 column x: expected a finite number, found '-Infinity'",
            "t.jsonl record 8 column v: expected a number, found 'b'",
            "t.jsonl record 9 column y: expected a text, found an object",
            "t.jsonl record 10 column x: the key is there twice",
            "t.jsonl record 11: expected a JSON object",
            "t.jsonl record 12 column y: expected less than 1048576 characters, found 1048576",
            "t.jsonl record 13 column y: expected UTF-8, found '\uFFFD'",
            "t.jsonl record 14 column v: value is missing"),
        sink.describedRejects());
    assertEquals(
        new Reject("t.jsonl", 2L, 2L, "x", "warm", "expected a number, found 'warm'"),
        sink.rejects.get(0));
    assertEquals(4L, sink.rejects.get(1).getLine());
  }

  @Test
  void valuesOfAvroAndParquetAreCheckedAsThoseOfText() throws IOException {
    List<GenericRecord> rows = Tables.rows(3, 1);
    rows.get(0).put("x", Double.NaN);
    rows.get(1).put("x", 1e39);
    rows.get(1).put("label", " ");
    rows.get(2).put("label", "z".repeat(1 << 20));
    List<Column> columns =
        List.of(
            Columns.feature("x", ColumnType.FLOATS, List.of()),
            Columns.target("label", ColumnType.STRINGS, List.of()));
    for (String suffix : List.of("avro", "parquet", "jsonl", "csv")) {
      sink.rejects.clear();
      Path file = folder.resolve("t." + suffix);
      Tables.write(file, rows);
      assertEquals(3, read(file, columns));
      List<String> reasons =
          sink.rejects.stream().map(r -> r.getColumn() + ": " + r.getReason()).toList();
      assertEquals("x: value is missing, found 'NaN'", reasons.get(0));
      assertEquals("x: expected a finite number, found '1.0E39'", reasons.get(1));
      assertEquals(
          suffix.equals("csv")
              ? "label: a field of 1048576 characters or more; is a quote not closed?"
              : "label: expected less than 1048576 characters, found 1048576",
          reasons.get(2));
    }
  }

  @Test
  void aFileCutShortAnywhereIsNeverTakenForAShorterOne() throws IOException {
    List<GenericRecord> rows = Tables.rows(300, 1);
    for (String suffix : List.of("avro", "parquet", "csv.gz", "csv.zst", "jsonl.bz2")) {
      Path whole = folder.resolve("whole." + suffix);
      Tables.write(whole, rows);
      byte[] bytes = Files.readAllBytes(whole);
      for (int i = 1; i < 40; i++) {
        Path part = folder.resolve("part." + suffix);
        Files.write(part, Arrays.copyOf(bytes, bytes.length * i / 40));
        var e = assertThrows(BrokenFileException.class, () -> read(part, Tables.COLUMNS));
        assertTrue(e.getMessage().startsWith("part." + suffix + ": "), e.getMessage());
      }
    }
  }

  @Test
  void whatMakesADecoderOfTheFirstRecordsFailIsAFaultOfTheFile() throws IOException {
    Path file = folder.resolve("a.avro");
    Schema schema =
        SchemaBuilder.record("r")
            .fields()
            .name("e")
            .type()
            .enumeration("e")
            .symbols("A")
            .noDefault()
            .endRecord();
    try (DataFileWriter<GenericRecord> out =
        new DataFileWriter<>(new GenericDatumWriter<GenericRecord>(schema))) {
      out.create(schema, file.toFile());
      GenericRecord row = new GenericData.Record(schema);
      row.put("e", new GenericData.EnumSymbol(schema.getField("e").schema(), "A"));
      out.append(row);
    }
    byte[] bytes = Files.readAllBytes(file);
    bytes[bytes.length - DataFileConstants.SYNC_SIZE - 1] = 20; // a symbol that there is not
    Files.write(file, bytes);
    var e =
        assertThrows(
            BrokenFileException.class,
            () ->
                new AvroReader().fields(file.toString(), "a.avro", CsvStyle.DEFAULT.of("a.avro")));
    assertTrue(e.getMessage().startsWith("a.avro: not a valid Avro file"), e.getMessage());
  }

  private long read(Path file, List<Column> columns) {
    FileRange range =
        NamedFiles.tables(List.of(file.toString()))
            .tablesOf(columns, CsvStyle.DEFAULT)
            .ranges()
            .get(0);
    return SourceFiles.reader(range.getFormat()).read(range, sink);
  }
}
