package io.beamgrad.export;

import ai.onnx.proto.OnnxMl.TensorProto.DataType;
import io.beamgrad.data.encoding.DateParts;
import io.beamgrad.data.rows.LongsColumn;
import io.beamgrad.schema.DateEncoding;
import io.beamgrad.schema.DatePart;
import io.beamgrad.schema.DatePartEncoding;
import java.time.Instant;
import java.time.ZoneId;
import java.time.zone.ZoneRules;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Supplier;

/**
 * Takes the dates of one column apart by ONNX operators: the counterpart of {@code DateEncoder} and
 * {@link DateParts}. An input is float64, milliseconds since 1970 in UTC as {@link LongsColumn} has
 * them, NaN where one is missing. The calendar is computed in int64, by Howard Hinnant's
 * "chrono-Compatible Low-Level Date Algorithms": years begin in March there, so that the leap day
 * is a year's last. What is asked for twice is one node.
 */
final class OnnxDates {
  static final String DOC =
      "milliseconds since 1970-01-01 in UTC; a time of day is %s and its milliseconds"
          .formatted(LongsColumn.ofTimeOfDay(0));

  private static final double FARTHEST = 0x1p53; // doubles have each millisecond until there
  private static final long MILLIS_PER_DAY = 86_400_000;
  private static final long DAYS_OF_400_YEARS = 146_097;
  private static final long FIRST_OF_MARCH_0000 = -719_468; // in days since 1970
  private static final long MARCH_TO_DECEMBER = 306; // days
  private static final long JANUARY_AND_FEBRUARY = 59;
  private static final long[] MONTH_LENGTHS = {31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31};

  private final OnnxGraph graph;
  private final String x;
  private final DateEncoding encoding;
  private final long offset; // milliseconds from UTC
  private final Map<String, String> known = new HashMap<>(); // values by how they are computed

  /**
   * @param x the input
   * @throws NotInOnnxException where the offset of the encoding's zone changes
   */
  OnnxDates(OnnxGraph graph, String x, DateEncoding encoding) {
    this.graph = graph;
    this.x = x;
    this.encoding = encoding;
    ZoneRules rules = ZoneId.of(encoding.getZone()).getRules();
    if (!rules.isFixedOffset()) {
      throw new NotInOnnxException(
          "column %s is a date in %s, whose offset from UTC is not fixed; ONNX knows no time zones"
              .formatted(x, encoding.getZone()));
    }
    this.offset = 1000L * rules.getOffset(Instant.EPOCH).getTotalSeconds();
  }

  /** Where a date is too far from 1970 for a double, or infinite: booleans {@code [batch, 1]}. */
  String far() {
    return node("Greater", node("Abs", x), number(FARTHEST));
  }

  /** Where there is no date: booleans {@code [batch, 1]}. */
  String missing() {
    return node("IsNaN", x);
  }

  /** The encoded parts, then the indicator: float32 {@code [batch, width]}. */
  List<String> encoded() {
    List<String> numbers = new ArrayList<>();
    for (DatePartEncoding part : encoding.getParts()) {
      boolean hasTime = part.getPart() == DatePart.HOUR || part.getPart() == DatePart.MINUTE;
      String absent = hasTime ? missing() : node("Or", missing(), isTimeOfDay());
      for (String number : numbers(part)) {
        numbers.add(node("Where", absent, zero(), cast(number, DataType.FLOAT)));
      }
    }
    if (encoding.getIndicator()) {
      numbers.add(cast(missing(), DataType.FLOAT));
    }
    return numbers;
  }

  /** The numbers of one part: float64 {@code [batch, 1]}. */
  private List<String> numbers(DatePartEncoding part) {
    String value = value(part.getPart());
    if (DateParts.isCyclic(part.getPart())) {
      String angle = node("Mul", value, number(2 * Math.PI));
      // ONNX Runtime has no cosine of float64.
      String cosine = node("Sin", node("Sub", number(Math.PI / 2), angle));
      return List.of(node("Sin", angle), cosine);
    }
    // What all training rows had the same is 0, as a quotient by infinity is.
    double scale = part.getScale() == 0 ? Double.POSITIVE_INFINITY : part.getScale();
    String shifted = node("Sub", value, number(part.getShift()));
    return List.of(node("Div", shifted, number(scale)));
  }

  /** As {@link DateParts#value}: float64 {@code [batch, 1]}. */
  private String value(DatePart part) {
    return switch (part) {
      case YEAR -> toDouble(year());
      case MONTH -> share(month(), number(12.0));
      case DAY -> share(day(), toDouble(lengthOfMonth()));
      case WEEKDAY -> share(mod(plus(days(), 3), 7), number(7.0)); // 1970 began on a Thursday
      case HOUR -> hour();
      case MINUTE -> share(mod(quotient(millisOfDay(), 60_000), 60), number(60.0));
      case DAY_OF_YEAR -> share(dayOfYear(), toDouble(plus(leap(), 365)));
      case EPOCH_DAYS -> node("Add", toDouble(days()), hour());
    };
  }

  private String share(String count, String all) {
    return node("Div", toDouble(count), all);
  }

  /** The share of a day. */
  private String hour() {
    return share(millisOfDay(), number((double) MILLIS_PER_DAY));
  }

  /** The milliseconds since 1970; 0 where there is nothing to take apart. */
  private String millis() {
    String nothing = node("Or", far(), missing());
    String date = node("Where", nothing, number(0.0), x);
    return cast(node("Floor", date), DataType.INT64);
  }

