package io.beamgrad.benchmarks;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.apache.avro.Schema;
import org.apache.avro.SchemaBuilder;
import org.apache.avro.file.DataFileWriter;
import org.apache.avro.generic.GenericDatumWriter;
import org.apache.avro.generic.GenericRecord;
import org.apache.avro.generic.GenericRecordBuilder;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class TableFileTest {
  @TempDir private Path folder;

  @Test
  void recordsOfCsvStayAsTheyAreEvenWithLineEndsInThem() throws IOException {
    TableFile table = read("t.csv", "a,b,y\r\n1,\"x\ny \"\"q\"\"\",2\r\n\r\n007,z,3\r\n");

    assertEquals(new TableFile("t", ".csv", "a,b,y", table.records()), table);
    assertEquals(List.of("1,\"x\ny \"\"q\"\"\",2", "007,z,3"), table.records());
  }

  @Test
  void recordsWithoutATargetAreLeftOut() throws IOException {
    assertEquals(List.of("1,2", "3,4"), read("t.csv", "a,y\n1,2\n2,\n3,4\n").records());
    assertEquals(
        List.of("{\"y\": 1.50}"),
        read("t.jsonl", "{\"y\": 1.50}\n{\"y\": null}\n{\"z\": 2}\n").records());
  }

  @Test
  void anArrayOfJsonBecomesLines() throws IOException {
    TableFile table = read("t.json", "[\n {\"a\": {\"b\": \"x]}\"},\n  \"y\": 1e3},\n {\"y\": 2}]");

    assertEquals(".jsonl", table.suffix());
    assertEquals(List.of("{\"a\": {\"b\": \"x]}\"},   \"y\": 1e3}", "{\"y\": 2}"), table.records());
  }

  @Test
  void recordsOfAvroBecomeLinesOfCsv() throws IOException {
    Schema schema =
        SchemaBuilder.record("R").fields().requiredString("a").optionalDouble("y").endRecord();
    Path file = folder.resolve("t.avro");
    try (DataFileWriter<GenericRecord> out =
        new DataFileWriter<>(new GenericDatumWriter<GenericRecord>(schema))) {
      out.create(schema, file.toFile());
      out.append(new GenericRecordBuilder(schema).set("a", "p\"q").set("y", 1.5).build());
      out.append(new GenericRecordBuilder(schema).set("a", "r").set("y", null).build());
    }

    assertEquals(
        new TableFile("t", ".csv", "\"a\",\"y\"", List.of("\"p\"\"q\",\"1.5\"")),
        TableFile.read(file, "y"));
  }

  @Test
  void someRecordsAreWrittenInTheOrderThatIsSaid() throws IOException {
    TableFile table = read("t.csv", "a,y\n1,2\n3,4\n5,6\n");

    table.write(folder.resolve("deep/out.csv"), List.of(2, 0));

    assertEquals("a,y\n5,6\n1,2\n", Files.readString(folder.resolve("deep/out.csv")));
  }

  @Test
  void aTableWithoutTheTargetIsRefused() {
    assertEquals(
        folder.resolve("t.csv") + ": has no column y",
        assertThrows(IllegalArgumentException.class, () -> read("t.csv", "a,b\n1,2\n"))
            .getMessage());
  }

  private TableFile read(String name, String text) throws IOException {
    Files.writeString(folder.resolve(name), text);
    return TableFile.read(folder.resolve(name), "y");
  }
}
