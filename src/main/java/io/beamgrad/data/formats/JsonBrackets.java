package io.beamgrad.data.formats;

/** Finds the end of a JSON value by its brackets and quotes alone, one byte after the other. */
final class JsonBrackets {
  private int depth;
  private boolean inText;
  private boolean isEscaped;
  private boolean isBegun;
  private boolean isEnded;

  /** Takes a byte; true where it lies behind the value, from its second byte on. */
  boolean isBehind(byte b) {
    if (isEnded) {
      return true;
    }
    if (inText) {
      if (isEscaped) {
        isEscaped = false;
      } else if (b == '\\') {
        isEscaped = true;
      } else if (b == '"') {
        inText = false;
        isEnded = depth == 0;
      }
    } else if (b == '"') {
      inText = true;
    } else if (b == '{' || b == '[') {
      depth++;
    } else if (depth > 0) {
      depth -= b == '}' || b == ']' ? 1 : 0;
      isEnded = depth == 0;
    } else if (!isBegun && (b == '}' || b == ']')) {
      isEnded = true; // a bracket that nothing opened
    } else if (isBegun && (b == ',' || b == ']' || b == '}' || JsonRecords.isBlank(b))) {
      return true; // behind a number or a word
    }
    isBegun = true;
    return false;
  }

  /** Whether the value's last byte was taken. */
  boolean isEnded() {
    return isEnded;
  }

  /** Whether the last byte taken lies between quotes. */
  boolean isInText() {
    return inText;
  }
}
