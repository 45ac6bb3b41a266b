package io.beamgrad.data.formats;

import static java.nio.charset.StandardCharsets.US_ASCII;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.JsonToken;
import io.beamgrad.data.rows.FieldNode;
import io.beamgrad.data.rows.FieldParser;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.nio.ByteOrder;
import java.util.Arrays;
import java.util.IdentityHashMap;
import org.checkerframework.checker.nullness.qual.Nullable;

/**
 * The tokens of records in plain JSON, found in the bytes themselves: of UTF-8 without escapes, not
 * nested deeply. It stops at whatever else a record has, be it JSON or not, and says no more of it.
 */
final class PlainJson implements JsonTokens {
  private static final int MOST_DEPTH = 64;
  private static final int MOST_KEY_BYTES = 1 << 12;
  private static final byte[] TRUE = "true".getBytes(US_ASCII);
  private static final byte[] FALSE = "false".getBytes(US_ASCII);
  private static final byte[] NULL = "null".getBytes(US_ASCII);

  // Eight bytes are looked at in one long; of the bytes that are marked, the first is right.
  private static final VarHandle LONG =
      MethodHandles.byteArrayViewVarHandle(long[].class, ByteOrder.LITTLE_ENDIAN);
  private static final long ONES = 0x0101010101010101L;
  private static final long HIGH_BITS = ONES << 7;
  private static final long QUOTES = ONES * '"';
  private static final long ESCAPES = ONES * '\\';
  private static final long BLANKS = ONES * ' ';
  private static final long ZEROS = ONES * '0';

  private final NotPlainException notPlain = new NotPlainException();
  private final IdentityHashMap<FieldNode, JsonKeys> keys = new IdentityHashMap<>();
  private FieldNode object; // the one whose keys were asked for last
  private JsonKeys keysOfObject;

  private byte[] bytes;
  private int at;
  private int end;
  private JsonToken token; // null before the first and behind the last
  private int from; // of the token's text
  private int until;
  private int depth; // how many objects and arrays are open
  private long arrays; // bit i: the one that is open at depth i + 1 is an array

  /** Thrown where a record is not plain. */
  static final class NotPlainException extends JsonProcessingException {
    private static final long serialVersionUID = 1;

    NotPlainException() {
      super("");
    }

    @Override
    public synchronized Throwable fillInStackTrace() {
      return this; // one object is thrown again and again
    }
  }

  /** Moves before the first token of a record, which must be valid UTF-8. */
  void begin(byte[] record, int offset, int length) {
    bytes = record;
    at = offset;
    end = offset + length;
    token = null;
    depth = 0;
    arrays = 0;
  }

  @Override
  public JsonToken current() {
    return token;
  }

  @Override
  public @Nullable JsonToken next() throws NotPlainException {
    int b = skipBlanks();
    if (depth == 0) {
      token = token == null ? value(b) : behind(b);
    } else if (token == JsonToken.FIELD_NAME) {
      token = value(b);
    } else if (isInArray()) {
      token = b == ']' ? close(JsonToken.END_ARRAY) : value(behindComma(b, JsonToken.START_ARRAY));
    } else if (b == '}') {
      token = close(JsonToken.END_OBJECT);
    } else {
      token = key(behindComma(b, JsonToken.START_OBJECT));
    }
    return token;
  }

  private boolean isInArray() {
    return (arrays >>> (depth - 1) & 1) != 0;
  }

  private @Nullable JsonToken behind(int b) throws NotPlainException {
    if (b >= 0) {
      throw notPlain;
    }
    return null;
  }

  /** The next byte that is not blank; -1 at the end. */
  private int skipBlanks() {
    int i = at;
    int b = -1;
    for (; i < end; i++) {
      b = bytes[i] & 0xFF;
      if (b != ' ' && b != '\n' && b != '\r' && b != '\t') {
        break;
      }
      b = -1;
    }
    at = i;
    return b;
  }

  /** Moves over the comma that is needed but behind an opening bracket. */
  private int behindComma(int b, JsonToken opening) throws NotPlainException {
    if (token == opening) {
      return b;
    }
    if (b != ',') {
      throw notPlain;
    }
    at++;
    return skipBlanks();
  }

  private JsonToken close(JsonToken closing) {
    at++;
    depth--;
    return closing;
  }

  private JsonToken open(JsonToken opening) throws NotPlainException {
    if (depth == MOST_DEPTH) {
      throw notPlain;
    }
    long bit = 1L << depth++;
    arrays = opening == JsonToken.START_ARRAY ? arrays | bit : arrays & ~bit;
    at++;
    return opening;
  }

  private JsonToken key(int b) throws NotPlainException {
    if (b != '"') {
      throw notPlain;
    }
    return JsonToken.FIELD_NAME; // key(FieldNode, int) reads it
  }

