package io.beamgrad.data.formats;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import io.beamgrad.data.rows.CollectedRows;
import io.beamgrad.data.rows.Columns;
import io.beamgrad.data.rows.SourceField;
import io.beamgrad.data.sources.DataPaths;
import io.beamgrad.data.sources.NamedFiles;
import io.beamgrad.data.sources.SourceFiles;
import io.beamgrad.failure.BrokenFileException;
import io.beamgrad.schema.Column;
import io.beamgrad.schema.ColumnRole;
import io.beamgrad.schema.ColumnType;
import io.beamgrad.schema.FileRange;
import io.beamgrad.schema.ValueKind;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.TreeMap;
import java.util.stream.Collectors;
import org.apache.avro.Schema;
import org.apache.avro.SchemaBuilder;
import org.apache.avro.file.CodecFactory;
import org.apache.avro.generic.GenericData;
import org.apache.avro.generic.GenericRecord;
import org.apache.parquet.avro.AvroParquetWriter;
import org.apache.parquet.column.ParquetProperties.WriterVersion;
import org.apache.parquet.conf.PlainParquetConfiguration;
import org.apache.parquet.hadoop.ParquetWriter;
import org.apache.parquet.io.LocalOutputFile;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Values within records are named by their paths, the same in JSON, Avro and Parquet. */
class NestedFieldsTest {
  private static final Path FOREIGN = Path.of("src/test/resources/foreign");

  @TempDir Path folder;

  @Test
  void eachFormatOfOtherWritersHasTheSameRows() {
    List<Column> columns =
        List.of(
            number("s.a"),
            text("s.t.b"),
            text("items[0].sku"),
            number("items[2].qty"),
            text("items[0].tags[1]"),
            number("m.k.v"),
            vector("mm.7", 2),
            number("mm.7[1]"),
            vector("ll[0]", 2),
            number("ll[1][0]"),
            number("a.b"),
            vector("v", 2),
            number("v[1]"),
            text("names[1]"));
    CollectedRows json = read(FOREIGN.resolve("nested-duckdb.json"), columns);
    assertEquals(24, json.rows.size());
    assertEquals(
        List.of(
            "0: [0.0], b0, null, [NaN], null, [NaN], [0.0, 1.0], [1.0], [0.0, 2.0], [3.0],"
                + " [0.0], [0.0, 0.0], [0.0], null",
            "1: [NaN], null, k1, [NaN], null, [0.5], [1.0, 2.0], [2.0], [1.0, 2.0], [3.0],"
                + " [-1.0], [0.25, 1.0], [1.0], null",
            "2: [NaN], null, k2, [NaN], t1, [NaN], [2.0, 3.0], [3.0], [2.0, 2.0], [3.0],"
                + " [-2.0], [0.5, 2.0], [2.0], y"),
        json.rows.subList(0, 3));
    for (String file : List.of("nested-duckdb.parquet", "nested-avsc.avro")) {
      List<String> found = read(FOREIGN.resolve(file), columns).rows;
      for (int i = 0; i < 24; i++) {
        assertEquals(json.rows.get(i), found.get(i), file);
      }
    }
  }

  @Test
  void eachFormatHasTheSameFields() {
    Map<String, String> json = fields(FOREIGN, "nested-duckdb.json");
    assertEquals(
        "{a.b=NUMBER, id=NUMBER, items[0].qty=NUMBER, items[0].sku=TEXT, items[0].tags[0]=TEXT,"
            + " items[0].tags[1]=TEXT, items[1].qty=null, items[1].sku=TEXT,"
            + " items[1].tags[0]=TEXT, items[1].tags[1]=TEXT, items[2].qty=NUMBER,"
            + " items[2].sku=TEXT, ll[0]=NUMBER 2, ll[1]=NUMBER 1, ll[2]=null an empty list,"
            + " m.j.v=NUMBER, m.k.v=NUMBER, mm.7=NUMBER 2, mm.8=null an empty list, names[0]=TEXT,"
            + " names[1]=TEXT, p.q=NUMBER, s.a=NUMBER, s.t.b=TEXT, v=NUMBER 2}",
        json.toString().replace(", items[2].tags=null", "").replace(", names[2]=null", ""));
    for (String file : List.of("nested-duckdb.parquet", "nested-avsc.avro")) {
      Map<String, String> fields = fields(FOREIGN, file);
      for (String name : List.of("id", "s.a", "s.t.b", "items[2].sku", "m.k.v", "mm.7", "v")) {
        assertEquals(json.get(name), fields.get(name), file);
      }
    }
  }

