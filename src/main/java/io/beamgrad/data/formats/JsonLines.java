package io.beamgrad.data.formats;

import io.beamgrad.data.streams.SourceStream;

/** The lines of a JSON file; blank ones are no records. */
final class JsonLines extends JsonRecords {
  JsonLines(SourceStream in) {
    super(in);
  }

  @Override
  boolean next() {
    while (nextLine()) {
      if (tooLong || !isBlank()) {
        return true;
      }
    }
    return false;
  }

  private boolean nextLine() {
    tooLong = false;
    int end = lineEnd(at);
    while (end == filled) {
      moveToStart();
      end = filled;
      if (!append()) {
        break;
      }
      end = lineEnd(end);
    }
    if (end == at && end == filled && !tooLong) {
      return false;
    }
    int bits = 0; // all bytes of the line or-ed: negative where one is not ASCII
    for (int i = at; i < end; i++) {
      bits |= buffer[i];
    }
    ascii = bits >= 0;
    setRecord(end);
    at = Math.min(end + 1, filled);
    line++;
    return true;
  }

  private int lineEnd(int from) {
    int end = from;
    while (end < filled && buffer[end] != '\n') {
      end++;
    }
    return end;
  }

  private boolean isBlank() {
    for (int i = offset; i < offset + length; i++) {
      if (!isBlank(buffer[i])) {
        return false;
      }
    }
    return true;
  }
}
