package io.beamgrad.data.encoding;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.beamgrad.data.rows.CanonicalNumber;
import io.beamgrad.data.rows.TextCodes;
import java.util.Collection;
import java.util.Map;
import java.util.function.Predicate;
import org.checkerframework.checker.nullness.qual.Nullable;

/**
 * The categories or classes that were learned, by text. A text that was not learned is looked up
 * once more in the one other way in which its number is written:
 *
 * <ul>
 *   <li>{@code 7.0} as {@code 7}, where all that was learned are whole numbers without leading
 *       zeros;
 *   <li>{@code 7} as {@code 7.0}, where all that was learned is written as Java writes doubles: in
 *       models of before numbers had a canonical text, and where texts were such.
 * </ul>
 */
final class LearnedTexts implements TextCodes {
  static final int UNKNOWN = -1;

  private static final String FRACTION = ".0";

  private final Map<String, Integer> codes;
  private final Utf8Codes ofUtf8; // the same ones
  private final boolean areWhole;
  private final boolean areDoubles;

  /**
   * @param codes by text; not negative
   * @param constant one of the texts that stands for missing values; null for none
   */
  LearnedTexts(Map<String, Integer> codes, @Nullable String constant) {
    this.codes = codes;
    this.ofUtf8 = new Utf8Codes(codes);
    this.areWhole = all(codes.keySet(), constant, LearnedTexts::isWhole);
    this.areDoubles = all(codes.keySet(), constant, CanonicalNumber::isJavaDouble);
  }

  private static boolean all(
      Collection<String> texts, @Nullable String constant, Predicate<String> predicate) {
    boolean isAny = false;
    for (String text : texts) {
      if (!text.equals(constant)) {
        if (!predicate.test(text)) {
          return false;
        }
        isAny = true;
      }
    }
    return isAny;
  }

  private static boolean isWhole(String text) {
    int first = text.startsWith("-") ? 1 : 0;
    for (int i = first; i < text.length(); i++) {
      if (text.charAt(i) < '0' || text.charAt(i) > '9') {
        return false;
      }
    }
    return text.length() > first && (text.charAt(first) != '0' || text.equals("0"));
  }

  /** The code of a text, or of its number written otherwise; UNKNOWN where neither was learned. */
  int code(String text) {
    Integer known = codes.get(text);
    if (known != null) {
      return known;
    }
    String other = otherwise(text);
    return other == null ? UNKNOWN : codes.getOrDefault(other, UNKNOWN);
  }

  @Override
  public int ofMissing() {
    return UNKNOWN;
  }

  /** As {@link #code}, without a string where the text was learned or is no number. */
  @Override
  public int of(byte[] utf8, int from, int to) {
    int known = ofUtf8.getOrDefault(utf8, from, to, UNKNOWN);
    return known == UNKNOWN && mayBeOtherwise(utf8, from, to)
        ? code(new String(utf8, from, to - from, UTF_8))
        : known;
  }

  private boolean mayBeOtherwise(byte[] utf8, int from, int to) {
    return areDoubles
        || (areWhole
            && to - from > FRACTION.length()
            && utf8[to - 1] == '0'
            && utf8[to - 2] == '.');
  }

  /** As {@link #isOtherwise(String)}. */
  boolean isOtherwise(byte[] utf8, int from, int to) {
    return mayBeOtherwise(utf8, from, to) && isOtherwise(new String(utf8, from, to - from, UTF_8));
  }

  /** Whether numbers were learned that can be written otherwise. */
  boolean areNumbers() {
    return areWhole || areDoubles;
  }

  /** Whether only the number of a text, written otherwise, was learned. */
  boolean isOtherwise(String text) {
    boolean mayBe = areWhole ? text.endsWith(FRACTION) : areDoubles;
    return mayBe && !codes.containsKey(text) && code(text) != UNKNOWN;
  }

  /** The text as the learned ones are written; null where that is no other one. */
  @Nullable String otherwise(String text) {
    if (areWhole && text.endsWith(FRACTION)) {
      String whole = text.substring(0, text.length() - FRACTION.length());
      return isWhole(whole) ? whole : null;
    }
    return areDoubles ? CanonicalNumber.asJavaDouble(text) : null;
  }

  /** How else the number of a learned text is looked up; null where it is in no other way. */
  @Nullable String alternative(String learned) {
    String other =
        areWhole && isWhole(learned)
            ? learned + FRACTION
            : areDoubles && CanonicalNumber.isJavaDouble(learned)
                ? CanonicalNumber.of(Double.parseDouble(learned))
                : null;
    return other == null || codes.containsKey(other) ? null : other;
  }
}
