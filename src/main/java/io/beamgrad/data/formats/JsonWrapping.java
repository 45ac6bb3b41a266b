package io.beamgrad.data.formats;

import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
import java.io.IOException;
import org.checkerframework.checker.nullness.qual.Nullable;

/** Looks whether an object is no record, but has the records or columns of a whole file within. */
final class JsonWrapping {
  private JsonWrapping() {}

  /** What to do with such an object; null where it is a record, as far as one can see. */
  static @Nullable String of(JsonRecords record) {
    boolean isOfColumns = true;
    int keys = 0;
    String key = "";
    boolean isInList = false;
    try (JsonParser json = JsonLinesReader.parser(record)) {
      if (json.nextToken() != JsonToken.START_OBJECT) {
        return null;
      }
      for (; json.nextToken() == JsonToken.FIELD_NAME; keys++) {
        key = json.currentName();
        JsonToken value = json.nextToken();
        isOfColumns &= value.isStructStart();
        if (value == JsonToken.START_ARRAY && json.nextToken() == JsonToken.START_OBJECT) {
          isInList = true;
          json.skipChildren();
          if (json.nextToken() == JsonToken.START_OBJECT) {
            return ofList(key);
          }
          isInList = false;
        }
        skipRest(json, value);
      }
    } catch (IOException e) {
      return isInList ? ofList(key) : null; // only the start of a long record is kept
    }
    return isOfColumns && keys > 1
        ? "it is one object of whole columns; a list of records is needed, as pandas writes with"
            + " orient='records'"
        : null;
  }

  private static String ofList(String key) {
    return "its records are the list '%s' of one object; put that list alone into the file, as jq '.[\"%s\"]' does"
        .formatted(key, key);
  }

  /** Moves to the end of a top-level value, of which a token may have been read. */
  private static void skipRest(JsonParser json, JsonToken value) throws IOException {
    if (value == JsonToken.START_OBJECT) {
      json.skipChildren();
    } else if (value == JsonToken.START_ARRAY) {
      while (!(json.currentToken() == JsonToken.END_ARRAY
          && json.getParsingContext().getParent().inRoot())) {
        if (json.nextToken() == null) {
          return;
        }
      }
    }
  }
}