  @Test
  void aKeyWithADotIsTakenBeforeThePath() throws IOException {
    List<Column> columns = List.of(number("p.q"));
    assertEquals("5: [10.0]", read(FOREIGN.resolve("nested-duckdb.json"), columns).rows.get(5));
    assertEquals("5: [10.0]", read(FOREIGN.resolve("nested-duckdb.parquet"), columns).rows.get(5));
    CollectedRows found =
        read(
            write(
                "{\"p.q\": 1, \"p\": {\"q\": 2}}",
                "{\"p\": {\"q\": 2}, \"p.q\": 1}",
                "{\"p\": {\"q\": 2}, \"p.q\": null}",
                "{\"p\": {\"q\": 2}}",
                "{\"p\": 3, \"p.q\": 4}",
                "{\"p\": {\"q\": 2, \"q\": 3}}"),
            columns);
    assertEquals(List.of("0: [1.0]", "1: [1.0]", "2: [NaN]", "3: [2.0]", "4: [4.0]"), found.rows);
    assertEquals(
        List.of("t.jsonl record 6 column p.q: the key is there twice"), found.describedRejects());
  }

  @Test
  void keysAreTakenAsTheyAreWritten() throws IOException {
    Path file = write("{\"a.b\": {\"c[0]\": [1, 2]}, \"d[1]\": 3, \"\": {\"x y\": 4}}");
    List<Column> columns =
        List.of(number("a.b.c[0][1]"), vector("a.b.c[0]", 2), number("d[1]"), number(".x y"));
    assertEquals(List.of("0: [2.0], [1.0, 2.0], [3.0], [4.0]"), read(file, columns).rows);
  }

  @Test
  void whatIsNotThereIsMissingAndWhatIsOtherIsAReject() throws IOException {
    Path file =
        write(
            "{\"c\": {\"age\": 1}, \"t\": [5]}",
            "{\"c\": null, \"t\": []}",
            "{\"c\": {}, \"t\": null}",
            "{}",
            "{\"c\": 7, \"t\": 8}",
            "{\"c\": [1], \"t\": {\"0\": 1}}",
            "{\"c\": {\"age\": {}}, \"t\": [1]}",
            "{\"c\": {\"age\": 1}, \"t\": [[1]]}",
            "{\"c\": {\"age\": \"old\"}, \"t\": [1]}");
    CollectedRows found = read(file, List.of(number("c.age"), number("t[0]")));
    assertEquals(
        List.of("[1.0], [5.0]", "[NaN], [NaN]", "[NaN], [NaN]", "[NaN], [NaN]", "[NaN], [NaN]"),
        found.rows.subList(0, 5).stream().map(row -> row.substring(3)).toList());
    assertEquals(
        List.of(
            "t.jsonl record 7 column c.age: expected a number, found an object",
            "t.jsonl record 8 column t[0]: expected a number, found a list",
            "t.jsonl record 9 column c.age: expected a number, found 'old'"),
        found.describedRejects());
  }

