package io.beamgrad.data.formats;

import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.JsonToken;
import io.beamgrad.data.rows.SourceField;
import io.beamgrad.data.streams.SourceStream;
import io.beamgrad.failure.BrokenFileException;
import io.beamgrad.schema.ValueKind;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.checkerframework.checker.nullness.qual.Nullable;

/** The fields of the first records of a JSON file, in the order in which they come up. */
final class JsonFields {
  private final Map<String, SourceField> fields = new LinkedHashMap<>();
  private final @Nullable String wrapping;
  private int records;

  /**
   * Reads the first {@value TableReader#FIELD_RECORDS} records.
   *
   * @throws BrokenFileException where none of them is an object that can be read
   */
  JsonFields(SourceStream in) {
    JsonRecords found = JsonRecords.open(in);
    String faulty = null; // what the first record is that is no object
    String hint = null;
    int objects = 0;
    while (records < TableReader.FIELD_RECORDS && found.next()) {
      if (records++ == 0) {
        hint = JsonWrapping.of(found);
      }
      String fault = add(found);
      if (fault == null) {
        objects++;
      } else if (faulty == null) {
        faulty = "line %s: %s".formatted(found.line(), fault);
      }
    }
    wrapping = records == 1 ? hint : null;
    if (objects == 0 && faulty != null) {
      throw new BrokenFileException(
          "%s %s%s".formatted(in.name(), faulty, hint == null ? "" : "; " + hint));
    }
  }

  /** Adds the fields of a record; gives what is wrong where it has none that can be read. */
  private @Nullable String add(JsonRecords record) {
    if (record.isTooLong()) {
      return JsonLinesReader.TOO_LONG;
    }
    int keys = 0;
    try (JsonParser json = JsonLinesReader.parser(record)) {
      if (json.nextToken() != JsonToken.START_OBJECT) {
        return "expected a JSON object, found " + record.start();
      }
      for (; json.nextToken() == JsonToken.FIELD_NAME; keys++) {
        String name = json.currentName();
        json.nextToken();
        addValue(json, name);
      }
      return null;
    } catch (JsonProcessingException e) { // the reader rejects this record later
      return keys > 0 ? null : JsonLinesReader.fault(e);
    } catch (IOException e) {
      throw new UncheckedIOException(e); // of bytes in memory
    }
  }

  private void addValue(JsonParser json, String name) throws IOException {
    if (json.currentToken() == JsonToken.START_OBJECT) {
      addObject(json, name);
    } else if (json.currentToken() == JsonToken.START_ARRAY) {
      addList(json, name);
    } else {
      add(new SourceField(name, kind(json.currentToken()), 0));
    }
  }

  private void addObject(JsonParser json, String name) throws IOException {
    int keys = 0;
    for (; json.nextToken() == JsonToken.FIELD_NAME; keys++) {
      String key = json.currentName();
      json.nextToken();
      addValue(json, name + "." + key);
    }
    if (keys == 0) {
      add(new SourceField(name, null, 0, "an empty object"));
    }
  }

  /** A list of numbers is a field; of other lists the elements are. */
  private void addList(JsonParser json, String name) throws IOException {
    int length = 0;
    ValueKind kind = null; // of the first element that is not null
    boolean isOfValues = true;
    for (; json.nextToken() != JsonToken.END_ARRAY; length++) {
      kind = kind == null ? kind(json.currentToken()) : kind;
      isOfValues &= json.currentToken().isScalarValue() && kind != ValueKind.TEXT;
      if (!isOfValues && length < SourceField.MOST_ELEMENTS) {
        addValue(json, "%s[%s]".formatted(name, length));
      } else {
        json.skipChildren();
      }
    }
    if (length == 0) {
      add(new SourceField(name, null, 0, "an empty list"));
    } else if (isOfValues) {
      add(new SourceField(name, kind, length));
    }
  }

  private void add(SourceField field) {
    fields.merge(field.name(), field, JsonFields::merged);
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
      return one.kind() == null && (other.kind() != null || one.refusal() == null) ? other : one;
    }
    return one.kind() == other.kind()
        ? one
        : new SourceField(one.name(), ValueKind.TEXT, one.length());
  }

  List<SourceField> fields() {
    return SourceField.leaves(fields.values());
  }

  /** How many records there are, up to {@value TableReader#FIELD_RECORDS}. */
  int records() {
    return records;
  }

  /** What to do where the file is one object around the records; null where it does not look so. */
  @Nullable String wrapping() {
    return wrapping;
  }
}
