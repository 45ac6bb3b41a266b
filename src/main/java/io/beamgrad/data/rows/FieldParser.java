package io.beamgrad.data.rows;

import static java.nio.charset.StandardCharsets.US_ASCII;
import static java.nio.charset.StandardCharsets.UTF_8;

import com.fasterxml.jackson.core.io.schubfach.DoubleToDecimal;
import com.fasterxml.jackson.core.io.schubfach.FloatToDecimal;
import io.beamgrad.schema.Column;
import io.beamgrad.schema.ColumnType;
import io.beamgrad.schema.ValueKind;
import java.math.BigDecimal;
import java.nio.ByteBuffer;
import java.time.Instant;
import java.time.LocalDate;
import java.time.LocalDateTime;
import java.time.LocalTime;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.UUID;
import org.checkerframework.checker.nullness.qual.Nullable;

/**
 * Converts the value of a source's field to the value of a column, or reports a fault. All formats
 * use it, so that a table gives the same bits in every format:
 *
 * <ul>
 *   <li>A number is kept as {@link NumberPrecision} has it, whether it came as text, as an integer
 *       or as a double.
 *   <li>As text, which categories, classes and groups are, a number has its {@link
 *       CanonicalNumber}, whatever type of number the source has: an integer 1, a float or double
 *       1.0, a decimal 1.00 and the JSON number 1e0 are {@code 1}. What is a text in the source is
 *       never changed: {@code 00037} and {@code 1.10} stay. A boolean is {@code true} or {@code
 *       false}, a date {@code 2026-11-23}, a time {@code 2026-11-23T10:15:00}, with a {@code Z}
 *       where it is an instant, a time of day {@code 10:15:00}.
 *   <li>A time of day as a number is its seconds since midnight, with their fraction.
 *   <li>{@code null}, NaN, blank text, and without quotes {@code NA}, {@code NaN} and {@code null}
 *       in any case are missing values. (A number may have quotes.) So are the further words of a
 *       CSV file, with quotes or without.
 *   <li>{@link NumberStyle} says how a number may be written in text.
 * </ul>
 *
 * <p>It writes into the only row of its column, and reports faults to its {@link RowFault}.
 */
public final class FieldParser {
  /** The character that stands for bytes that are no UTF-8. */
  public static final char NOT_UTF_8 = '\uFFFD';

  private static final long MOST_SECONDS = Long.MAX_VALUE / 1000 - 1; // fits as milliseconds

  /** A text of this many characters or more is a fault. */
  public static final int MAX_TEXT_CHARS = 1 << 20;

  private static final String NAN = "NaN";
  private static final AsciiWords INFINITE = AsciiWords.of("inf", "infinity");
  private static final AsciiWords TRUE = AsciiWords.of("true", "yes", "t", "y", "1");
  private static final AsciiWords FALSE = AsciiWords.of("false", "no", "f", "n", "0");
  private static final double NANOS_PER_SECOND = 1e9;
  private static final double MOST_WHOLE = 1L << 53;

  /** How a time is written as text. */
  public enum Clock {
    DATE,
    LOCAL,
    INSTANT
  }

  private final Column column;
  private final ValueKind kind;
  private final boolean isVector;
  private final RawColumn to; // (1)
  private final RowFault fault;
  private final Dates dates; // null unless DATE
  private final DecimalParser decimal = new DecimalParser();
  private final NumberStyle numbers;
  private final MissingWords missingWords;
  private byte[] scratch = new byte[64];

  private boolean taken;
  private boolean inList;
  private int elements;

  /**
   * @param to the column, whose only row is written
   * @throws IllegalArgumentException where the column is of a kind that tables do not have
   */
  FieldParser(RawColumn to, RowFault fault, NumberStyle numbers, MissingWords missingWords) {
    this.to = to;
    this.column = to.column();
    requireOfTable(column);
    this.kind = column.getKind();
    this.isVector = !column.getShape().isEmpty();
    this.fault = fault;
    this.numbers = numbers;
    this.missingWords = missingWords;
    this.dates = kind == ValueKind.DATE ? new Dates(column.getPattern()) : null;
  }

