package io.beamgrad.data.encoding;

import static java.nio.charset.StandardCharsets.US_ASCII;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.io.UncheckedIOException;
import java.util.BitSet;
import java.util.Objects;

/**
 * The characters of words and their lower case, of Unicode 13.0 whatever the Java that runs: those
 * of {@link Character} change from one version of Java to the next, and with them would the inputs
 * of a model.
 */
final class WordLetters {
  private static final String TABLE = "words-unicode-13.txt";
  private static final String LOWER = "lower";
  private static final int PAGE = 256;

  private static final BitSet LETTERS = new BitSet();
  private static final int[][] LOWER_BY = new int[Character.MAX_CODE_POINT / PAGE + 1][];

  static {
    try (InputStream in = WordLetters.class.getResourceAsStream(TABLE)) {
      read(new BufferedReader(new InputStreamReader(Objects.requireNonNull(in), US_ASCII)));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private WordLetters() {}

  /** Each line is {@code FROM[-TO[/STEP]]}, in hexadecimal, and behind a blank what is added. */
  private static void read(BufferedReader table) throws IOException {
    boolean isLower = false;
    for (String line = table.readLine(); line != null; line = table.readLine()) {
      if (line.startsWith("#") || line.equals(LOWER)) {
        isLower |= line.equals(LOWER);
        continue;
      }
      String[] parts = line.split("[ /]");
      String[] ends = parts[0].split("-");
      int from = Integer.parseInt(ends[0], 16);
      int to = Integer.parseInt(ends[ends.length - 1], 16);
      if (!isLower) {
        LETTERS.set(from, to + 1);
        continue;
      }
      int step = line.indexOf('/') < 0 ? 1 : Integer.parseInt(parts[1]);
      for (int letter = from; letter <= to; letter += step) {
        int[] page = LOWER_BY[letter / PAGE];
        page = page == null ? new int[PAGE] : page;
        page[letter % PAGE] = Integer.parseInt(parts[parts.length - 1]);
        LOWER_BY[letter / PAGE] = page;
      }
    }
  }

  /** Whether a code point is a letter, a digit or another number, or the underscore. */
  static boolean isLetter(int codePoint) {
    return LETTERS.get(codePoint);
  }

  /** The lower case of a code point: its simple mapping, which is one code point too. */
  static int lower(int codePoint) {
    int[] page = LOWER_BY[codePoint / PAGE];
    return page == null ? codePoint : codePoint + page[codePoint % PAGE];
  }
}
