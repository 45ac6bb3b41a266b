package io.beamgrad.data.formats;

import de.siegmar.fastcsv.reader.AbstractBaseCsvCallbackHandler;
import de.siegmar.fastcsv.reader.RecordWrapper;
import io.beamgrad.data.rows.FieldParser;
import io.beamgrad.data.rows.RowBuilder;
import java.util.ArrayList;
import java.util.List;
import org.checkerframework.checker.nullness.qual.Nullable;

/**
 * The record that FastCSV is just reading: the names of the columns first, then, once {@link #bind}
 * has chosen columns, the values of one record after the other, straight from the parser's buffer.
 * It knows where in the file the record lies, so that a broken one can be read again.
 */
final class CsvRow extends AbstractBaseCsvCallbackHandler<CsvRow> {
  private final CsvText text;
  private final @Nullable CsvEscapes escapes;
  private final List<String> names = new ArrayList<>();
  private RowBuilder row;

  /** For each field of the file the columns that it fills; null while names are read. */
  private FieldParser[][] columnsOfField;

  private boolean end;
  private boolean endsEmpty;
  private long linesEscaped; // in all records
  private long linesEscapedBefore; // in those before this one
  private boolean endsInQuotes;
  private int longField;
  private long startPosition;
  private long startLine;
  private long nextField;
  private long faultPosition;

  /**
   * @param escapes of the text; null where it has none
   */
  CsvRow(CsvText text, @Nullable CsvEscapes escapes) {
    this.text = text;
    this.escapes = escapes;
    startsAt(0);
  }

  /** The names of the header, in the file's order, without spaces around them. */
  List<String> names() {
    return names;
  }

  /** Takes the names of fields, and chooses what of the next records to keep. */
  void bind(List<String> fields, RowBuilder to) {
    names.clear();
    names.addAll(fields);
    row = to;
    columnsOfField = fields.stream().map(to::columnsOf).toArray(FieldParser[][]::new);
  }

  /** A new parser begins, at the start of a line. */
  void startsAt(long position) {
    startPosition = position;
    startLine = 1;
    nextField = position;
    longField = -1;
    end = false;
    endsInQuotes = false;
  }

  /** The line on which the record starts, from 1, where its parser began. */
  long line() {
    return getStartingLineNumber();
  }

  /** The line ends before the record that were escaped, which the parser does not count. */
  long escapedLines() {
    return linesEscapedBefore;
  }

  /** Whether the record ends with a delimiter, behind which there is nothing. */
  boolean endsEmpty() {
    return endsEmpty;
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

  /** The first field that is too long; -1 for none. */
  int longField() {
    return longField;
  }

  /** Where the field begins that is too long or ends in quotes. */
  long faultPosition() {
    return faultPosition;
  }

  /** Where the last record begins of which a field was whole; or the parser's text. */
  long startPosition() {
    return startPosition;
  }

  /** The line of {@link #startPosition}, counted as {@link #line} is. */
  long startLine() {
    return startLine;
  }

  /** The position after the last field that was whole; of the record itself where none was. */
  long nextField() {
    return nextField;
  }

  @Override
  protected void handleBegin(long startingLineNumber) {
    longField = -1;
    endsInQuotes = false;
    linesEscapedBefore = linesEscaped;
    if (columnsOfField == null) {
      names.clear(); // of a blank line before the header
    } else {
      row.begin();
    }
  }

  @Override
  protected void handleField(int field, char[] buffer, int offset, int length, boolean quoted) {
    if (field == 0) {
      startPosition = fieldPosition(offset, quoted);
      startLine = getStartingLineNumber();
      text.keepFrom(startPosition);
    }
    endsEmpty = length == 0 && !quoted;
    nextField = text.position(offset + length + (quoted ? 2 : 1));
    if (length >= FieldParser.MAX_TEXT_CHARS && longField < 0) {
      longField = field;
      faultPosition = fieldPosition(offset, quoted);
    }
    boolean isNull = escapes != null && !quoted && escapes.isNull(buffer, offset, length);
    if (escapes != null) {
      linesEscaped += escapes.restore(buffer, offset, length);
    }
    if (isEndMark(buffer, offset, length)) {
      end = !quoted && field == 0;
      endsInQuotes = quoted;
      faultPosition = fieldPosition(offset, quoted);
    } else if (columnsOfField == null) {
      names.add(new String(buffer, offset, length).strip());
    } else if (field < columnsOfField.length) {
      for (FieldParser column : columnsOfField[field]) {
        if (isNull) {
          column.takeMissing();
        } else {
          column.takeText(buffer, offset, length, quoted);
        }
      }
    }
  }

  @Override
  protected RecordWrapper<CsvRow> buildRecord() {
    return wrapRecord(this);
  }

  private long fieldPosition(int offset, boolean quoted) {
    return text.position(quoted ? offset - 1 : offset);
  }

  private static boolean isEndMark(char[] buffer, int offset, int length) {
    int start = offset + length - CsvText.END.length();
    return start >= offset
        && buffer[start] == CsvText.END.charAt(0)
        && new String(buffer, start, CsvText.END.length()).equals(CsvText.END);
  }
}
