package io.beamgrad.data.formats;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.beamgrad.data.rows.FieldParser;
import io.beamgrad.data.rows.RowBuilder;
import java.util.ArrayList;
import java.util.List;

/**
 * The record that is just being read: the names of the columns first, then, once {@link #bind} has
 * chosen columns, the values of one record after the other, straight from the bytes of the file.
 */
final class CsvRow {
  private final List<String> names = new ArrayList<>();
  private RowBuilder row;

  /** For each field of the file the columns that it fills; null while names are read. */
  private FieldParser[][] columnsOfField;

  private int fields;
  private boolean endsEmpty;

  /** The names of the header, in the file's order, without spaces around them. */
  List<String> names() {
    return names;
  }

  /** Takes the names of fields, and chooses what of the next records to keep. */
  void bind(List<String> fieldNames, RowBuilder to) {
    names.clear();
    names.addAll(fieldNames);
    row = to;
    columnsOfField = fieldNames.stream().map(to::columnsOf).toArray(FieldParser[][]::new);
  }

  /** The number of fields so far. */
  int fields() {
    return fields;
  }

  /** Whether the last field is nothing behind a delimiter. */
  boolean endsEmpty() {
    return endsEmpty;
  }

  void begin() {
    fields = 0;
    if (columnsOfField == null) {
      names.clear();
    } else {
      row.begin();
    }
  }

  /** Takes the next field. */
  void take(byte[] utf8, int offset, int length, boolean quoted) {
    int field = fields++;
    endsEmpty = length == 0 && !quoted;
    if (columnsOfField == null) {
      names.add(new String(utf8, offset, length, UTF_8).strip());
    } else if (field < columnsOfField.length) {
      for (FieldParser column : columnsOfField[field]) {
        column.takeText(utf8, offset, length, quoted);
      }
    }
  }

  /**
   * Takes a field that the file says is missing.
   *
   * @param text what a column has as its name
   */
  void takeNull(String text) {
    int field = fields++;
    endsEmpty = false;
    if (columnsOfField == null) {
      names.add(text);
    } else if (field < columnsOfField.length) {
      for (FieldParser column : columnsOfField[field]) {
        column.takeMissing();
      }
    }
  }
}
