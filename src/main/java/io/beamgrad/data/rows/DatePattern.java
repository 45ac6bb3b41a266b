package io.beamgrad.data.rows;

import java.time.format.DateTimeFormatter;
import java.time.format.DateTimeFormatterBuilder;
import java.time.format.ResolverStyle;
import java.time.temporal.ChronoField;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.regex.Pattern;

/**
 * A pattern of {@link DateTimeFormatter} that reads the same on every JDK and in every locale:
 *
 * <ul>
 *   <li>Names of months and days, and AM and PM, are English, in any case; {@code MMM} and {@code
 *       MMMM} both take {@code Sep}, {@code Sept} and {@code September}, {@code EEE} and {@code
 *       EEEE} days alike. Beside a name a point that the pattern does not have may follow it, and
 *       {@code st}, {@code nd}, {@code rd} or {@code th} a number.
 *   <li>Two digits of a year, {@code yy}, are 1969 to 2068, as POSIX has it.
 *   <li>A day that there is not, such as 31.04.2026, is none, and so is 24:00.
 *   <li>A blank is any number of blanks.
 * </ul>
 */
final class DatePattern {
  private static final int FIRST_SHORT_YEAR = 1969;
  private static final List<String> MONTHS =
      List.of(
          "january",
          "february",
          "march",
          "april",
          "may",
          "june",
          "july",
          "august",
          "september",
          "october",
          "november",
          "december");
  private static final List<String> DAYS =
      List.of("monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday");

  /** The written names in lower case to the three letters that the formatter takes. */
  private static final Map<String, String> NAMES = names();

  private static final List<String> ORDINALS = List.of("st", "nd", "rd", "th");

  private static final Pattern BLANKS = Pattern.compile("[ \\t\u00A0\u202F\u2009]+");

  private final DateTimeFormatter formatter;
  private final boolean hasNames;
  private final boolean hasBlanks;
  private final boolean dropsPoints;
  private final boolean dropsOrdinals;

  /**
   * @throws IllegalArgumentException where the pattern is not valid
   */
  DatePattern(String pattern) {
    formatter = formatter(pattern);
    hasNames = pattern.matches(".*(MMM|LLL|E|a).*");
    hasBlanks = pattern.contains(" ") && !pattern.contains("  ") && !pattern.contains("p");
    dropsPoints = pattern.indexOf('.') < 0;
    dropsOrdinals = ORDINALS.stream().noneMatch(ordinal -> pattern.contains("'" + ordinal + "'"));
  }

  /** What the formatter takes for a text. */
  String cleaned(String text) {
    String blanks = hasBlanks ? BLANKS.matcher(text).replaceAll(" ") : text;
    return hasNames ? withShortNames(blanks) : blanks;
  }

  DateTimeFormatter formatter() {
    return formatter;
  }

  private static Map<String, String> names() {
    Map<String, String> names = new HashMap<>();
    for (List<String> all : List.of(MONTHS, DAYS)) {
      for (String name : all) {
        names.put(name, name.substring(0, 3));
        names.put(name.substring(0, 3), name.substring(0, 3));
      }
    }
    names.put("sept", "sep");
    names.put("tues", "tue");
    names.put("thur", "thu");
    names.put("thurs", "thu");
    return Map.copyOf(names);
  }

  private static Map<Long, String> shortNames(List<String> names, int first) {
    Map<Long, String> numbered = new HashMap<>();
    for (int i = 0; i < names.size(); i++) {
      numbered.put((long) first + i, names.get(i).substring(0, 3));
    }
    return numbered;
  }

  private String withShortNames(String text) {
    StringBuilder cleaned = new StringBuilder();
    int at = 0;
    while (at < text.length()) {
      int end = at;
      while (end < text.length() && Character.isLetter(text.charAt(end))) {
        end++;
      }
      if (end == at) {
        cleaned.append(text.charAt(at++));
        continue;
      }
      String word = text.substring(at, end).toLowerCase(Locale.ROOT);
      String name = NAMES.get(word);
      boolean isOrdinal =
          dropsOrdinals && at > 0 && isDigit(text.charAt(at - 1)) && ORDINALS.contains(word);
      cleaned.append(name != null ? name : isOrdinal ? "" : text.substring(at, end));
      boolean skipsPoint =
          name != null && dropsPoints && end < text.length() && text.charAt(end) == '.';
      at = skipsPoint ? end + 1 : end;
    }
    return cleaned.toString();
  }

  private static boolean isDigit(char c) {
    return c >= '0' && c <= '9';
  }

  private static DateTimeFormatter formatter(String pattern) {
    DateTimeFormatterBuilder builder = new DateTimeFormatterBuilder().parseCaseInsensitive();
    StringBuilder plain = new StringBuilder(); // what the builder understands as we do
    boolean hasEra = pattern.indexOf('G') >= 0;
    int at = 0;
    while (at < pattern.length()) {
      int end = endOfRun(pattern, at);
      String run = pattern.substring(at, end);
      char letter = run.charAt(0);
      boolean isText = letter != '\'' && isNamed(run);
      boolean isShortYear = run.equals("yy") || run.equals("uu");
      if (isText || isShortYear) {
        builder.appendPattern(plain.toString());
        plain.setLength(0);
      }
      if (isShortYear) {
        builder.appendValueReduced(ChronoField.YEAR, 2, 2, FIRST_SHORT_YEAR);
      } else if (isText) {
        appendNames(builder, letter);
      } else {
        plain.append(letter == 'y' && !hasEra ? run.replace('y', 'u') : run);
      }
      at = end;
    }
    return builder
        .appendPattern(plain.toString())
        .toFormatter(Locale.ENGLISH)
        .withResolverStyle(hasEra ? ResolverStyle.SMART : ResolverStyle.STRICT);
  }

  /** The end of a run of one letter, of a quoted text, or of one other character. */
  private static int endOfRun(String pattern, int from) {
    char first = pattern.charAt(from);
    if (first == '\'') {
      int close = pattern.indexOf('\'', from + 1);
      return close < 0 ? pattern.length() : close + 1;
    }
    int end = from + 1;
    while (Character.isLetter(first) && end < pattern.length() && pattern.charAt(end) == first) {
      end++;
    }
    return end;
  }

  private static boolean isNamed(String run) {
    return switch (run.charAt(0)) {
      case 'M', 'L' -> run.length() == 3 || run.length() == 4;
      case 'E' -> run.length() <= 4;
      case 'a' -> run.length() == 1;
      default -> false;
    };
  }

  private static void appendNames(DateTimeFormatterBuilder builder, char letter) {
    switch (letter) {
      case 'E' -> builder.appendText(ChronoField.DAY_OF_WEEK, shortNames(DAYS, 1));
      case 'a' -> builder.appendText(ChronoField.AMPM_OF_DAY, Map.of(0L, "AM", 1L, "PM"));
      default -> builder.appendText(ChronoField.MONTH_OF_YEAR, shortNames(MONTHS, 1));
    }
  }
}
