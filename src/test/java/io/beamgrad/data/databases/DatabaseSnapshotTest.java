package io.beamgrad.data.databases;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.beamgrad.failure.WrongInputException;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.List;
import java.util.SortedSet;
import java.util.TreeSet;
import org.apache.avro.file.DataFileReader;
import org.apache.avro.generic.GenericDatumReader;
import org.apache.avro.generic.GenericRecord;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class DatabaseSnapshotTest {
  private static final String URL = "jdbc:h2:mem:snapshot";

  @TempDir Path folder;
  private Connection database;

  @BeforeEach
  void open() throws SQLException {
    database = DriverManager.getConnection(URL);
  }

  @AfterEach
  void close() throws SQLException {
    database.close();
  }

  private void sql(String... statements) throws SQLException {
    try (Statement statement = database.createStatement()) {
      for (String one : statements) {
        statement.execute(one);
      }
    }
  }

  private static DatabaseSnapshot snapshot(String query, String key, long runBytes) {
    return new DatabaseSnapshot(
        new DatabaseQuery(URL, query, key, null, null, null),
        null,
        name -> null,
        n -> {},
        runBytes);
  }

  private Path write(String name, String query, String key) {
    snapshot(query, key, 1 << 20).write(folder.resolve(name));
    return folder.resolve(name).resolve("rows.avro");
  }

  private static List<String> column(Path file, String name) {
    try (DataFileReader<GenericRecord> reader =
        new DataFileReader<>(file.toFile(), new GenericDatumReader<>())) {
      List<String> values = new ArrayList<>();
      reader.forEach(row -> values.add(String.valueOf(row.get(name))));
      return values;
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static String failure(Runnable read) {
    return assertThrows(WrongInputException.class, read::run).getMessage();
  }

  @Test
  void theSameRowsAreTheSameBytesInWhateverOrderTheyCome() throws Exception {
    sql(
        "create table t (id int, x double precision)",
        "insert into t select x, x / 7.0 from system_range(1, 999)");
    Path up = write("up", "select id \"id\", x from t order by id", "id");
    Path down = write("down", "select id \"id\", x from t order by id desc", "id");
    snapshot("select id \"id\", x from t order by x desc", "id", 5000)
        .write(folder.resolve("merged"));
    assertEquals(-1, Files.mismatch(up, down));
    assertEquals(-1, Files.mismatch(up, folder.resolve("merged/rows.avro")));
    assertEquals(Files.getLastModifiedTime(up), Files.getLastModifiedTime(down));
    assertEquals(999, column(up, "id").size());
    assertEquals(List.of("9", "10"), column(up, "id").subList(8, 10));
    try (var files = Files.list(folder.resolve("merged"))) {
      assertEquals(1, files.count());
    }
  }

  @Test
  void textsAreSortedByTheirBytes() throws Exception {
    sql(
        "create table t (id varchar)",
        "insert into t values ('b'), ('ä'), ('B'), ('a'), ('😀'), ('')");
    assertEquals(
        List.of("", "B", "a", "b", "ä", "😀"),
        column(write("text", "select id from t", "ID"), "ID"));
  }

  @Test
  void everyTypeIsWrittenAsAvroHasIt() throws Exception {
    sql(
        "create table t (id bigint, s smallint, n numeric(9, 2), r real, d double precision,"
            + " c varchar, b boolean, d8 date, t time(6), ts timestamp(6),"
            + " tz timestamp(6) with time zone, u uuid, a double precision array)",
        "insert into t values (9007199254740993, -3, -12.5, 0.1, 0.1, 'ä', true, '1969-12-31',"
            + " '01:02:03.000004', '2026-11-23 01:02:03.000004', '2026-11-23 01:00:00+01',"
            + " '00000000-0000-0000-0000-00000000000A', array[1.5, null])",
        "insert into t (id) values (1)");
    Path file = write("types", "select * from t", "ID");
    assertEquals(List.of("1", "9007199254740993"), column(file, "ID"));
    assertEquals(List.of("null", "-3"), column(file, "S"));
    assertEquals(List.of("null", "0.1"), column(file, "R"));
    assertEquals(List.of("null", "0.1"), column(file, "D"));
    assertEquals(List.of("null", "ä"), column(file, "C"));
    assertEquals(List.of("null", "true"), column(file, "B"));
    assertEquals(List.of("null", "-1"), column(file, "D8"));
    assertEquals(List.of("null", "3723000004"), column(file, "T"));
    assertEquals(List.of("null", "1795395723000004"), column(file, "TS"));
    assertEquals(List.of("null", "1795392000000000"), column(file, "TZ"));
    assertEquals(List.of("null", "00000000-0000-0000-0000-00000000000a"), column(file, "U"));
    assertEquals(List.of("null", "[1.5, null]"), column(file, "A"));
    try (DataFileReader<GenericRecord> reader =
        new DataFileReader<>(file.toFile(), new GenericDatumReader<>())) {
      assertEquals(
          "{\"type\":\"bytes\",\"logicalType\":\"decimal\",\"precision\":9,\"scale\":2}",
          reader.getSchema().getField("N").schema().getTypes().get(1).toString());
    }
  }

  @Test
  void newRowsAreInAFileOfTheirOwn() throws Exception {
    sql(
        "create table t (id int, at int)",
        "insert into t values (1, 10), (2, 20), (3, 30), (4, 15)");
    SortedSet<Long> bounds = new TreeSet<>(List.of(15L));
    DatabaseQuery query = new DatabaseQuery(URL, "select * from t", "ID", "AT", null, null);
    new DatabaseSnapshot(query, bounds, name -> null, n -> {}).write(folder.resolve("since"));
    assertEquals(
        List.of("rows-to-15.avro", "rows-to-30.avro"),
        DatabaseSnapshot.files(folder.resolve("since")));
    assertEquals(List.of("1", "4"), column(folder.resolve("since/rows-to-15.avro"), "ID"));
    assertEquals(List.of("2", "3"), column(folder.resolve("since/rows-to-30.avro"), "ID"));
  }

  @Test
  void aKeyThatNamesNoRowOrTwoIsSaidAndLeavesNothing() throws Exception {
    sql(
        "create table t (id int, b boolean, j json)",
        "insert into t (id) values (1), (7), (7), (3)");
    assertEquals(
        "data.jdbc.key: two rows have the key 7; a key names one row",
        failure(() -> write("twice", "select id from t", "ID")));
    assertEquals(
        "data.jdbc.key: a row has no value of the key ID",
        failure(() -> write("none", "select nullif(id, 3) id from t where id < 7", "ID")));
    assertEquals(
        "data.jdbc.key: the query gives no column id; it gives ID",
        failure(() -> write("other", "select id from t", "id")));
    assertEquals(
        "data.jdbc.key: column B must be a whole number, a decimal or text, is BOOLEAN",
        failure(() -> write("kind", "select b from t", "B")));
    assertEquals(
        "data.jdbc.query: column J is of the type json, which is not read; leave it out, or cast it",
        failure(() -> write("json", "select id, j from t", "ID")));
    assertEquals(
        "data.jdbc.query: gives no rows",
        failure(() -> write("empty", "select id from t where id > 99", "ID")));
    try (var left = Files.list(folder)) {
      assertEquals(0, left.count());
    }
  }

  @Test
  void aDriversMessageHasNoPassword() {
    DatabaseConnection connection =
        new DatabaseConnection(
            new DatabaseQuery("jdbc:x:y", "select 1", "id", null, "joe", "PW"), name -> "s3cret");
    String message =
        connection
            .failure(new SQLException("no login at jdbc:x:y\nof joe with s3cret"))
            .getMessage();
    assertEquals(
        "data.jdbc: the database says: no login at (data.jdbc.url) of joe with (password)",
        message);
    assertEquals(
        "data.jdbc.url: no driver for jdbc:x; it must be on the class path",
        failure(
            () -> {
              try {
                connection.open();
              } catch (SQLException e) {
                throw new IllegalStateException(e);
              }
            }));
    assertEquals(
        "data.jdbc.password: must name a variable of the environment, found none of that name",
        failure(
            () ->
                new DatabaseConnection(
                    new DatabaseQuery("jdbc:x:y", "select 1", "id", null, "joe", "s3cret"),
                    name -> null)));
  }

  @Test
  void aReadThatWasKilledIsDoneAnew() throws Exception {
    sql("create table t (id int)", "insert into t values (1)");
    Path left = Files.createDirectories(folder.resolve(".rows.new"));
    Files.write(left.resolve("rows.avro"), new byte[10]);
    Files.write(folder.resolve(".rows.lock"), new byte[0]);
    assertEquals(List.of("1"), column(write("rows", "select id from t", "ID"), "ID"));
    assertFalse(Files.exists(left));
    assertTrue(Files.exists(folder.resolve("rows")));
  }
}
