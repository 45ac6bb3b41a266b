package io.beamgrad.data.formats;

import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonProcessingException;
import java.io.IOException;
import java.io.UncheckedIOException;

/**
 * Decides by the start of a JSON file whether its records are its lines. It looks as far as the
 * first line goes where that is a whole object, otherwise as far as the first object.
 */
final class JsonLayout {
  private JsonLayout() {}

  /** Looks at the records without reading one. */
  static boolean isOfLines(JsonRecords in) {
    int start = in.at;
    while (start < in.filled || fill(in)) {
      if (!JsonRecords.isBlank(in.buffer[start])) {
        return in.buffer[start] != '[' && (in.buffer[start] != '{' || isOfLines(in, start));
      }
      start++;
    }
    return true;
  }

  private static boolean isOfLines(JsonRecords in, int start) {
    JsonBrackets brackets = new JsonBrackets();
    boolean isFirstLine = true;
    int i = start;
    for (; (i < in.filled || fill(in)) && !brackets.isEnded(); i++) {
      brackets.isBehind(in.buffer[i]);
      if (in.buffer[i] == '\n') {
        isFirstLine = false;
        if (brackets.isInText()) {
          return true; // a line that is cut short
        }
      }
    }
    return isFirstLine ? !brackets.isEnded() || isAlone(in, i) : !isJson(in, start, i);
  }

  /** Whether no other object follows on the line. */
  private static boolean isAlone(JsonRecords in, int from) {
    for (int i = from; i < in.filled || fill(in); i++) {
      byte b = in.buffer[i];
      if (b == '\n' || !JsonRecords.isBlank(b)) {
        return b != '{' && b != ',' && b != '[';
      }
    }
    return true;
  }

  /** Whether the bytes are JSON as far as they go. */
  private static boolean isJson(JsonRecords in, int from, int until) {
    try (JsonParser json = JsonLinesReader.JSON.createParser(in.buffer, from, until - from)) {
      try {
        while (json.nextToken() != null) {
          json.skipChildren();
        }
      } catch (JsonProcessingException e) {
        return json.currentLocation().getByteOffset() >= until - from;
      }
      return true;
    } catch (IOException e) {
      throw new UncheckedIOException(e); // of bytes in memory
    }
  }

  /** Reads more bytes; false at the end, or where no record may be so long. */
  private static boolean fill(JsonRecords in) {
    if (in.filled > JsonRecords.MAX_BYTES) {
      return false;
    }
    in.moveToStart(); // nothing is read yet, so that no byte moves
    return in.append();
  }
}
