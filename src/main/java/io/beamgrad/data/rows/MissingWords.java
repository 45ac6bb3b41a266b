package io.beamgrad.data.rows;

import io.beamgrad.schema.CsvOptions;
import java.util.List;
import java.util.Locale;
import org.checkerframework.checker.nullness.qual.Nullable;

/** The words that a CSV file has for missing values, besides those of all files. */
final class MissingWords {
  private final String[] words; // in lower case

  MissingWords(List<String> words) {
    this.words = words.stream().map(w -> w.strip().toLowerCase(Locale.ROOT)).toArray(String[]::new);
  }

  static MissingWords of(@Nullable CsvOptions options) {
    return new MissingWords(options == null ? List.of() : options.getMissing());
  }

  boolean isEmpty() {
    return words.length == 0;
  }

  /** Whether characters are one of the words, in small or large letters. */
  boolean contains(char[] chars, int fromInclusive, int toExclusive) {
    for (String word : words) {
      if (word.length() == toExclusive - fromInclusive && isAt(word, chars, fromInclusive)) {
        return true;
      }
    }
    return false;
  }

  private static boolean isAt(String word, char[] chars, int from) {
    for (int i = 0; i < word.length(); i++) {
      if (Character.toLowerCase(chars[from + i]) != word.charAt(i)) {
        return false;
      }
    }
    return true;
  }
}
