package io.beamgrad.data.formats;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.JsonToken;
import io.beamgrad.data.rows.CollectedRows;
import io.beamgrad.data.rows.Columns;
import io.beamgrad.data.rows.FieldParser;
import io.beamgrad.data.rows.RowBuilder;
import io.beamgrad.data.sources.DataPaths;
import io.beamgrad.data.sources.SourceFiles;
import io.beamgrad.schema.Column;
import io.beamgrad.schema.ColumnRole;
import io.beamgrad.schema.ColumnType;
import io.beamgrad.schema.ValueKind;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Random;
import org.checkerframework.checker.nullness.qual.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class PlainJsonTest {
  private static final List<String> RECORDS =
      List.of(
          "{}",
          "{\"a\": 1, \"b\":-0.5e+10,\"c\" :[1,2.25,[],{}], \"d\":{\"e\":null,\"f\":true}}",
          " {\"name\":\"a longer text than eight bytes\",\"x\":false , \"y\":\"\"}\t",
          "{\"größe\":\"Zürich ist größer\",\"n\":123456789012345678901234567890}",
          "{\"t\":\"tab\\t, quote \\\", \\u00e9\",\"a.b\":0,\"z\":[\"one\", \"two\"]}",
          "{\"x\":NaN,\"y\":-Infinity,\"z\":007,\"w\":1.,\"v\":.5,\"u\":+1}",
          "{\"a\":1}{\"a\":2}",
          "[{\"a\":1},2]",
          "{\"k\":nul,\"l\":tru e}",
          "{\"a\":1,}",
          "{\"a\" 1}",
          "{,\"a\":1}");
  private static final String MARKS = "{}[],:\"\\ \n\t\u00e9.-+eE0123456789tfnaN";

  @TempDir Path folder;

  @Test
  void whatItTakesHasTheTokensThatJacksonFinds() throws IOException {
    Random random = new Random(5);
    PlainJson plain = new PlainJson();
    int taken = 0;
    for (int i = 0; i < 60_000; i++) {
      StringBuilder text = new StringBuilder(RECORDS.get(random.nextInt(RECORDS.size())));
      for (int changes = random.nextInt(4); changes > 0; changes--) {
        int at = random.nextInt(text.length());
        char mark = MARKS.charAt(random.nextInt(MARKS.length()));
        switch (random.nextInt(3)) {
          case 0 -> text.setCharAt(at, mark);
          case 1 -> text.insert(at, mark);
          default -> text.deleteCharAt(at).append(text.isEmpty() ? "{" : "");
        }
      }
      byte[] bytes = ("x" + text + "}1").getBytes(UTF_8); // the record is a part of an array
      plain.begin(bytes, 1, bytes.length - 3);
      List<String> found = tokens(plain);
      if (found != null) {
        taken++;
        try (JsonParser json = JsonLinesReader.JSON.createParser(bytes, 1, bytes.length - 3)) {
          assertEquals(tokens(new JacksonTokens(json)), found, text.toString());
        }
      }
    }
    assertTrue(taken > 10_000, "only " + taken);
  }

  /** The tokens with what columns take of them; null where the record is not taken. */
  private static @Nullable List<String> tokens(JsonTokens json) throws IOException {
    RowBuilder row =
        new RowBuilder(
            List.of(
                Columns.feature("text", ColumnType.STRINGS, List.of()),
                Columns.feature("number", ColumnType.FLOATS, List.of())));
    FieldParser[] columns = {row.columnsOf("text")[0], row.columnsOf("number")[0]};
    List<String> found = new ArrayList<>();
    try {
      for (JsonToken token = json.next(); token != null; token = json.next()) {
        found.add(token.name());
        assertEquals(token, json.current());
        if (token == JsonToken.FIELD_NAME) {
          assertNull(json.key(null, 0));
        } else if (token.isScalarValue()) {
          for (FieldParser column : columns) {
            row.begin();
            json.take(column);
            String value = row.row().column(0).text(0) + " " + row.row().column(1).text(0);
            found.add(row.isFaulty() ? row.describeFault() : value);
          }
        }
      }
      return found;
    } catch (JsonProcessingException e) {
      return null;
    }
  }

  @Test
  void deepNestingAndEscapesAreLeftToJackson() throws IOException {
    for (String text :
        List.of("{\"a\":" + "[".repeat(80) + "]".repeat(80) + "}", "{\"\\u0061\":1}", "{'a':1}")) {
      PlainJson plain = new PlainJson();
      byte[] bytes = text.getBytes(UTF_8);
      plain.begin(bytes, 0, bytes.length);
      assertNull(tokens(plain), text);
    }
  }

  @Test
  void keysMayComeInAnyOrderInEachRecord() throws IOException {
    List<String> keys =
        new ArrayList<>(
            List.of("'x': 1", "'o': {'q': 5, 'x': 2}", "'ignored': [{'x': 9}]", "'text': 'é'"));
    Random random = new Random(1);
    StringBuilder lines = new StringBuilder();
    for (int i = 0; i < 100; i++) {
      Collections.shuffle(keys, random);
      String more = i % 3 == 0 ? ", 'more" + i + "': 0" : "";
      lines.append("{").append(String.join(", ", keys)).append(more).append("}\n");
    }
    CollectedRows found =
        read(
            lines.toString().replace('\'', '"'),
            List.of(
                Columns.feature("x", ColumnType.FLOATS, List.of()),
                Columns.feature("o.x", ColumnType.FLOATS, List.of()),
                Columns.feature("text", ColumnType.STRINGS, List.of())));
    assertEquals(List.of(), found.rejects);
    for (int i = 0; i < 100; i++) {
      assertEquals(i + ": [1.0], [2.0], é", found.rows.get(i));
    }
  }

  @Test
  void aRecordThatBreaksOffWithinAListLeavesNothingToTheNext() throws IOException {
    Column list =
        new Column(
            "v", ColumnType.FLOATS, List.of(2), ColumnRole.FEATURE, ValueKind.NUMBER, null, true);
    CollectedRows found = read("{\"v\": [1, 2]}\n{\"v\": [3, oops\n{}\n", List.of(list));
    assertEquals(List.of("0: [1.0, 2.0]", "2: [NaN, NaN]"), found.rows);
    assertEquals(1, found.rejects.size());
  }

  private CollectedRows read(String text, List<Column> columns) throws IOException {
    Files.writeString(folder.resolve("t.jsonl"), text);
    SourceFiles source = SourceFiles.table(DataPaths.of(folder, "t.jsonl"), columns);
    CollectedRows rows = new CollectedRows();
    new JsonLinesReader().read(source.ranges().get(0), rows);
    return rows;
  }
}
