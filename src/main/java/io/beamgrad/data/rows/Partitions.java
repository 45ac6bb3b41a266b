package io.beamgrad.data.rows;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.net.URLDecoder;
import java.util.LinkedHashMap;
import java.util.Map;

/**
 * Reads the partition columns of a file from its folders, as Hive names them: each row below {@code
 * day=2026-11-23} has that text in its column {@code day}. Escapes such as {@code %3A} are decoded.
 */
public final class Partitions {
  private static final String MISSING = "__HIVE_DEFAULT_PARTITION__";

  private Partitions() {}

  /** The texts by the names of the columns, in the order of the path; null for a missing value. */
  public static Map<String, String> of(String identity) {
    Map<String, String> found = new LinkedHashMap<>();
    int from = 0;
    for (int slash = identity.indexOf('/'); slash >= 0; slash = identity.indexOf('/', from)) {
      String folder = identity.substring(from, slash);
      int equals = folder.indexOf('=');
      if (equals > 0) {
        String value = decoded(folder.substring(equals + 1));
        found.put(decoded(folder.substring(0, equals)), value.equals(MISSING) ? null : value);
      }
      from = slash + 1;
    }
    return found;
  }

  private static String decoded(String text) {
    try {
      return text.indexOf('%') < 0 ? text : URLDecoder.decode(text.replace("+", "%2B"), UTF_8);
    } catch (IllegalArgumentException e) {
      return text; // a percent sign that begins no escape
    }
  }
}
