package io.beamgrad.data.databases;

import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * The names of a snapshot's files. {@code rows.avro} has all rows; {@code rows-to-N.avro} those
 * whose value of the column {@code since} is at most N (a whole number, days since 1970 or
 * microseconds since then), but above that of the file before. So the names that a history keeps
 * say where the next rows begin.
 */
public final class SinceBound {
  /** The name of the file of all rows. */
  public static final String ALL = "rows.avro";

  private static final Pattern NAME = Pattern.compile("rows-to-(-?\\d{1,19})\\.avro");

  private SinceBound() {}

  static String name(long most) {
    return "rows-to-%s.avro".formatted(most);
  }

  /** Whether a file has that name of a snapshot's file. */
  public static boolean isName(String name) {
    return name.equals(ALL) || NAME.matcher(name).matches();
  }

  /** The largest value of a file; the largest long where its name says none. */
  public static long of(String name) {
    Matcher matcher = NAME.matcher(name);
    return matcher.matches() ? Long.parseLong(matcher.group(1)) : Long.MAX_VALUE;
  }
}