  private JsonToken value(int b) throws NotPlainException {
    return switch (b) {
      case '"' -> text();
      case '{' -> open(JsonToken.START_OBJECT);
      case '[' -> open(JsonToken.START_ARRAY);
      case 't' -> word(TRUE, JsonToken.VALUE_TRUE);
      case 'f' -> word(FALSE, JsonToken.VALUE_FALSE);
      case 'n' -> word(NULL, JsonToken.VALUE_NULL);
      default -> number();
    };
  }

  private JsonToken word(byte[] word, JsonToken meaning) throws NotPlainException {
    int last = at + word.length;
    if (last > end || !Arrays.equals(word, 0, word.length, bytes, at, last)) {
      throw notPlain;
    }
    at = last;
    requireEndOfWord();
    return meaning;
  }

  /** A number or a word ends where something else begins. */
  private void requireEndOfWord() throws NotPlainException {
    if (at < end) {
      byte b = bytes[at];
      if (b != ',' && b != '}' && b != ']' && (b > ' ' || b < 0)) {
        throw notPlain;
      }
    }
  }

  /** Marks the high bit of each byte that is zero, by Mycroft's test. */
  private static long zeros(long eight) {
    return (eight - ONES) & ~eight;
  }

  private JsonToken text() throws NotPlainException {
    skipText();
    return JsonToken.VALUE_STRING;
  }

  /** Moves from a quote behind the next one. */
  private void skipText() throws NotPlainException {
    byte[] in = bytes;
    int last = end;
    int i = at + 1;
    from = i;
    while (i <= last - Long.BYTES) {
      long eight = (long) LONG.get(in, i);
      long marks = zeros(eight ^ QUOTES) | zeros(eight ^ ESCAPES) | ((eight - BLANKS) & ~eight);
      marks &= HIGH_BITS;
      if (marks != 0) {
        i += Long.numberOfTrailingZeros(marks) >>> 3;
        break;
      }
      i += Long.BYTES;
    }
    while (i < last && in[i] != '"' && in[i] != '\\' && (in[i] >= ' ' || in[i] < 0)) {
      i++;
    }
    if (i >= last || in[i] != '"') {
      throw notPlain;
    }
    until = i;
    at = i + 1;
  }

  private JsonToken number() throws NotPlainException {
    byte[] in = bytes;
    int last = end;
    int i = at;
    from = i;
    if (i < last && in[i] == '-') {
      i++;
    }
    int whole = i;
    i = digitsEnd(i);
    if (i > whole + 1 && in[whole] == '0') {
      throw notPlain;
    }
    JsonToken kind = JsonToken.VALUE_NUMBER_INT;
    if (i < last && in[i] == '.') {
      i = digitsEnd(i + 1);
      kind = JsonToken.VALUE_NUMBER_FLOAT;
    }
    if (i < last && (in[i] == 'e' || in[i] == 'E')) {
      i++;
      i = digitsEnd(i < last && (in[i] == '+' || in[i] == '-') ? i + 1 : i);
      kind = JsonToken.VALUE_NUMBER_FLOAT;
    }
    until = i;
    at = i;
    requireEndOfWord();
    return kind;
  }

  /** The end of digits, of which there must be one. */
  private int digitsEnd(int first) throws NotPlainException {
    byte[] in = bytes;
    int last = end;
    int i = first;
    while (i <= last - Long.BYTES) {
      long eight = (long) LONG.get(in, i) ^ ZEROS;
      long marks = (eight | (eight + (0x80 - 10) * ONES)) & HIGH_BITS;
      if (marks != 0) {
        i += Long.numberOfTrailingZeros(marks) >>> 3;
        break;
      }
      i += Long.BYTES;
    }
    while (i < last && in[i] >= '0' && in[i] <= '9') {
      i++;
    }
    if (i == first) {
      throw notPlain;
    }
    return i;
  }

  @Override
  public @Nullable FieldNode key(@Nullable FieldNode of, int number) throws NotPlainException {
    if (of != object) {
      object = of;
      keysOfObject = of == null ? null : keys.computeIfAbsent(of, JsonKeys::new);
    }
    FieldNode place = null;
    int length = of == null ? -1 : keysOfObject.length(number, bytes, at + 1, end);
    if (length >= 0) {
      at += length + 2;
      place = keysOfObject.place(number);
    } else {
      skipText();
      if (until - from > MOST_KEY_BYTES) {
        throw notPlain;
      }
      place = of == null ? null : keysOfObject.find(number, bytes, from, until);
    }
    if (skipBlanks() != ':') {
      throw notPlain;
    }
    at++;
    return place;
  }

  @Override
  public void take(FieldParser column) {
    switch (token) {
      case VALUE_STRING -> column.takeUtf8(bytes, from, until - from);
      case VALUE_NUMBER_INT, VALUE_NUMBER_FLOAT -> column.takeNumber(bytes, from, until - from);
      case VALUE_TRUE, VALUE_FALSE -> column.takeBoolean(token == JsonToken.VALUE_TRUE);
      case VALUE_NULL -> column.takeMissing();
      default -> throw new IllegalStateException("no value: " + token);
    }
  }
}
