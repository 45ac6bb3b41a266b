package io.beamgrad.data.formats;

import java.io.IOException;
import java.io.Reader;

/**
 * A CSV text whose escaped characters are each one that no text has, a noncharacter of Unicode, so
 * that a parser without escapes takes them for plain ones; {@link #restore} gives them back. A
 * quote, a usual or the job's delimiter, the end of a line, of which the first character alone is
 * escaped where it has two, and the escape itself can be escaped. Before any other character the
 * escape is a character like others.
 */
final class CsvEscapes extends Reader {
  private static final char FIRST = '\uFDD0';
  private static final char LAST = '\uFDEF';
  private static final String ALWAYS = "\n\r,;\t|";
  private static final char NOT_A_CHARACTER = '\uFFFD';

  private final Reader in;
  private final char escape;
  private final String escapable;
  private final char[] buffer = new char[1 << 13];
  private int at;
  private int size;
  private int held = -1; // the character after an escape that is none
  private boolean isAfterReturn; // an escaped one

  CsvEscapes(Reader in, char escape, char quote, char delimiter) {
    this.in = in;
    this.escape = escape;
    this.escapable = ALWAYS + escape + quote + delimiter;
  }

  @Override
  public int read(char[] to, int offset, int length) throws IOException {
    int count = 0;
    while (count < length && (count == 0 || at < size || held >= 0)) {
      int c = nextPlain();
      if (c < 0) {
        return count == 0 ? -1 : count;
      }
      to[offset + count++] = (char) c;
    }
    return count;
  }

  private int nextPlain() throws IOException {
    int c = held >= 0 ? held : next();
    held = -1;
    boolean isRestOfEnd = isAfterReturn && c == '\n';
    isAfterReturn = false;
    if (isRestOfEnd) {
      return FIRST + escapable.indexOf(c);
    }
    if (c != escape) {
      return isReserved(c) ? NOT_A_CHARACTER : c;
    }
    int escaped = next();
    int known = escaped < 0 ? -1 : escapable.indexOf(escaped);
    if (known >= 0) {
      isAfterReturn = escaped == '\r';
      return FIRST + known;
    }
    held = escaped;
    return c;
  }

  private int next() throws IOException {
    if (at == size) {
      at = 0;
      size = Math.max(0, in.read(buffer, 0, buffer.length));
    }
    return size == 0 ? -1 : buffer[at++];
  }

  private static boolean isReserved(int c) {
    return c >= FIRST && c <= LAST;
  }

  /** Puts the escaped characters of a field back; gives the line ends among them. */
  int restore(char[] chars, int offset, int length) {
    int lines = 0;
    for (int i = offset; i < offset + length; i++) {
      if (isReserved(chars[i])) {
        chars[i] = escapable.charAt(chars[i] - FIRST);
        lines += chars[i] == '\n' ? 1 : 0;
      }
    }
    return lines;
  }

  /** The text as the file has it. */
  String written(String text) {
    StringBuilder written = new StringBuilder();
    for (int i = 0; i < text.length(); i++) {
      char c = text.charAt(i);
      if (isReserved(c)) {
        written.append(escape).append(escapable.charAt(c - FIRST));
      } else {
        written.append(c);
      }
    }
    return written.toString();
  }

  /** Whether a field without quotes is MySQL's {@code \N}, which stands for a missing value. */
  boolean isNull(char[] chars, int offset, int length) {
    return length == 2 && chars[offset] == escape && chars[offset + 1] == 'N';
  }

  @Override
  public void close() throws IOException {
    in.close();
  }
}
