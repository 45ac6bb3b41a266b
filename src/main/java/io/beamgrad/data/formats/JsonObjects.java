package io.beamgrad.data.formats;

import io.beamgrad.failure.BrokenFileException;

/**
 * The objects of a JSON file in any layout: the elements of an array, on one line or many, or
 * objects one after the other, with or without commas between them. A record is what lies between
 * an opening bracket and its closing one, so that a broken record is a reject and the next one is
 * read; only where a bracket or a quote is not closed has the rest no records.
 */
final class JsonObjects extends JsonRecords {
  private long lines = 1; // at which the next byte is
  private long records;
  private boolean inArray;
  private long arrayLine;

  JsonObjects(JsonRecords start) {
    super(start);
  }

  @Override
  boolean next() {
    tooLong = false;
    if (!toRecord()) {
      if (inArray) {
        throw new BrokenFileException(
            "%s: the array that begins at line %s is not closed after %s records; is it cut short?"
                .formatted(name(), arrayLine, records));
      }
      return false;
    }
    line = lines;
    records++;
    int end = end();
    if (end < 0) {
      throw new BrokenFileException(
          "%s: record %s, which begins at line %s, does not end: the file is cut short, or a quote or bracket is not closed"
              .formatted(name(), records, line));
    }
    setRecord(end);
    at = end;
    return true;
  }

  /** Moves to the first byte of the next record; false at the end of the file. */
  private boolean toRecord() {
    while (at < filled || refill()) {
      byte b = buffer[at];
      if (b == '\n') {
        lines++;
      } else if (b == '[' && !inArray) {
        inArray = true;
        arrayLine = lines;
      } else if (b == ']' && inArray) {
        inArray = false;
      } else if (b != ',' && !isBlank(b)) {
        return true;
      }
      at++;
    }
    return false;
  }

  private boolean refill() {
    moveToStart();
    return append();
  }

  /** The end of the record that begins at {@code at}; -1 where the file ends before it does. */
  private int end() {
    JsonBrackets brackets = new JsonBrackets();
    int bits = 0;
    int i = at;
    while (true) {
      for (; i < filled; i++) {
        byte b = buffer[i];
        if (brackets.isBehind(b)) {
          ascii = bits >= 0;
          return i;
        }
        bits |= b;
        lines += b == '\n' ? 1 : 0;
      }
      moveToStart();
      i = filled;
      if (!append()) {
        ascii = bits >= 0;
        return brackets.isBehind((byte) '\n') ? filled : -1;
      }
    }
  }
}
