package io.beamgrad.data.profile;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.beamgrad.data.rows.Dates;
import io.beamgrad.data.rows.RejectText;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Stream;
import org.checkerframework.checker.nullness.qual.Nullable;

/**
 * Finds the pattern of a column of dates: the first of a list that fits all of its values. Whole
 * numbers are dates where all are a valid {@code yyyyMMdd} or {@code yyyyMMddHHmmss} of 1900 to
 * 2099; or where all are times since 1970 of the years 1990 to 2099 in one unit, more than a day
 * apart, and the column has the name of a time or its values are whole minutes apart.
 */
final class DatePatterns {
  private static final List<String> DAYS =
      List.of(
          "dd.MM.yyyy",
          "d.M.yyyy",
          "dd.MM.yy",
          "d.M.yy",
          "MM/dd/yyyy",
          "M/d/yyyy",
          "MM/dd/yy",
          "M/d/yy",
          "dd/MM/yyyy",
          "d/M/yyyy",
          "dd/MM/yy",
          "d/M/yy",
          "yyyy/MM/dd",
          "yyyy/M/d",
          "dd-MM-yyyy",
          "d-M-yyyy",
          "MM-dd-yyyy",
          "M-d-yyyy",
          "dd-MM-yy",
          "MM-dd-yy",
          "yyyy-M-d",
          "yyyy.MM.dd",
          "yy/MM/dd",
          "dd-MMM-yyyy",
          "d-MMM-yyyy",
          "d-MMM-yy",
          "d MMM yyyy",
          "d MMM yy",
          "d. MMM yyyy",
          "d/MMM/yyyy",
          "dMMMyyyy",
          "MMM d yyyy",
          "MMM d, yyyy",
          "MMM. d, yyyy",
          "yyyy-MMM-dd",
          "yyyy MMM d",
          "EEE d MMM yyyy",
          "EEE, d MMM yyyy",
          "EEE MMM d yyyy",
          "EEE, MMM d, yyyy");
  private static final List<String> TIMES =
      List.of(
          "",
          " HH:mm",
          " HH:mm:ss",
          " H:mm",
          " H:mm:ss",
          " h:mm a",
          " h:mm:ss a",
          " hh:mma",
          ", HH:mm",
          ", HH:mm:ss",
          ", h:mm a",
          ", h:mm:ss a",
          " HH:mm:ss.SSS",
          "'T'HH:mm:ss",
          ":HH:mm:ss",
          ":HH:mm:ss Z",
          " HH:mm:ss Z",
          " HH:mm:ss 'GMT'",
          " HH:mm:ss 'UTC'");
  private static final List<String> OTHERS =
      List.of(
          "EEE MMM d HH:mm:ss yyyy",
          "EEE MMM d HH:mm:ss 'UTC' yyyy",
          "yyyyMMdd HH:mm",
          "yyyyMMdd HH:mm:ss",
          "yyyyMMdd'T'HHmmss",
          "yyyyMMdd'T'HHmmss'Z'",
          "yyyy-MM",
          "yyyy/MM",
          "MM/yyyy",
          "MMM yyyy",
          "MMM-yyyy",
          "MMM-yy",
          "yyyy-MMM");
  private static final List<String> PATTERNS =
      Stream.concat(
              DAYS.stream().flatMap(day -> TIMES.stream().map(time -> day + time)), OTHERS.stream())
          .toList();
  private static final Set<String> TIME_NAMES =
      Set.of(
          "date",
          "time",
          "timestamp",
          "datetime",
          "ts",
          "at",
          "epoch",
          "when",
          "created",
          "updated",
          "modified",
          "utc");
  private static final List<String> UNITS =
      List.of("epochSeconds", "epochMillis", "epochMicros", "epochNanos");
  private static final long FROM_SECONDS = 631_152_000; // 1990
  private static final long UNTIL_SECONDS = 4_102_444_800L; // 2100
  private static final String MOST_NANOS = "4102444800000000000"; // of 19 digits
  private static final long DAY_SECONDS = 86_400;
  private static final int LEAST_REGULAR = 10; // so many values show that they are minutes apart

  /** A pattern that fits so far, and a hash of the times that it gave. */
  private static final class Candidate {
    private final String pattern;
    private final Dates dates;
    private long hash;

    Candidate(String pattern) {
      this.pattern = pattern;
      this.dates = new Dates(pattern.isEmpty() ? null : pattern);
    }

    boolean takes(byte[] utf8) {
      boolean fits = dates.parse(utf8, 0, utf8.length);
      hash = hash * 31 + (fits ? dates.millis() : 0);
      return fits;
    }
  }

  private @Nullable List<Candidate> texts; // null before the first text
  private @Nullable List<Candidate> digits; // null before the first number
  private int fitting; // so many texts fitted some pattern until one did not
  private @Nullable String fitted; // the first pattern that all texts before that one fitted
  private @Nullable String unfit; // that text
  private boolean areWhole = true;
  private boolean areMinutesApart = true;
  private boolean hasTime;
  private long numbers;
  private long first;
  private long least = Long.MAX_VALUE;
  private long largest = Long.MIN_VALUE;