  private static void requireOfTable(Column column) {
    ColumnType expected =
        switch (column.getKind()) {
          case NUMBER, BOOLEAN -> ColumnType.FLOATS;
          case DATE -> ColumnType.LONGS;
          case TEXT -> ColumnType.STRINGS;
        };
    int mostDimensions = expected == ColumnType.FLOATS ? 1 : 0;
    if (column.getType() != expected || column.getShape().size() > mostDimensions) {
      throw new IllegalArgumentException(
          "column %s: a table has numbers and booleans as FLOATS[] or FLOATS[n], dates as LONGS[],"
                  .formatted(column.getName())
              + " text as STRINGS[], was %s as %s%s"
                  .formatted(column.getKind(), column.getType(), column.getShape()));
    }
  }

  /** Begins a new row, which has no value yet. */
  void clear() {
    taken = false;
    inList = false; // of a record that broke off within a list
  }

  /** Whether the row has its value. */
  public boolean isTaken() {
    return taken;
  }

  /**
   * Takes a text in UTF-8.
   *
   * @param quoted whether it had quotes, or is a text by its type: then NA is a text too
   */
  public void takeText(byte[] utf8, int offset, int length, boolean quoted) {
    taken = true;
    int until = offset + length;
    int from = Utf8.skipBlanks(utf8, offset, until);
    until = Utf8.withoutLastBlanks(utf8, from, until);
    boolean isText = kind == ValueKind.TEXT;
    if (length >= MAX_TEXT_CHARS && isTooLong(utf8, offset, length)) {
      return;
    }
    if (from == until || missingWords.contains(utf8, from, until, isText && quoted)) {
      missing(utf8, offset, length);
    } else if (isText) {
      putText(utf8, offset, length);
    } else if (kind == ValueKind.NUMBER
        && !isVector
        && parseNumber(utf8, from, until)
        && Double.isFinite(decimal.value())) {
      ((FloatsColumn) to).set(0, decimal.value(), decimal.rest());
    } else if (kind == ValueKind.DATE && dates.parse(utf8, from, until)) {
      ((LongsColumn) to).set(0, dates.millis());
    } else if (isVector && !inList) {
      takeListOfText(utf8, from, until);
    } else if (!takeElement(utf8, from, until)) {
      refuse(utf8, offset, length, from, until);
    }
  }

  /** Takes a text. */
  public void takeText(String text, boolean quoted) {
    int most = Utf8.MOST_BYTES * text.length();
    if (text.length() >= MAX_TEXT_CHARS) {
      byte[] utf8 = text.getBytes(UTF_8);
      takeText(utf8, 0, utf8.length, quoted);
      return;
    }
    if (scratch.length < most) {
      scratch = new byte[2 * most];
    }
    takeText(scratch, 0, Utf8.encode(text, scratch), quoted);
  }

  /** Takes a text in UTF-8 that is one by its type. */
  public void takeUtf8(byte[] bytes, int offset, int length) {
    takeText(bytes, offset, length, true);
  }

  private boolean isTooLong(byte[] utf8, int offset, int length) {
    String text = new String(utf8, offset, length, UTF_8);
    boolean isTooLong = text.length() >= MAX_TEXT_CHARS;
    if (isTooLong) {
      fault.set(column.getName(), text, tooLong(text.length()));
    }
    return isTooLong;
  }

  private static String tooLong(long length) {
    return "expected less than %s characters, found %s".formatted(MAX_TEXT_CHARS, length);
  }

  private void putText(byte[] utf8, int offset, int length) {
    if (Utf8.isText(utf8, offset, offset + length)) {
      ((TextsColumn) to).set(0, utf8, offset, length);
    } else {
      String found = new String(utf8, offset, length, UTF_8);
      fault.set(column.getName(), found, "expected UTF-8, found '" + RejectText.cut(found) + "'");
    }
  }

  /** Parses a number however it is written. */
  private boolean parseNumber(byte[] utf8, int from, int until) {
    return numbers.parse(decimal, utf8, from, until, inList);
  }