  @Test
  void aNameThatLeadsNowhereIsSaidWithTheNamesThatThereAre() throws IOException {
    assertEquals(
        "10-nested-avsc.avro: no column 'customer.name'; the file has x, customer.age,"
            + " customer.city, tags[0], tags[1], y",
        error("10-nested-avsc.avro", "customer.name"));
    assertEquals(
        "10-struct-map-duckdb.parquet: no column 'x[0]'; the file has x, customer.age,"
            + " customer.city, attrs.k, y",
        error("10-struct-map-duckdb.parquet", "x[0]"));
    assertEquals(
        "no record has a key 'attrs.j' (the first 100 of each file); there are x, customer.age,"
            + " customer.city, attrs.k, y",
        error("10-struct-map-duckdb.parquet", "attrs.j").replaceFirst(".*foreign: ", ""));
    assertEquals(
        "no record has a key 'tags[2]' (the first 100 of each file); there are x, customer.age,"
            + " customer.city, tags[0], tags[1], y",
        error("10-nested-avsc.avro", "tags[2]").replaceFirst(".*foreign: ", ""));
    assertEquals(
        "no record has a key 'customer.name' (the first 100 of each file); there are x,"
            + " customer.age, customer.city, tags[0], tags[1], y",
        error("10-nested.jsonl", "customer.name").replaceFirst(".*foreign: ", ""));
  }

  @Test
  void namesOfCsvAreTakenAsTheyAreWritten() throws IOException {
    Path file = folder.resolve("t.csv");
    Files.writeString(file, "customer.age,tags[0]\n1,2\n");
    assertEquals(
        List.of("0: [1.0], [2.0]"),
        read(file, List.of(number("customer.age"), number("tags[0]"))).rows);
  }

  /** Random rows, in which any group, list, map and element may be null or empty. */
  @Test
  void listsOfTwoAndThreeLevelsHaveTheRowsOfAvroAndJson() throws IOException {
    List<GenericRecord> rows = rows(400, new Random(7));
    List<Column> columns =
        List.of(
            number("g.n"),
            text("g.h.t"),
            number("list[0].n"),
            number("list[2].n"),
            text("list[1].names[0]"),
            text("list[0].names[2]"),
            number("map.k.n"),
            text("map.l.names[1]"),
            vector("g.v", 2),
            number("g.v[1]"),
            number("last"));
    Path avro = folder.resolve("t.avro");
    Tables.writeAvro(avro, rows, CodecFactory.nullCodec());
    CollectedRows expected = read(avro, columns);
    assertEquals(400, expected.rows.size());
    Path json = folder.resolve("t.jsonl");
    Files.writeString(
        json, rows.stream().map(GenericRecord::toString).collect(Collectors.joining("\n")));
    assertEquals(expected.rows, read(json, columns).rows);
    for (WriterVersion version : WriterVersion.values()) {
      for (boolean isOld : List.of(true, false)) {
        Path parquet = folder.resolve("t-" + version + isOld + ".parquet");
        writeParquet(parquet, rows, version, isOld);
        List<String> found = read(parquet, columns).rows;
        assertEquals(400, found.size());
        for (int i = 0; i < 400; i++) {
          assertEquals(expected.rows.get(i), found.get(i), parquet.toString());
        }
      }
    }
  }

  private static List<GenericRecord> rows(int count, Random random) {
    Schema item =
        SchemaBuilder.record("Item")
            .fields()
            .requiredInt("n")
            .name("names")
            .type()
            .array()
            .items()
            .stringType()
            .noDefault()
            .endRecord();
    Schema inner = SchemaBuilder.record("Inner").fields().optionalString("t").endRecord();
    Schema group =
        SchemaBuilder.record("Group")
            .fields()
            .optionalDouble("n")
            .name("h")
            .type(nullable(inner))
            .noDefault()
            .name("v")
            .type(Schema.createArray(Schema.create(Schema.Type.DOUBLE)))
            .noDefault()
            .endRecord();
    Schema schema =
        SchemaBuilder.record("Row")
            .fields()
            .name("g")
            .type(nullable(group))
            .noDefault()
            .name("list")
            .type(nullable(Schema.createArray(item)))
            .noDefault()
            .name("map")
            .type(nullable(Schema.createMap(nullable(item))))
            .noDefault()
            .requiredInt("last")
            .endRecord();
    List<GenericRecord> rows = new ArrayList<>();
    for (int i = 0; i < count; i++) {
      GenericRecord row = new GenericData.Record(schema);
      if (random.nextInt(5) > 0) {
        GenericRecord g = new GenericData.Record(group);
        g.put("n", random.nextInt(3) == 0 ? null : random.nextDouble());
        if (random.nextInt(3) > 0) {
          GenericRecord h = new GenericData.Record(inner);
          h.put("t", random.nextInt(3) == 0 ? null : "t" + random.nextInt(9));
          g.put("h", h);
        }
        g.put("v", List.of(random.nextDouble(), random.nextDouble()));
        row.put("g", g);
      }
      if (random.nextInt(5) > 0) {
        List<GenericRecord> items = new ArrayList<>();
        for (int n = random.nextInt(4); n > 0; n--) {
          items.add(item(item, random));
        }
        row.put("list", items);
      }
      if (random.nextInt(5) > 0) {
        Map<String, GenericRecord> map = new HashMap<>();
        for (String key : List.of("j", "k", "l")) {
          if (random.nextBoolean()) {
            map.put(key, random.nextInt(4) == 0 ? null : item(item, random));
          }
        }
        row.put("map", map);
      }
      row.put("last", i);
      rows.add(row);
    }
    return rows;
  }

