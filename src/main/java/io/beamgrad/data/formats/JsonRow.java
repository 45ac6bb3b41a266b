package io.beamgrad.data.formats;

import com.fasterxml.jackson.core.JsonToken;
import io.beamgrad.data.rows.FieldNode;
import io.beamgrad.data.rows.FieldParser;
import java.io.IOException;
import org.checkerframework.checker.nullness.qual.Nullable;

/** Takes the values of a JSON object into a row. */
final class JsonRow {
  private static final FieldParser[] NO_COLUMNS = {};

  private JsonRow() {}

  /**
   * Takes the values of an object's keys, up to its end.
   *
   * @param object null where no column is named by what lies within
   * @param depth how many keys and indices lead to the values
   */
  static void takeKeys(JsonTokens json, @Nullable FieldNode object, int depth) throws IOException {
    for (int i = 0; json.next() == JsonToken.FIELD_NAME; i++) {
      FieldNode value = json.key(object, i);
      json.next();
      take(json, value, NO_COLUMNS, depth);
    }
  }

  /**
   * Takes a value, and what lies within it.
   *
   * @param place where it is; null where no column is named by it
   * @param listed the columns of the list that it is an element of
   */
  private static void take(
      JsonTokens json, @Nullable FieldNode place, FieldParser[] listed, int depth)
      throws IOException {
    FieldParser[] columns = place != null && place.takes(depth) ? place.columns() : NO_COLUMNS;
    for (FieldParser column : listed) {
      if (column.takesList()) {
        takeOne(json, column);
      }
    }
    if (json.current() == JsonToken.START_ARRAY) {
      takeList(json, place, columns, depth + 1);
      return;
    }
    for (FieldParser column : columns) {
      takeOne(json, column);
    }
    if (json.current() == JsonToken.START_OBJECT) {
      takeKeys(json, place, depth + 1);
    }
  }

  private static void takeList(
      JsonTokens json, @Nullable FieldNode list, FieldParser[] columns, int depth)
      throws IOException {
    for (FieldParser column : columns) {
      if (column.takesList()) {
        column.beginList();
      } else {
        column.takeOther("a list", null);
      }
    }
    for (int i = 0; json.next() != JsonToken.END_ARRAY; i++) {
      take(json, list == null ? null : list.element(i), columns, depth);
    }
    for (FieldParser column : columns) {
      if (column.takesList()) {
        column.endList();
      }
    }
  }

  private static void takeOne(JsonTokens json, FieldParser column) throws IOException {
    switch (json.current()) {
      case START_ARRAY -> column.takeOther("a list of lists", null);
      case START_OBJECT -> column.takeOther("an object", null);
      default -> json.take(column);
    }
  }
}