  /** Takes a value that is no number. */
  void addText(String text) {
    if (texts == null) {
      texts = new ArrayList<>();
      if (text.chars().anyMatch(c -> c >= '0' && c <= '9')) {
        texts.add(new Candidate(""));
        PATTERNS.stream().filter(one -> mayFit(one, text)).map(Candidate::new).forEach(texts::add);
      }
    }
    byte[] utf8 = text.getBytes(UTF_8);
    fitted = texts.isEmpty() ? fitted : texts.get(0).pattern;
    texts.removeIf(candidate -> !candidate.takes(utf8));
    fitting += texts.isEmpty() ? 0 : 1;
    unfit = texts.isEmpty() && unfit == null ? text : unfit;
    hasTime = hasTime || text.indexOf(':') >= 0 || text.indexOf('T') >= 8;
  }

  /** Whether a pattern has the blanks and signs of a text, which is soon seen. */
  private static boolean mayFit(String pattern, String text) {
    String wanted = signs(pattern);
    return Stream.of(text, text.replaceAll("(?<=\\p{L})\\.", ""))
        .map(DatePatterns::signs)
        .anyMatch(found -> Stream.of("", "+", "-").anyMatch(zone -> found.equals(wanted + zone)));
  }

  private static String signs(String text) {
    return text.replaceAll("[\\p{L}\\p{N}']+", "").replaceAll("[\\s\\u00A0\\u202F]+", " ");
  }

  /** Takes a value that is a number, as it is written. */
  void addNumber(String text) {
    boolean isWhole = text.length() >= 8 && text.length() <= 19 && text.matches("[1-9][0-9]+");
    areWhole = areWhole && isWhole && (text.length() < 19 || text.compareTo(MOST_NANOS) < 0);
    if (!areWhole) {
      digits = List.of();
      return;
    }
    if (digits == null) {
      digits = new ArrayList<>();
      digits.add(new Candidate("yyyyMMdd"));
      digits.add(new Candidate("yyyyMMddHHmmss"));
    }
    byte[] utf8 = text.getBytes(UTF_8);
    boolean isOfOurTime = text.startsWith("19") || text.startsWith("20");
    digits.removeIf(candidate -> !isOfOurTime || !candidate.takes(utf8));
    long value = Long.parseLong(text);
    first = numbers == 0 ? value : first;
    numbers++;
    least = Math.min(least, value);
    largest = Math.max(largest, value);
    int unit = unit(value);
    areMinutesApart = areMinutesApart && unit >= 0 && (value - first) % (60 * thousands(unit)) == 0;
    hasTime = hasTime || unit < 0 || value % (DAY_SECONDS * thousands(unit)) != 0;
  }

  /** The unit in which a number is a time of 1990 to 2099; -1 for none. */
  private static int unit(long value) {
    for (int unit = 0; unit < UNITS.size(); unit++) {
      if (value >= FROM_SECONDS * thousands(unit) && value / thousands(unit) < UNTIL_SECONDS) {
        return unit;
      }
    }
    return -1;
  }

  private static long thousands(int unit) {
    long units = 1;
    for (int i = 0; i < unit; i++) {
      units *= 1000;
    }
    return units;
  }

  /**
   * The pattern, "" for ISO 8601.
   *
   * @param column its name
   */
  Optional<String> found(String column) {
    if (numbers == 0 && texts != null && digits == null) {
      return texts.stream().map(candidate -> candidate.pattern).findFirst();
    }
    if (texts != null || !areWhole || numbers < 2 || least == largest) {
      return Optional.empty();
    }
    if (!digits.isEmpty()) {
      return Optional.of(digits.get(0).pattern);
    }
    int unit = unit(least);
    boolean isTime =
        unit >= 0
            && unit == unit(largest)
            && largest - least >= DAY_SECONDS * thousands(unit)
            && (hasTimeName(column) || (areMinutesApart && numbers >= LEAST_REGULAR));
    return isTime ? Optional.of(UNITS.get(unit)) : Optional.empty();
  }

  private static boolean hasTimeName(String column) {
    String words = column.replaceAll("(\\p{Ll}|\\p{N})(\\p{Lu})", "$1 $2").toLowerCase(Locale.ROOT);
    return List.of(words.split("[^\\p{L}]+")).stream().anyMatch(TIME_NAMES::contains);
  }

  /**
   * Why texts that begin as dates are none: the pattern of the first ones, and the first text that
   * has another; null where they do not begin so.
   */
  @Nullable String why() {
    if (unfit == null || fitting < LEAST_REGULAR || numbers > 0) {
      return null;
    }
    String dates = "".equals(fitted) ? "ISO dates" : "dates as " + fitted;
    return String.format(
        Locale.ROOT, "the first %,d are %s, but not '%s'", fitting, dates, RejectText.cut(unfit));
  }

  /** True where some date has a time of day. */
  boolean hasTime() {
    return hasTime && !(digits != null && !digits.isEmpty() && digits.get(0).pattern.length() == 8);
  }

  /** The first other pattern that fits all texts but gives other dates; null for none. */
  @Nullable String other() {
    if (texts == null || texts.isEmpty()) {
      return null;
    }
    Candidate best = texts.get(0);
    return texts.stream()
        .filter(candidate -> candidate.hash != best.hash)
        .map(candidate -> candidate.pattern)
        .findFirst()
        .orElse(null);
  }
}
