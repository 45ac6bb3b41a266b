package io.beamgrad.data.profile;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.beamgrad.data.files.Xxh64;
import io.beamgrad.data.rows.Dates;
import io.beamgrad.data.rows.DecimalParser;
import io.beamgrad.data.rows.Labels;
import io.beamgrad.data.rows.NumberStyle;
import io.beamgrad.data.rows.TimeOfDay;
import java.time.LocalDateTime;
import java.time.LocalTime;
import java.time.MonthDay;
import java.time.ZoneOffset;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.SortedSet;
import java.util.TreeSet;
import org.checkerframework.checker.nullness.qual.Nullable;

/** Describes the values of a column, read as text, for a first guess of its kind. */
public final class ColumnProfile {
  /** More distinct texts than this are not kept: they are too many for categories. */
  public static final int MOST_TEXTS = 2000;

  /** More different whole numbers than this are no classes. */
  public static final int MOST_CLASSES = 20;

  private static final Set<String> INFINITE = Set.of("inf", "infinity");
  private static final Set<String> FLAGS = Set.of("true", "false", "yes", "no", "t", "f", "y", "n");

  private final String name;
  private final DecimalParser decimal = new DecimalParser();
  private final NumberStyle style;
  private final DatePatterns dates = new DatePatterns();
  private final Set<Character> units = new TreeSet<>(); // % and currencies, 0 for numbers without
  private final Map<String, Long> texts = new HashMap<>(); // at most MOST_TEXTS and one
  private final List<Double> numbers = new ArrayList<>(); // empty once a value is no number
  private long[] hashes = new long[64]; // (values), of the texts
  private long values;
  private long missing;
  private long faults;
  private @Nullable String firstFault;
  private long infinite; // also among the values
  private @Nullable String firstInfinite;
  private long numeric; // values that are finite numbers
  private @Nullable String firstText; // the first value that is no number
  private long words;
  private long textBytes;
  private boolean isNumber = true;
  private boolean isWhole = true;
  private boolean isFlag = true;
  private boolean isCounting = true; // each value one more than the last
  private boolean isTimeOfDay = true;
  private boolean isDigits = true;
  private boolean hasLeadingZero;

  /**
   * @param style how numbers are written
   */
  public ColumnProfile(String name, NumberStyle style) {
    this.name = name;
    this.style = style;
  }

  /** Takes the next value; null where it is missing. */
  public void add(@Nullable String value) {
    if (value == null) {
      missing++;
      return;
    }
    values++;
    String text = value.strip();
    byte[] utf8 = text.getBytes(UTF_8);
    textBytes += utf8.length;
    if (texts.size() <= MOST_TEXTS || texts.containsKey(value)) {
      texts.merge(value, 1L, Long::sum);
    }
    hashes = values <= hashes.length ? hashes : Arrays.copyOf(hashes, 2 * hashes.length);
    hashes[(int) values - 1] = Xxh64.hash(value, 0);
    words += text.split("\\s+").length;
    isDigits = isDigits && text.chars().allMatch(c -> c >= '0' && c <= '9');
    hasLeadingZero = hasLeadingZero || (text.length() > 1 && text.charAt(0) == '0');
    isFlag = isFlag && FLAGS.contains(text.toLowerCase(Locale.ROOT));
    boolean isNumeric =
        style.parse(decimal, utf8, 0, utf8.length, false) && Double.isFinite(decimal.value());
    boolean isInfinite =
        !isNumeric && INFINITE.contains(text.toLowerCase(Locale.ROOT).replaceFirst("^[+-]", ""));
    numeric += isNumeric ? 1 : 0;
    infinite += isInfinite ? 1 : 0;
    firstInfinite = isInfinite && firstInfinite == null ? text : firstInfinite;
    firstText = !isNumeric && firstText == null ? text : firstText;
    isNumber = isNumber && (isNumeric || isInfinite);
    if (isInfinite) {
      dates.addText(text);
    } else if (isNumber) {
      double number = decimal.value();
      isWhole = isWhole && number == Math.rint(number);
      isCounting =
          isCounting && (numbers.isEmpty() || number == numbers.get(numbers.size() - 1) + 1);
      numbers.add(number);
      units.add(NumberStyle.unit(text));
      dates.addNumber(text);
      isTimeOfDay = false;
    } else {
      numbers.clear();
      dates.addText(text);
      isTimeOfDay = isTimeOfDay && TimeOfDay.parse(utf8, 0, utf8.length) >= 0;
    }
  }

  /** Takes a value that cannot be read, which is neither missing nor counted among the values. */
  public void addFault(String why) {
    faults++;
    firstFault = firstFault == null ? why : firstFault;
  }

  public String name() {
    return name;
  }

  /** How many values there are, the missing ones not counted. */
  public long values() {
    return values - infiniteNumbers();
  }

  /** How many values of a column of numbers are infinite, which is a fault. */
  private long infiniteNumbers() {
    return isNumber() ? infinite : 0;
  }

  public long missing() {
    return missing;
  }

  /** How many values cannot be read. */
  public long faults() {
    return faults + infiniteNumbers();
  }

