package io.beamgrad.data.formats;

import static org.junit.jupiter.api.Assertions.assertEquals;

import io.beamgrad.data.rows.CollectedRows;
import io.beamgrad.data.rows.Columns;
import io.beamgrad.schema.Column;
import io.beamgrad.schema.ColumnType;
import io.beamgrad.schema.CsvOptions;
import io.beamgrad.schema.FileFormat;
import io.beamgrad.schema.FileRange;
import io.beamgrad.schema.Split;
import java.io.IOException;
import java.nio.charset.Charset;
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
  private static final Dialect USUAL = new Dialect(",", "\"", null, null, "UTF-8");
  private static final int BUFFER_BYTES = 1 << 18;

  /**
   * How a text is written.
   *
   * @param escape null for none
   * @param comment null for none
   */
  private record Dialect(
      String delimiter, String quote, String escape, String comment, String encoding) {
    static Dialect any(Random random) {
      return new Dialect(
          one(random, ",", ";", "\t", " ", "|", "\u00A7"),
          one(random, "\"", "'", "\u00AB"),
          one(random, null, "\\", "\u00AC"),
          one(random, null, "#", "\u00B6"),
          one(random, "UTF-8", "UTF-8", "windows-1252", "UTF-16"));
    }

    private static String one(Random random, String... some) {
      return some[random.nextInt(some.length)];
    }

    /** Text of quotes, delimiters and line ends. */
    String text(Random random) {
      String[] pieces = {
        "a",
        "b",
        delimiter,
        quote,
        "\n",
        "\r\n",
        "\r",
        quote + quote,
        delimiter + quote,
        quote + delimiter,
        quote + "\n",
        "a\n",
        "a" + delimiter + "b\n",
        " ",
        "\u00E9",
        "\u20AC",
        "longer than a word",
        escape == null ? "\u0000" : escape,
        comment == null ? "#" : comment,
        escape == null ? "\u0001" : escape + quote,
        "\\N"
      };
      StringBuilder text = new StringBuilder();
      for (int count = random.nextInt(40); count >= 0; count--) {
        text.append(one(random, pieces));
      }
      return text.toString();
    }

    CsvOptions options() {
      return new CsvOptions(
          delimiter, quote, true, encoding, comment, escape, ".", null, List.of());
    }
  }

  @TempDir Path folder;

  @Test
  void itGoesOnWhereTheModelDoes() throws IOException {
    Random random = new Random(5);
    for (int i = 0; i < 2000; i++) {
      check(USUAL, USUAL.text(random));
    }
  }

  @Test
  void itDoesSoInEachDialectAndEncoding() throws IOException {
    Random random = new Random(6);
    for (int i = 0; i < 4000; i++) {
      Dialect dialect = Dialect.any(random);
      check(dialect, dialect.text(random));
    }
  }

  @Test
  void itDoesSoAcrossTheEndOfTheBuffer() throws IOException {
    Random random = new Random(7);
    for (int i = 0; i < 100; i++) {
      Dialect dialect = Dialect.any(random);
      check(dialect, "\n".repeat(BUFFER_BYTES - random.nextInt(80)) + dialect.text(random));
    }
  }

  private void check(Dialect dialect, String text) throws IOException {
    Path file = folder.resolve("fuzz.csv");
    String header = "c" + dialect.delimiter + "d\n";
    Files.write(file, (header + text).getBytes(Charset.forName(dialect.encoding)));
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
            dialect.options(),
            null);
    long records = new CsvReader().read(range, sink);
    List<String> found = new ArrayList<>(sink.rows);
    sink.rejects.forEach(
        r ->
            found.add(
                "%s line %s %s, %s"
                    .formatted(r.getRecord() - 1, r.getLine(), r.getReason(), r.getValue())));
    List<String> expected = new Model(dialect, text).records();
    assertEquals(
        String.join("|", sorted(expected)),
        String.join("|", sorted(found)),
        () -> dialect + " of " + text.strip().replace("\n", "\\n").replace("\r", "\\r"));
    assertEquals(expected.size(), records);
  }

  private static List<String> sorted(List<String> records) {
    return records.stream().sorted().toList();
  }

  /** The grammar, one character after the other, with the whole text at hand. */
  private static final class Model {
    private final Dialect dialect;
    private final String text;
    private int at;
    private long line = 2;
    private boolean isAnyWhole; // of the records so far
    private boolean endsWithComma; // the first of them does, behind its two fields
    private boolean endsEmpty; // behind the last comma is nothing
    private int fieldStart;
    private boolean isNull; // the first field

    Model(Dialect dialect, String text) {
      this.dialect = dialect;
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
        if (is(dialect.comment)) {
          skipLine();
          continue;
        }
        int number = records.size();
        List<String> fields = new ArrayList<>();
        isNull = false;
        String fault = record(fields);
        String value = null;
        if (fault == null && !isAnyWhole) {
          isAnyWhole = true;
          endsWithComma = fields.size() == 3 && endsEmpty;
        }
        if (fault != null) {
          at = fieldStart;
          skipRestOfLine();
          value = text.substring(fieldStart, at);
          at = start;
          line = startLine;
          skipLine();
        } else if (fields.size() != 2 && !(fields.size() == 3 && endsEmpty && endsWithComma)) {
          fault = "expected 2 fields, found " + fields.size();
        } else if (isNull || fields.get(0).chars().allMatch(c -> c <= ' ')) {
          fault = "value is missing";
          value = isNull || fields.get(0).isEmpty() ? null : fields.get(0);
        }
        records.add(
            fault == null
                ? number + ": " + fields.get(0)
                : "%s line %s %s, %s"
                    .formatted(number, startLine, fault, value == null ? null : cut(value)));
      }
      return records;
    }

    private static String cut(String value) {
      return value.substring(0, Math.min(100, value.length()));
    }

    /** Reads a record and its end. */
    private String record(List<String> fields) {
      while (true) {
        StringBuilder field = new StringBuilder();
        fieldStart = at;
        if (skip(dialect.quote)) {
          while (!closed(field)) {
            if (at == text.length()) {
              return "a quote is not closed to the end of the file";
            }
          }
          if (at < text.length() && !is(dialect.delimiter) && !isLineEnd()) {
            return "text goes on after a closing quote";
          }
        } else {
          while (at < text.length() && !is(dialect.delimiter) && !isLineEnd()) {
            character(field);
          }
          isNull |= fields.isEmpty() && text.substring(fieldStart, at).equals(dialect.escape + "N");
        }
        fields.add(field.toString());
        endsEmpty = at == fieldStart;
        if (at == text.length() || lineEnd()) {
          return null;
        }
        at++;
      }
    }

    /** Reads one more character within quotes; true where it is the closing quote. */
    private boolean closed(StringBuilder field) {
      if (at == text.length()) {
        return false;
      }
      if (!is(dialect.quote)) {
        int from = at;
        if (lineEnd()) {
          field.append(text, from, at);
        } else {
          character(field);
        }
        return false;
      }
      at++;
      if (skip(dialect.quote)) {
        field.append(dialect.quote);
        return false;
      }
      return true;
    }

    /** Reads one character, or an escape and what it escapes. */
    private void character(StringBuilder field) {
      if (!is(dialect.escape) || at + 1 == text.length() || !isEscapable(text.charAt(at + 1))) {
        field.append(text.charAt(at++));
        return;
      }
      at++;
      int from = at;
      if (!lineEnd()) {
        at++;
      }
      field.append(text, from, at);
    }

    private boolean isEscapable(char c) {
      return ("\n\r,;\t|" + dialect.escape + dialect.quote + dialect.delimiter).indexOf(c) >= 0;
    }

    private void skipRestOfLine() {
      while (at < text.length() && !isLineEnd()) {
        character(new StringBuilder());
      }
    }

    private void skipLine() {
      skipRestOfLine();
      lineEnd();
    }

    private boolean is(String character) {
      return character != null && text.startsWith(character, at);
    }

    private boolean skip(String character) {
      boolean isThere = is(character);
      at += isThere ? 1 : 0;
      return isThere;
    }

    private boolean isLineEnd() {
      return text.charAt(at) == '\n' || text.charAt(at) == '\r';
    }

    private boolean lineEnd() {
      if (at < text.length() && isLineEnd()) {
        at += text.startsWith("\r\n", at) ? 2 : 1;
        line++;
        return true;
      }
      return false;
    }
  }
}
