package io.beamgrad.data.rows;

import java.time.DateTimeException;
import java.time.LocalDate;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Reads the day of a file from its path, in this order: folders {@code year=2026/month=11/day=3}; a
 * folder whose name before {@code =} is that of a date or a time, such as {@code dt=20261103},
 * {@code ds=2026-11-03} or {@code hour=2026110314}; the first date {@code 2026-11-03} anywhere;
 * folders {@code 2026/11/03}; and the first eight digits that are such a date and no part of a
 * longer number, of a UUID or of an id.
 */
public final class PathDate {
  private static final int FIRST_YEAR = 1900;
  private static final int LAST_YEAR = 2199;

  private static final Pattern YEAR = name("year|yyyy|y");
  private static final Pattern MONTH = name("month|mm|m");
  private static final Pattern DAY = name("day|dd|d");
  private static final Pattern OF_TIME = name(".*(date|day|time|hour).*|(.*[_-])?(dt|ds|ts|d|ymd)");

  private static final Pattern DASHED =
      Pattern.compile("(?<!\\d)(\\d{4})([-_.])(\\d{2})\\2(\\d{2})(?!\\d)");
  private static final Pattern FOLDERS =
      Pattern.compile("(?<![^/])(\\d{4})[/-](\\d{1,2})/(\\d{1,2})(?=[/.]|$)");
  private static final Pattern DIGITS = Pattern.compile("(?<!\\d)(\\d{4})(\\d{2})(\\d{2})(?!\\d)");
  private static final Pattern WITH_TIME =
      Pattern.compile("(\\d{4})(\\d{2})(\\d{2})([01]\\d|2[0-3])([0-5]\\d){0,2}");

  /** What has digits that are no date. */
  private static final Pattern IDS =
      Pattern.compile(
          "\\p{XDigit}{8}(-\\p{XDigit}{4}){3}-\\p{XDigit}{12}|(?<![^/])([^/=]*[_-])?(?i:u?u?id)=[^/]*");

  private PathDate() {}

  /** The day; empty where the path has none. */
  public static Optional<LocalDate> of(String path) {
    Map<String, String> partitions = Partitions.of(path);
    return ofParts(partitions)
        .or(() -> ofTimes(partitions))
        .or(() -> first(DASHED.matcher(path), 1, 3, 4))
        .or(() -> first(FOLDERS.matcher(path), 1, 2, 3))
        .or(() -> first(DIGITS.matcher(IDS.matcher(path).replaceAll("/")), 1, 2, 3));
  }

  private static Pattern name(String regex) {
    return Pattern.compile(regex, Pattern.CASE_INSENSITIVE);
  }

  /** Of a year, a month and a day in folders of their own; the month may have the year. */
  private static Optional<LocalDate> ofParts(Map<String, String> partitions) {
    String year = value(partitions, YEAR);
    String month = value(partitions, MONTH);
    String day = value(partitions, DAY);
    String date = "%s-%s-%s".formatted(year, month, day);
    Matcher parts = Pattern.compile("(?:null-)?(\\d{4})-?(\\d{1,2})-(\\d{1,2})").matcher(date);
    return parts.matches() ? date(parts, 1, 2, 3) : Optional.empty();
  }

  private static String value(Map<String, String> partitions, Pattern name) {
    return partitions.entrySet().stream()
        .filter(part -> name.matcher(part.getKey()).matches() && part.getValue() != null)
        .map(Map.Entry::getValue)
        .findFirst()
        .orElse("null");
  }

  private static Optional<LocalDate> ofTimes(Map<String, String> partitions) {
    return partitions.entrySet().stream()
        .filter(part -> OF_TIME.matcher(part.getKey()).matches() && part.getValue() != null)
        .flatMap(part -> ofTime(part.getValue()).stream())
        .findFirst();
  }

  private static Optional<LocalDate> ofTime(String value) {
    Matcher withTime = WITH_TIME.matcher(value);
    return withTime.matches()
        ? date(withTime, 1, 2, 3)
        : first(DASHED.matcher(value), 1, 3, 4).or(() -> first(DIGITS.matcher(value), 1, 2, 3));
  }

  /** The first that is a date: there is no 2026-13-45. */
  private static Optional<LocalDate> first(Matcher found, int year, int month, int day) {
    while (found.find()) {
      Optional<LocalDate> date = date(found, year, month, day);
      if (date.isPresent()) {
        return date;
      }
    }
    return Optional.empty();
  }

  private static Optional<LocalDate> date(Matcher of, int year, int month, int day) {
    try {
      LocalDate date =
          LocalDate.of(
              Integer.parseInt(of.group(year)),
              Integer.parseInt(of.group(month)),
              Integer.parseInt(of.group(day)));
      return Optional.of(date)
          .filter(it -> it.getYear() >= FIRST_YEAR && it.getYear() <= LAST_YEAR);
    } catch (DateTimeException e) {
      return Optional.empty();
    }
  }
}