  /** Why the first of these cannot be read; null where there is none. */
  public @Nullable String firstFault() {
    return firstFault == null && infiniteNumbers() > 0
        ? "expected a finite number, found '%s'".formatted(firstInfinite)
        : firstFault;
  }

  /** How many values are numbers, though others may not be. */
  public long numeric() {
    return numeric;
  }

  /** The first value that is no number; null where all are. */
  public @Nullable String firstText() {
    return firstText;
  }

  /** How many distinct values there are, by the hash of each. */
  public long distinct() {
    return Arrays.stream(hashes, 0, (int) values).distinct().count();
  }

  /** The distinct values in order, as many as are kept. */
  public SortedSet<String> texts() {
    return new TreeSet<>(texts.keySet());
  }

  /** The distinct values as a model's labels are sorted. */
  public List<String> labels() {
    return Labels.sorted(texts.keySet());
  }

  /** How many rows the rarest value has. */
  public long rarest() {
    return texts.values().stream().mapToLong(Long::longValue).min().orElse(0);
  }

  /** How many rows the values have together that at least so many rows have. */
  public long rowsOfCategories(long atLeast) {
    return texts.values().stream().mapToLong(Long::longValue).filter(n -> n >= atLeast).sum();
  }

  /** True for digits of which some begin with a zero, such as postal codes. */
  public boolean isCode() {
    return isDigits && hasLeadingZero && values > 0;
  }

  /** The size of all values as text in UTF-8, in bytes. */
  public long textBytes() {
    return textBytes;
  }

  /**
   * True where the values are classes: texts, or whole numbers of which there are few different
   * ones. Else they are numbers.
   */
  public boolean isOfClasses() {
    long distinct = distinct();
    boolean isFew = distinct <= MOST_CLASSES && (distinct == 2 || distinct * 10 <= values());
    return !isNumber() || (isWhole() && isFew);
  }

  /** How many words a value has on average. */
  public double meanWords() {
    return values == 0 ? 0 : (double) words / values;
  }

  public boolean isNumber() {
    return isNumber && numeric > 0 && !isCode();
  }

  /** True for numbers without a fraction. */
  public boolean isWhole() {
    return isNumber() && isWhole;
  }

  public boolean isFlag() {
    return isFlag && values > 0;
  }

  /** True where each value is one more than the one before, as a record's number is. */
  public boolean isCounting() {
    return isWhole() && isCounting && values > 2;
  }

  /** True where all values are different. */
  public boolean isUnique() {
    return distinct() == values;
  }

  /** The pattern of a date that fits all values, "" for ISO 8601; the usual ones first. */
  public Optional<String> datePattern() {
    return values == 0 ? Optional.empty() : dates.found(name);
  }

  /** Another pattern that fits all values too, but gives other dates; null for none. */
  public @Nullable String otherDatePattern() {
    return dates.other();
  }

  /** Why values that begin as dates are none; null where they do not begin so. */
  public @Nullable String whyNoDates() {
    return dates.why();
  }

  /**
   * The unit of time by which dates differ: YEARS where all are of one day of the year, MONTHS
   * where all are of one day of their month or the last one, HOURS where some have a time of day,
   * else DAYS. It is looked at in UTC, in as many distinct values as are kept.
   */
  public ChronoUnit dateStep() {
    String pattern = datePattern().orElseThrow();
    Dates parsed = new Dates(pattern.isEmpty() ? null : pattern);
    Set<MonthDay> daysOfYear = new HashSet<>();
    Set<Integer> daysOfMonth = new HashSet<>();
    boolean areLast = true;
    for (String text : texts.keySet()) {
      byte[] utf8 = text.strip().getBytes(UTF_8);
      if (!parsed.parse(utf8, 0, utf8.length)) {
        continue; // such as an infinite number
      }
      LocalDateTime date =
          LocalDateTime.ofEpochSecond(Math.floorDiv(parsed.millis(), 1000), 0, ZoneOffset.UTC);
      if (!date.toLocalTime().equals(LocalTime.MIDNIGHT)) {
        return ChronoUnit.HOURS;
      }
      daysOfYear.add(MonthDay.from(date));
      daysOfMonth.add(date.getDayOfMonth());
      areLast = areLast && date.plusDays(1).getDayOfMonth() == 1;
    }
    if (daysOfYear.size() <= 1) {
      return ChronoUnit.YEARS;
    }
    return daysOfMonth.size() == 1 || areLast ? ChronoUnit.MONTHS : ChronoUnit.DAYS;
  }

  /** True where dates have a time. */
  public boolean hasTime() {
    return dates.hasTime();
  }

  /** True where some numbers have a percent or currency sign, and others have another or none. */
  public boolean isOfSeveralUnits() {
    return isNumber() && units.size() > 1;
  }

  /** True where all values are times of day. */
  public boolean isTimeOfDay() {
    return isTimeOfDay && hasTime();
  }

  /** True for numbers of at least 0 of which some are a hundred times the median or more. */
  public boolean isSkewed() {
    double[] sorted = numbers.stream().mapToDouble(Double::doubleValue).sorted().toArray();
    double median = sorted.length == 0 ? 0 : sorted[sorted.length / 2];
    return median > 0 && sorted[0] >= 0 && sorted[sorted.length - 1] >= 100 * median;
  }
}
