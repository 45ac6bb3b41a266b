package io.beamgrad.spec;

import java.util.Arrays;
import java.util.Locale;
import java.util.Optional;
import java.util.regex.Pattern;

/** The word that a spec has for the constant of an enum: {@code dayOfYear} for DAY_OF_YEAR. */
final class EnumWord {
  private static final Pattern NEXT_WORD = Pattern.compile("_(.)");

  private EnumWord() {}

  static String of(Enum<?> constant) {
    return NEXT_WORD
        .matcher(constant.name().toLowerCase(Locale.ROOT))
        .replaceAll(match -> match.group(1).toUpperCase(Locale.ROOT));
  }

  /** The words of all constants of an enum, in their order. */
  static String[] all(Class<?> type) {
    return Arrays.stream(type.getEnumConstants())
        .map(constant -> of((Enum<?>) constant))
        .toArray(String[]::new);
  }

  /** The constant of a word; empty where the enum has none. */
  static Optional<Object> find(Class<?> type, String word) {
    return Arrays.stream(type.getEnumConstants())
        .filter(constant -> of((Enum<?>) constant).equals(word))
        .map(constant -> (Object) constant)
        .findFirst();
  }
}