  private static GenericRecord item(Schema schema, Random random) {
    GenericRecord item = new GenericData.Record(schema);
    item.put("n", random.nextInt(1000));
    List<String> names = new ArrayList<>();
    for (int n = random.nextInt(4); n > 0; n--) {
      names.add("n" + random.nextInt(99));
    }
    item.put("names", names);
    return item;
  }

  private static Schema nullable(Schema schema) {
    return Schema.createUnion(Schema.create(Schema.Type.NULL), schema);
  }

  private static void writeParquet(
      Path file, List<GenericRecord> rows, WriterVersion version, boolean isOld)
      throws IOException {
    PlainParquetConfiguration configuration = new PlainParquetConfiguration();
    configuration.setBoolean("parquet.avro.write-old-list-structure", isOld);
    try (ParquetWriter<GenericRecord> out =
        AvroParquetWriter.<GenericRecord>builder(new LocalOutputFile(file))
            .withSchema(rows.get(0).getSchema())
            .withConf(configuration)
            .withWriterVersion(version)
            .withRowGroupSize(8L << 10)
            .withPageRowCountLimit(7)
            .build()) {
      for (GenericRecord row : rows) {
        out.write(row);
      }
    }
  }

  private static Column number(String name) {
    return new Column(
        name, ColumnType.FLOATS, List.of(), ColumnRole.FEATURE, ValueKind.NUMBER, null, true);
  }

  private static Column text(String name) {
    return new Column(
        name, ColumnType.STRINGS, List.of(), ColumnRole.FEATURE, ValueKind.TEXT, null, true);
  }

  private static Column vector(String name, int size) {
    return new Column(
        name, ColumnType.FLOATS, List.of(size), ColumnRole.FEATURE, ValueKind.NUMBER, null, true);
  }

  private Path write(String... lines) throws IOException {
    return Files.writeString(folder.resolve("t.jsonl"), String.join("\n", lines));
  }

  private static Map<String, String> fields(Path folder, String file) {
    Map<String, String> found = new TreeMap<>();
    for (SourceField field : SourceFiles.fields(DataPaths.of(folder, file))) {
      String length = field.length() == 0 ? "" : " " + field.length();
      String refusal = field.refusal() == null ? "" : " " + field.refusal();
      found.put(field.name(), field.kind() + length + refusal);
    }
    return found;
  }

  private static String error(String file, String column) {
    return assertThrows(
            BrokenFileException.class,
            () ->
                read(
                    FOREIGN.resolve(file),
                    List.of(Columns.feature(column, ColumnType.FLOATS, List.of()))))
        .getMessage();
  }

  private static CollectedRows read(Path file, List<Column> columns) {
    CollectedRows sink = new CollectedRows();
    for (FileRange range :
        NamedFiles.tables(List.of(file.toString())).tablesOf(columns, CsvStyle.DEFAULT).ranges()) {
      SourceFiles.reader(range.getFormat()).read(range, sink);
    }
    return sink;
  }
}
