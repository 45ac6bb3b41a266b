package io.beamgrad.data.rows;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.beamgrad.schema.CsvOptions;
import java.util.List;
import java.util.Locale;
import org.checkerframework.checker.nullness.qual.Nullable;

/** The words for missing values: those of all files, and further ones that a CSV file has. */
final class MissingWords {
  private static final AsciiWords OF_ALL_FILES = AsciiWords.of("na", "nan", "null");
  private static final int MOST_BYTES_OF_CHAR = 3;

  private final List<String> further; // in lower case
  private final AsciiWords furtherAscii;
  private final int mostBytes; // of a further word

  MissingWords(List<String> further) {
    this.further =
        further.stream()
            .map(word -> word.strip().toLowerCase(Locale.ROOT))
            .filter(word -> !word.isEmpty())
            .toList();
    furtherAscii =
        new AsciiWords(
            this.further.stream().filter(w -> w.chars().allMatch(c -> c < 128)).toList());
    mostBytes = MOST_BYTES_OF_CHAR * this.further.stream().mapToInt(String::length).max().orElse(0);
  }

  static MissingWords of(@Nullable CsvOptions options) {
    return new MissingWords(options == null ? List.of() : options.getMissing());
  }

  /**
   * Whether a text in UTF-8 is one of the words, in small or large letters.
   *
   * @param furtherAlone whether the words of all files do not count
   */
  boolean contains(byte[] utf8, int fromInclusive, int toExclusive, boolean furtherAlone) {
    return (!furtherAlone && OF_ALL_FILES.contains(utf8, fromInclusive, toExclusive))
        || furtherAscii.contains(utf8, fromInclusive, toExclusive)
        || (toExclusive - fromInclusive <= mostBytes
            && !Utf8.isAscii(utf8, fromInclusive, toExclusive)
            && isFurther(new String(utf8, fromInclusive, toExclusive - fromInclusive, UTF_8)));
  }

  private boolean isFurther(String text) {
    StringBuilder small = new StringBuilder(text);
    for (int i = 0; i < text.length(); i++) {
      small.setCharAt(i, Character.toLowerCase(text.charAt(i)));
    }
    return further.contains(small.toString());
  }
}
