package io.beamgrad.data;

import de.siegmar.fastcsv.reader.AbstractBaseCsvCallbackHandler;
import de.siegmar.fastcsv.reader.RecordWrapper;
import io.beamgrad.schema.Column;
import io.beamgrad.schema.ColumnType;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;

/**
 * The record that FastCSV is just reading: the names of the columns first, then, once {@link #bind}
 * has chosen columns, the values of one record after the other, straight from the parser's buffer.
 */
final class CsvRow extends AbstractBaseCsvCallbackHandler<CsvRow> {
  private static final Set<String> MISSING = Set.of("", "na", "nan", "null");
  private static final Set<String> INFINITE = Set.of("inf", "infinity");
  private static final int UNUSED = -1;

  private final DecimalParser decimal = new DecimalParser();
  private final List<String> names = new ArrayList<>();

  /** For each field of the file the column that it fills, or {@link #UNUSED}. */
  private int[] columnOfField;

  /** For each column another one of the same name, or {@link #UNUSED}: a feature may be a key. */
  private int[] sameField;

  private Object[] values;
  private boolean[] isNumber;

  private boolean end;
  private boolean endsInQuotes;
  private int faultyField;
  private String faultyValue;
  private String faultReason;

  /** The names of the header, in the file's order, without spaces around them. */
  List<String> names() {
    return names;
  }

  /** Takes the record read last as the header and chooses what of the next ones to keep. */
  void bind(List<Column> columns) {
    columnOfField = new int[names.size()];
    values = new Object[columns.size()];
    isNumber = new boolean[columns.size()];
    sameField = new int[columns.size()];
    Map<String, Integer> columnOfName = new HashMap<>();
    for (int i = 0; i < values.length; i++) {
      Integer same = columnOfName.put(columns.get(i).getName(), i);
      sameField[i] = same == null ? UNUSED : same;
      isNumber[i] = columns.get(i).getType() == ColumnType.FLOATS;
      values[i] = isNumber[i] ? new float[1] : null;
    }
    Arrays.setAll(columnOfField, i -> columnOfName.getOrDefault(names.get(i), UNUSED));
  }

  /**
   * The values in the order of the columns, valid until the next record where there is no fault.
   */
  Object[] values() {
    return values;
  }

  /** The line on which the record starts, from 1. */
  long line() {
    return getStartingLineNumber();
  }

  int fields() {
    return getFieldCount();
  }

  /** Whether this is no record, but {@link CsvText#END}. */
  boolean isEnd() {
    return end;
  }

  /** Whether the file ended within this record's quotes. */
  boolean endsInQuotes() {
    return endsInQuotes;
  }

  /** What is wrong with the first value that is wrong; null where none is. */
  String faultReason() {
    return faultReason;
  }

  String faultyColumn() {
    return names.get(faultyField);
  }

  String faultyValue() {
    return faultyValue;
  }

  @Override
  protected void handleBegin(long startingLineNumber) {
    faultReason = null;
    if (columnOfField == null) {
      names.clear(); // of a blank line before the header
    }
  }

  @Override
  protected void handleField(int field, char[] buffer, int offset, int length, boolean quoted) {
    if (isEndMark(buffer, offset, length)) {
      end = !quoted && field == 0;
      endsInQuotes = quoted;
    } else if (columnOfField == null) {
      names.add(new String(buffer, offset, length).strip());
    } else if (faultReason == null && field < columnOfField.length) {
      for (int column = columnOfField[field]; column != UNUSED; column = sameField[column]) {
        if (isNumber[column]) {
          takeNumber(field, ((float[]) values[column]), buffer, offset, length);
        } else {
          values[column] = text(field, new String(buffer, offset, length), quoted);
        }
      }
    }
  }

  @Override
  protected RecordWrapper<CsvRow> buildRecord() {
    return wrapRecord(this);
  }

  private static boolean isEndMark(char[] buffer, int offset, int length) {
    int start = offset + length - CsvText.END.length();
    return start >= offset
        && buffer[start] == CsvText.END.charAt(0)
        && new String(buffer, start, CsvText.END.length()).equals(CsvText.END);
  }

  private void takeNumber(int field, float[] to, char[] buffer, int offset, int length) {
    int from = offset;
    int until = offset + length;
    while (from < until && isBlank(buffer[from])) {
      from++;
    }
    while (until > from && isBlank(buffer[until - 1])) {
      until--;
    }
    boolean number = decimal.parse(buffer, from, until);
    if (number && Float.isFinite(decimal.value())) {
      to[0] = decimal.value();
      return;
    }
    String value = new String(buffer, offset, length);
    String word = new String(buffer, from, until - from).toLowerCase(Locale.ROOT);
    if (MISSING.contains(word)) {
      fault(field, value, missing(value));
    } else if (number || INFINITE.contains(word.replaceFirst("^[+-]", ""))) {
      fault(field, value, "expected a finite number, found '" + Rejects.cut(value) + "'");
    } else {
      fault(field, value, "expected a number, found '" + Rejects.cut(value) + "'");
    }
  }

  /** Quotes make a text of a word for a missing value, but not of nothing. */
  private String text(int field, String value, boolean quoted) {
    if (value.isBlank() || (!quoted && MISSING.contains(value.strip().toLowerCase(Locale.ROOT)))) {
      fault(field, value, missing(value));
    } else if (value.indexOf(CsvText.NOT_UTF_8) >= 0) {
      fault(field, value, "expected UTF-8, found '" + Rejects.cut(value) + "'");
    }
    return value;
  }

  private void fault(int field, String value, String reason) {
    faultyField = field;
    faultyValue = Rejects.cut(value);
    faultReason = reason;
  }

  private static String missing(String value) {
    return value.isBlank() ? "value is missing" : "value is missing, found '" + value + "'";
  }

  private static boolean isBlank(char c) {
    return c == ' ' || c == '\t';
  }
}
