package io.beamgrad.data.formats;

import static org.junit.jupiter.api.Assertions.assertEquals;

import io.beamgrad.data.rows.CollectedRows;
import io.beamgrad.data.rows.Columns;
import io.beamgrad.schema.Column;
import io.beamgrad.schema.ColumnType;
import io.beamgrad.schema.FileFormat;
import io.beamgrad.schema.FileRange;
import io.beamgrad.schema.Split;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Reads texts of random quotes, commas and line ends against a model that looks at all of it. */
class CsvFuzzTest {
  private static final List<Column> COLUMNS =
      List.of(Columns.feature("c", ColumnType.STRINGS, List.of()));
  private static final String[] PIECES = {
    "a", "b", ",", "\"", "\n", "\r\n", "\"\"", ",\"", "\",", "\"\n", "a\n", "a,b\n", " "
  };

  @TempDir Path folder;

  @Test
  void itGoesOnWhereTheModelDoes() throws IOException {
    Random random = new Random(5);
    Path file = folder.resolve("fuzz.csv");
    for (int i = 0; i < 3000; i++) {
      StringBuilder text = new StringBuilder();
      for (int pieces = random.nextInt(40); pieces >= 0; pieces--) {
        text.append(PIECES[random.nextInt(PIECES.length)]);
      }
      Files.writeString(file, "c,d\n" + text);
      CollectedRows sink = new CollectedRows();
      FileRange range =
          new FileRange(
              Split.TRAIN,
              FileFormat.CSV,
              file.toString(),
              null,
              "fuzz",
              0L,
              -1L,
              COLUMNS,
              null,
              null);
      long records = new CsvReader().read(range, sink);
      List<String> found = new ArrayList<>(sink.rows);
      sink.rejects.forEach(
          r -> found.add("%s line %s %s".formatted(r.getRecord() - 1, r.getLine(), r.getReason())));
      List<String> expected = new Model(text.toString()).records();
      assertEquals(
          sorted(expected),
          sorted(found),
          () -> "of " + text.toString().replace("\n", "\\n").replace("\r", "\\r"));
      assertEquals(expected.size(), records);
    }
  }

  private static List<String> sorted(List<String> records) {
    return records.stream().sorted().toList();
  }

  /** The grammar, one character after the other, with the whole text at hand. */
  private static final class Model {
    private final String text;
    private int at;
    private long line = 2;
    private boolean isAnyWhole; // of the records so far
    private boolean endsWithComma; // the first of them does, behind its two fields
    private boolean endsEmpty; // behind the last comma is nothing

    Model(String text) {
      this.text = text;
    }

    List<String> records() {
      List<String> records = new ArrayList<>();
      while (at < text.length()) {
        int start = at;
        long startLine = line;
        if (lineEnd()) {
          continue;
        }
        int number = records.size();
        List<String> fields = new ArrayList<>();
        String fault = record(fields);
        if (fault == null && !isAnyWhole) {
          isAnyWhole = true;
          endsWithComma = fields.size() == 3 && endsEmpty;
        }
        if (fault != null) {
          at = start;
          line = startLine;
          while (at < text.length() && !lineEnd()) {
            at++;
          }
        } else if (fields.size() != 2 && !(fields.size() == 3 && endsEmpty && endsWithComma)) {
          fault = "expected 2 fields, found " + fields.size();
        } else if (fields.get(0).isBlank()) {
          fault = "value is missing";
        }
        records.add(
            fault == null
                ? number + ": " + fields.get(0)
                : "%s line %s %s".formatted(number, startLine, fault));
      }
      return records;
    }

    /** Reads a record and its end. */
    private String record(List<String> fields) {
      while (true) {
        StringBuilder field = new StringBuilder();
        int begin = at;
        if (at < text.length() && text.charAt(at) == '"') {
          at++;
          while (true) {
            if (at == text.length()) {
              return "a quote is not closed to the end of the file";
            }
            char c = text.charAt(at);
            if (c == '"' && at + 1 < text.length() && text.charAt(at + 1) == '"') {
              field.append('"');
              at += 2;
            } else if (c == '"') {
              at++;
              break;
            } else {
              int from = at;
              if (!lineEnd()) {
                at++;
              }
              field.append(text, from, at);
            }
          }
          if (at < text.length() && ",\r\n".indexOf(text.charAt(at)) < 0) {
            return "text goes on after a closing quote";
          }
        } else {
          while (at < text.length() && ",\r\n".indexOf(text.charAt(at)) < 0) {
            field.append(text.charAt(at++));
          }
        }
        fields.add(field.toString());
        endsEmpty = at == begin;
        if (at == text.length() || lineEnd()) {
          return null;
        }
        at++;
      }
    }

    private boolean lineEnd() {
      if (at < text.length() && (text.charAt(at) == '\n' || text.charAt(at) == '\r')) {
        at += text.startsWith("\r\n", at) ? 2 : 1;
        line++;
        return true;
      }
      return false;
    }
  }
}