  private String sinceFirstTimeOfDay() {
    return plus(millis(), -LongsColumn.ofTimeOfDay(0));
  }

  private String isTimeOfDay() {
    return node("Equal", floorQuotient(sinceFirstTimeOfDay(), MILLIS_PER_DAY), number(0L));
  }

  /** The milliseconds since 1970 in the zone; those since midnight of a time of day. */
  private String local() {
    String date = offset == 0 ? millis() : plus(millis(), offset);
    return node("Where", isTimeOfDay(), sinceFirstTimeOfDay(), date);
  }

  private String millisOfDay() {
    return mod(local(), MILLIS_PER_DAY);
  }

  private String days() {
    return floorQuotient(local(), MILLIS_PER_DAY);
  }

  private String daysSinceMarch0000() {
    return plus(days(), -FIRST_OF_MARCH_0000);
  }

  /** The year of 400 whose first of March was last, from 0. */
  private String yearOf400() {
    String day = mod(daysSinceMarch0000(), DAYS_OF_400_YEARS);
    String withoutLeapDays = node("Sub", day, quotient(day, 1460));
    withoutLeapDays = node("Add", withoutLeapDays, quotient(day, 36_524));
    withoutLeapDays = node("Sub", withoutLeapDays, quotient(day, 146_096));
    return quotient(withoutLeapDays, 365);
  }

  /** The day of the year that began in March, from 0. */
  private String daySinceMarch() {
    String year = yearOf400();
    String daysOfYears = node("Add", times(year, 365), quotient(year, 4));
    daysOfYears = node("Sub", daysOfYears, quotient(year, 100));
    return node("Sub", mod(daysSinceMarch0000(), DAYS_OF_400_YEARS), daysOfYears);
  }

  /** The month, 0 for March. */
  private String monthSinceMarch() {
    return quotient(plus(times(daySinceMarch(), 5), 2), 153);
  }

  /** The month, 0 for January. */
  private String month() {
    return mod(plus(monthSinceMarch(), 2), 12);
  }

  /** The day of the month, from 0. */
  private String day() {
    String daysOfMonths = quotient(plus(times(monthSinceMarch(), 153), 2), 5);
    return node("Sub", daySinceMarch(), daysOfMonths);
  }

  private String year() {
    String cycle = floorQuotient(daysSinceMarch0000(), DAYS_OF_400_YEARS);
    String ofMarch = node("Add", times(cycle, 400), yearOf400());
    return node("Add", ofMarch, quotient(monthSinceMarch(), 10)); // 1 in January and February
  }

  /** 1 in a leap year, otherwise 0. */
  private String leap() {
    String ofFour = node("Sub", isMultipleOf(4), isMultipleOf(100));
    return node("Add", ofFour, isMultipleOf(400));
  }

  /** 1 where the year is a multiple, otherwise 0. */
  private String isMultipleOf(long years) {
    return cast(node("Equal", mod(year(), years), number(0L)), DataType.INT64);
  }

  private String lengthOfMonth() {
    String february = cast(node("Equal", month(), number(1L)), DataType.INT64);
    String lengths = once("lengths", () -> graph.longs(x + "_lengths", MONTH_LENGTHS, 12));
    return node("Add", node("Gather", lengths, month()), node("Mul", february, leap()));
  }

  /** The day of the year, from 0. */
  private String dayOfYear() {
    String fromMarch = node("Add", plus(daySinceMarch(), JANUARY_AND_FEBRUARY), leap());
    String beforeMarch = plus(daySinceMarch(), -MARCH_TO_DECEMBER);
    return node("Where", node("Less", month(), number(2L)), beforeMarch, fromMarch);
  }

  private String plus(String value, long number) {
    return node("Add", value, number(number));
  }

  private String times(String value, long number) {
    return node("Mul", value, number(number));
  }

  /** The remainder, from 0 to less than the divisor. */
  private String mod(String value, long divisor) {
    return node("Mod", value, number(divisor));
  }

  /** The quotient of a value that is not negative. */
  private String quotient(String value, long divisor) {
    return node("Div", value, number(divisor));
  }

  /** The quotient rounded down, as that of ONNX is rounded to 0. */
  private String floorQuotient(String value, long divisor) {
    return quotient(node("Sub", value, mod(value, divisor)), divisor);
  }

  private String toDouble(String value) {
    return cast(value, DataType.DOUBLE);
  }

  private String cast(String value, DataType type) {
    return once(value + type, () -> graph.cast(value, type));
  }

  private String number(long number) {
    return once("long " + number, () -> graph.longs(x + "_number", new long[] {number}));
  }

  private String number(double number) {
    return once("double " + number, () -> graph.doubles(x + "_double", new double[] {number}));
  }

  private String zero() {
    return once("zero", () -> graph.floats(x + "_zero", new float[] {0}));
  }

  private String node(String operator, String... inputs) {
    return once(
        operator + Arrays.toString(inputs),
        () -> {
          String result = graph.unique(operator + "_of_" + x);
          graph.node(operator, "", List.of(inputs), List.of(result));
          return result;
        });
  }

  private String once(String how, Supplier<String> value) {
    String known = this.known.get(how);
    if (known == null) {
      known = value.get();
      this.known.put(how, known);
    }
    return known;
  }
}