  /** Takes a number or boolean of a list, or a single boolean. */
  private boolean takeElement(byte[] utf8, int from, int until) {
    if (kind == ValueKind.NUMBER) {
      if (parseNumber(utf8, from, until) && Double.isFinite(decimal.value())) {
        put(decimal.value(), decimal.rest());
        return true;
      }
      long nanosOfDay = TimeOfDay.parse(utf8, from, until);
      if (nanosOfDay >= 0) {
        takeDouble(nanosOfDay / NANOS_PER_SECOND);
        return true;
      }
    } else if (kind == ValueKind.BOOLEAN) {
      boolean isTrue = TRUE.contains(utf8, from, until);
      if (isTrue || FALSE.contains(utf8, from, until)) {
        put(isTrue ? 1 : 0, 0);
        return true;
      }
    }
    return false;
  }

  /**
   * Takes a list such as {@code [1, 2, 3]}; also without brackets, or with spaces or semicolons
   * between the numbers.
   */
  private void takeListOfText(byte[] utf8, int from, int until) {
    boolean brackets = utf8[from] == '[' && utf8[until - 1] == ']' && until - from > 1;
    int at = Utf8.skipBlanks(utf8, brackets ? from + 1 : from, until);
    int end = brackets ? until - 1 : until;
    beginList();
    boolean more = at < end;
    while (more) {
      int start = at;
      while (at < end && Utf8.blankAt(utf8, at, end) == 0 && !isBetween(utf8[at])) {
        at++;
      }
      takeText(utf8, start, at - start, false);
      at = Utf8.skipBlanks(utf8, at, end);
      more = at < end;
      if (more && isBetween(utf8[at])) {
        at = Utf8.skipBlanks(utf8, at + 1, end); // another number follows, even if it is missing
      }
    }
    endList();
  }

  /** Whether a character is between the numbers of a list; a comma that begins fractions is not. */
  private boolean isBetween(byte c) {
    return c == ';' || (c == ',' && !numbers.hasDecimalComma());
  }

  /** Reports what is wrong with a text that does not parse. */
  private void refuse(byte[] utf8, int offset, int length, int from, int until) {
    String found = new String(utf8, offset, length, UTF_8);
    int unsigned = utf8[from] == '+' || utf8[from] == '-' ? from + 1 : from;
    boolean isInfinite =
        kind == ValueKind.NUMBER
            && (INFINITE.contains(utf8, unsigned, until) || parseNumber(utf8, from, until));
    wrong(isInfinite ? "a finite number" : expected(), found);
  }

  /** Takes an integer. */
  public void takeLong(long value) {
    taken = true;
    if (isScalar() && kind == ValueKind.NUMBER) {
      put((double) value, NumberPrecision.rest(value));
    } else {
      takeText(Long.toString(value), true);
    }
  }

  /** Takes a double. */
  public void takeDouble(double value) {
    taken = true;
    if (Double.isNaN(value)) {
      takeMissing(NAN);
    } else if (isScalar() && kind == ValueKind.NUMBER && Float.isFinite((float) value)) {
      put(NumberPrecision.kept(value), 0);
    } else {
      takeWholeOrText(
          value, writesNumbers() ? CanonicalNumber.of(value) : DoubleToDecimal.toString(value));
    }
  }

  /** Takes a float. */
  public void takeFloat(float value) {
    taken = true;
    if (Float.isNaN(value)) {
      takeMissing(NAN);
    } else if (isScalar() && kind == ValueKind.NUMBER && Float.isFinite(value)) {
      put(value, 0);
    } else {
      takeWholeOrText(
          value, writesNumbers() ? CanonicalNumber.of(value) : FloatToDecimal.toString(value));
    }
  }

  /**
   * Takes a number as text; a column of booleans takes 1.0 and 0.0 as true and false, one of dates
   * whole numbers as their digits.
   */
  private void takeWholeOrText(double value, String text) {
    boolean isWhole = value == Math.rint(value) && Math.abs(value) < MOST_WHOLE;
    boolean takesWhole =
        kind == ValueKind.DATE || (kind == ValueKind.BOOLEAN && (value == 0 || value == 1));
    takeText(isWhole && takesWhole ? Long.toString((long) value) : text, true);
  }

  public void takeDecimal(BigDecimal value) {
    takeText(writesNumbers() ? CanonicalNumber.of(value) : value.toString(), true);
  }

