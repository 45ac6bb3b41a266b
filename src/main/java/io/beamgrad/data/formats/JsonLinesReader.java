package io.beamgrad.data.formats;

import static java.nio.charset.StandardCharsets.UTF_8;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonFactoryBuilder;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.JsonToken;
import com.fasterxml.jackson.core.StreamReadConstraints;
import com.fasterxml.jackson.core.json.JsonReadFeature;
import io.beamgrad.data.rows.FieldParser;
import io.beamgrad.data.rows.RejectText;
import io.beamgrad.data.rows.RowBuilder;
import io.beamgrad.data.rows.RowSink;
import io.beamgrad.data.rows.SourceField;
import io.beamgrad.failure.BrokenFileException;
import io.beamgrad.failure.MissingDataException;
import io.beamgrad.schema.CsvOptions;
import io.beamgrad.schema.FileRange;
import io.beamgrad.schema.ValueKind;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.file.Path;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * Reads files of one JSON object a line, in UTF-8, plain or packed. A column is a key of the
 * object; a key that is not there, or is {@code null}, is a missing value. Numbers are taken from
 * their text, lists of numbers are vectors, and {@code NaN} and {@code Infinity} are understood as
 * Python writes them. Blank lines are no records.
 *
 * <p>A record is rejected where its line is no JSON object or longer than {@value
 * JsonLines#MAX_BYTES} bytes, has a key of the range twice, or a value that its column cannot take.
 */
public final class JsonLinesReader implements TableReader {
  public static final int FIELD_RECORDS = 100;

  private static final JsonFactory JSON =
      new JsonFactoryBuilder()
          .enable(JsonReadFeature.ALLOW_NON_NUMERIC_NUMBERS)
          .streamReadConstraints(
              StreamReadConstraints.builder()
                  .maxStringLength(JsonLines.MAX_BYTES)
                  .maxNumberLength(JsonLines.MAX_BYTES)
                  .build())
          .build();

  /** The keys of the first 100 records, in the order in which they come up. */
  @Override
  public List<SourceField> fields(Path file, String name, CsvOptions csv) {
    try (SourceStream in = SourceStream.open(file, name)) {
      return fields(in);
    }
  }

  /** Keys that the first 100 records lack are missing. */
  @Override
  public Header header(Path file, String name, CsvOptions csv, RowBuilder row) {
    try (SourceStream in = SourceStream.open(file, name)) {
      Set<String> missing = new HashSet<>(row.fieldsNeeded());
      fields(in).forEach(field -> missing.remove(field.name()));
      return new Header(in.isPacked(), null, missing);
    }
  }

  private static List<SourceField> fields(SourceStream in) {
    Map<String, SourceField> fields = new LinkedHashMap<>();
    JsonLines lines = new JsonLines(in);
    for (int record = 0; record < FIELD_RECORDS && lines.next(); record++) {
      try (JsonParser json = parser(lines)) {
        if (lines.isTooLong() || json.nextToken() != JsonToken.START_OBJECT) {
          continue;
        }
        while (json.nextToken() == JsonToken.FIELD_NAME) {
          String name = json.currentName();
          json.nextToken();
          SourceField found = field(name, json);
          fields.merge(name, found, JsonLinesReader::merged);
        }
      } catch (JsonProcessingException e) {
        // The reader rejects this record later.
      } catch (IOException e) {
        throw new UncheckedIOException(in.name() + ": " + e.getMessage(), e);
      }
    }
    return List.copyOf(fields.values());
  }

  private static SourceField field(String name, JsonParser json) throws IOException {
    int length = 0;
    ValueKind kind = kind(json.currentToken());
    if (json.currentToken() == JsonToken.START_ARRAY) {
      while (json.nextToken() != JsonToken.END_ARRAY) {
        kind = length++ == 0 ? kind(json.currentToken()) : kind;
        json.skipChildren();
      }
    } else {
      json.skipChildren();
    }
    return new SourceField(name, kind, length);
  }

  private static ValueKind kind(JsonToken token) {
    return switch (token) {
      case VALUE_NUMBER_INT, VALUE_NUMBER_FLOAT -> ValueKind.NUMBER;
      case VALUE_TRUE, VALUE_FALSE -> ValueKind.BOOLEAN;
      case VALUE_STRING -> ValueKind.TEXT;
      default -> null;
    };
  }

  /** The field of a key that two records have; it is text where their kinds differ. */
  private static SourceField merged(SourceField one, SourceField other) {
    if (one.kind() == null || other.kind() == null) {
      return one.kind() == null ? other : one;
    }
    return one.kind() == other.kind()
        ? one
        : new SourceField(one.name(), ValueKind.TEXT, one.length());
  }

  /**
   * Reads the whole file.
   *
   * @throws IllegalArgumentException where the range is not the whole file, or its columns are not
   *     what a table can have
   * @throws MissingDataException where there is no such file
   * @throws BrokenFileException where a packed file is cut short or corrupt
   */
  @Override
  public long read(FileRange range, RowSink sink) {
    CsvReader.requireWhole(range, "JSON lines");
    Path file = Path.of(range.getPath());
    RowBuilder row = new RowBuilder(range);
    try (SourceStream in =
        SourceStream.open(file, FileIdentity.displayName(file, range.getIdentity()))) {
      JsonLines lines = new JsonLines(in);
      long record = 0;
      for (; lines.next(); record++) {
        row.begin();
        if (lines.isTooLong()) {
          row.fault()
              .set(
                  null,
                  lines.start(),
                  "a line of more than %d bytes".formatted(JsonLines.MAX_BYTES));
        } else {
          readLine(lines, row);
        }
        row.emit(range.getIdentity(), record, lines.line(), sink);
      }
      return record;
    }
  }

  private static void readLine(JsonLines lines, RowBuilder row) {
    try (JsonParser json = parser(lines)) {
      if (json.nextToken() != JsonToken.START_OBJECT) {
        row.fault().set(null, lines.start(), "expected a JSON object");
        return;
      }
      while (json.nextToken() == JsonToken.FIELD_NAME) {
        FieldParser[] columns = row.columnsOf(json.currentName());
        json.nextToken();
        if (columns.length == 0) {
          json.skipChildren();
        } else {
          take(json, columns, row);
        }
      }
      if (json.nextToken() != null) {
        row.fault().set(null, lines.start(), "expected one JSON object, found text behind it");
      }
      row.end();
    } catch (JsonProcessingException e) {
      row.fault().clear();
      row.fault().set(null, lines.start(), "not JSON: " + RejectText.cut(e.getOriginalMessage()));
    } catch (IOException e) {
      throw new UncheckedIOException(e); // of bytes in memory
    }
  }

  /**
   * A parser of the line. Bytes that are not UTF-8 become U+FFFD, which the column then refuses.
   * Jackson would take a line that begins with a zero byte for UTF-16 or UTF-32, so such a line is
   * decoded first.
   */
  private static JsonParser parser(JsonLines lines) throws IOException {
    for (int i = 0; i < Math.min(4, lines.length()); i++) {
      if (lines.bytes()[lines.offset() + i] == 0) {
        return JSON.createParser(new String(lines.bytes(), lines.offset(), lines.length(), UTF_8));
      }
    }
    if (!lines.isAscii()) {
      try {
        UTF_8.newDecoder().decode(ByteBuffer.wrap(lines.bytes(), lines.offset(), lines.length()));
      } catch (CharacterCodingException e) {
        return JSON.createParser(new String(lines.bytes(), lines.offset(), lines.length(), UTF_8));
      }
    }
    return JSON.createParser(lines.bytes(), lines.offset(), lines.length());
  }

  private static void take(JsonParser json, FieldParser[] columns, RowBuilder row)
      throws IOException {
    if (columns[0].isTaken()) {
      row.fault().set(json.currentName(), null, "the key is there twice");
    }
    if (json.currentToken() != JsonToken.START_ARRAY) {
      takeOne(json, columns, false);
      return;
    }
    for (FieldParser column : columns) {
      if (column.takesList()) {
        column.beginList();
      } else {
        column.takeOther("a list", null);
      }
    }
    while (json.nextToken() != JsonToken.END_ARRAY) {
      takeOne(json, columns, true);
    }
    for (FieldParser column : columns) {
      if (column.takesList()) {
        column.endList();
      }
    }
  }

  private static void takeOne(JsonParser json, FieldParser[] columns, boolean inList)
      throws IOException {
    for (FieldParser column : columns) {
      if (inList && !column.takesList()) {
        continue;
      }
      switch (json.currentToken()) {
        case VALUE_STRING, VALUE_NUMBER_INT, VALUE_NUMBER_FLOAT ->
            column.takeText(
                json.getTextCharacters(), json.getTextOffset(), json.getTextLength(), true);
        case VALUE_TRUE, VALUE_FALSE ->
            column.takeBoolean(json.currentToken() == JsonToken.VALUE_TRUE);
        case VALUE_NULL -> column.takeMissing();
        case START_ARRAY -> column.takeOther("a list of lists", null);
        default -> column.takeOther("an object", null);
      }
    }
    json.skipChildren();
  }
}