  /** Takes the digits, in ASCII, of what the source says is a number; NaN is a missing value. */
  public void takeNumber(byte[] ascii, int offset, int length) {
    if (ascii[offset] == 'N') {
      takeMissing(NAN);
      return;
    }
    String number =
        writesNumbers() ? CanonicalNumber.of(new String(ascii, offset, length, US_ASCII)) : null;
    if (number == null) {
      takeUtf8(ascii, offset, length);
    } else {
      takeText(number, true);
    }
  }

  /** Whether a number becomes a text, or a date that is parsed from one. */
  private boolean writesNumbers() {
    return kind == ValueKind.TEXT || kind == ValueKind.DATE;
  }

  public void takeBoolean(boolean value) {
    taken = true;
    if (isScalar() && kind == ValueKind.BOOLEAN) {
      put(value ? 1 : 0, 0);
    } else {
      takeText(Boolean.toString(value), true);
    }
  }

  /**
   * Takes a date or time.
   *
   * @param seconds since 1970 in UTC
   * @param nanos the nanoseconds of the second, from 0
   */
  public void takeTime(long seconds, int nanos, Clock clock) {
    taken = true;
    if (seconds < -MOST_SECONDS || seconds > MOST_SECONDS) {
      takeOther("one over 292 million years from 1970", null);
      return;
    }
    if (kind == ValueKind.DATE) {
      long millis = seconds * 1000 + nanos / 1_000_000;
      if (LongsColumn.isTimeOfDay(millis)) {
        takeOther("one of the one day that stands for times of day", null);
      }
      ((LongsColumn) to).set(0, millis);
      return;
    }
    LocalDateTime time = LocalDateTime.ofEpochSecond(seconds, nanos, ZoneOffset.UTC);
    String text =
        clock == Clock.DATE
            ? time.toLocalDate().toString()
            : DateTimeFormatter.ISO_LOCAL_DATE_TIME.format(time);
    takeText(clock == Clock.INSTANT ? text + "Z" : text, true);
  }

  /**
   * Takes a time of day, which no time zone moves.
   *
   * @param nanos since midnight
   */
  public void takeTimeOfDay(long nanos) {
    taken = true;
    if (nanos < 0 || nanos >= TimeOfDay.NANOS_PER_DAY) {
      takeOther("a time of day outside of its 24 hours", null);
    } else if (kind == ValueKind.DATE) {
      ((LongsColumn) to).set(0, LongsColumn.ofTimeOfDay(nanos / 1_000_000));
    } else if (kind == ValueKind.NUMBER && isScalar()) {
      takeDouble(nanos / NANOS_PER_SECOND);
    } else {
      takeText(TimeOfDay.text(nanos), true);
    }
  }

  /** Takes a missing value. */
  public void takeMissing() {
    takeMissing(null);
  }

  private void takeMissing(@Nullable String found) {
    taken = true;
    missing(found == null ? "" : found);
  }

  private void missing(byte[] utf8, int offset, int length) {
    missing(column.getNullable() ? "" : new String(utf8, offset, length, UTF_8));
  }

  private void missing(String found) {
    if (!column.getNullable()) {
      fault.set(
          column.getName(),
          found.isEmpty() ? null : found,
          found.chars().allMatch(c -> NumberStyle.isBlank((char) c))
              ? "value is missing"
              : "value is missing, found '" + RejectText.cut(found) + "'");
    } else if (inList) {
      put(Double.NaN, 0);
    } else {
      to.setMissing(0);
    }
  }

  /** Begins a list, whose elements are taken next. */
  public void beginList() {
    taken = true;
    inList = isVector;
    elements = 0;
  }

  /** Whether the column is a vector, which takes lists. */
  public boolean takesList() {
    return isVector;
  }

  public void endList() {
    inList = false;
    if (elements != to.width()) {
      fault.set(
          column.getName(),
          null,
          "expected %s %s, found %s".formatted(to.width(), plural(), elements));
    }
  }

  /** Refuses a value of a type that no column takes. */
  public void takeOther(String what, @Nullable String found) {
    taken = true;
    fault.set(column.getName(), found, "expected " + expected() + ", found " + what);
  }

  /** Takes a value of any type that a source may have. */
  void take(@Nullable Object value) {
    if (value == null) {
      takeMissing();
    } else if (value instanceof String text) {
      takeText(text, true);
    } else if (value instanceof Boolean flag) {
      takeBoolean(flag);
    } else if (value instanceof Float number) {
      takeFloat(number);
    } else if (value instanceof Double number) {
      takeDouble(number);
    } else if (value instanceof Long
        || value instanceof Integer
        || value instanceof Short
        || value instanceof Byte) {
      takeLong(((Number) value).longValue());
    } else if (value instanceof CharSequence text) {
      takeText(text.toString(), true);
    } else if (value instanceof Number number) {
      takeDecimal(new BigDecimal(number.toString()));
    } else if (value instanceof LocalDate date) {
      takeTime(date.toEpochDay() * 86_400, 0, Clock.DATE);
    } else if (value instanceof LocalDateTime time) {
      Instant inUtc = time.toInstant(ZoneOffset.UTC);
      takeTime(inUtc.getEpochSecond(), inUtc.getNano(), Clock.LOCAL);
    } else if (value instanceof Instant time) {
      takeTime(time.getEpochSecond(), time.getNano(), Clock.INSTANT);
    } else if (value instanceof LocalTime time) {
      takeTimeOfDay(time.toNanoOfDay());
    } else if (value instanceof UUID id) {
      takeText(id.toString(), true);
    } else if (value instanceof byte[] bytes) {
      takeUtf8(bytes, 0, bytes.length);
    } else if (value instanceof ByteBuffer buffer) {
      byte[] bytes = new byte[buffer.remaining()];
      buffer.duplicate().get(bytes);
      takeUtf8(bytes, 0, bytes.length);
    } else if (value instanceof float[] numbers && isVector) {
      takeAll(numbers);
    } else if (value instanceof double[] numbers && isVector) {
      takeAll(numbers);
    } else if (value instanceof long[] numbers && isVector) {
      takeAll(numbers);
    } else if (value instanceof Iterable<?> list) {
      takeList(list);
    } else if (value.getClass().getName().startsWith("org.joda.time.")) {
      takeJodaTime(value); // in a method of its own, as the model jar has no Joda
    } else {
      takeOther("a " + value.getClass().getSimpleName(), value.toString());
    }
  }

  private void takeAll(float[] numbers) {
    beginList();
    for (float number : numbers) {
      takeFloat(number);
    }
    endList();
  }

  private void takeAll(double[] numbers) {
    beginList();
    for (double number : numbers) {
      takeDouble(number);
    }
    endList();
  }

  private void takeAll(long[] numbers) {
    beginList();
    for (long number : numbers) {
      takeLong(number);
    }
    endList();
  }

  private void takeJodaTime(Object value) {
    if (value instanceof org.joda.time.ReadableInstant time) {
      long millis = time.getMillis();
      takeTime(
          Math.floorDiv(millis, 1000L),
          (int) Math.floorMod(millis, 1000L) * 1_000_000,
          Clock.INSTANT);
    } else {
      takeOther("a " + value.getClass().getSimpleName(), value.toString());
    }
  }

  private void takeList(Iterable<?> list) {
    if (!isVector || inList) {
      takeOther("a list", list.toString());
      return;
    }
    beginList();
    list.forEach(this::take);
    endList();
  }

  private boolean isScalar() {
    return isVector == inList;
  }

  private void put(double value, int rest) {
    int index = inList ? elements++ : 0;
    if (index < to.width()) {
      ((FloatsColumn) to).set(index, value, rest);
    }
  }

  private void wrong(String expected, String found) {
    if (inList) {
      elements++;
    }
    fault.set(
        column.getName(),
        found,
        "expected %s, found '%s'".formatted(expected, RejectText.cut(found)));
  }

  private String expected() {
    if (isVector && !inList) {
      return "a list of %s %s".formatted(to.width(), plural());
    }
    return switch (kind) {
      case NUMBER -> numbers.described();
      case BOOLEAN -> "true or false";
      case DATE ->
          column.getPattern() == null
              ? "a date or time"
              : "a date or time as " + column.getPattern();
      case TEXT -> "a text";
    };
  }

  private String plural() {
    return kind == ValueKind.BOOLEAN ? "booleans" : "numbers";
  }
}
