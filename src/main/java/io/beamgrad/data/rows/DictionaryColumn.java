package io.beamgrad.data.rows;

import java.util.Arrays;
import java.util.Objects;
import java.util.function.ToIntFunction;

/**
 * Texts of rows by a dictionary, as a chunk or block keeps them: what is looked up or counted for
 * each text need be so once for each entry, not for each row. Safe for use by several threads once
 * it is filled.
 */
public final class DictionaryColumn {
  private static final int MISSING = -1;
  private static final int MOST_CODES = 4;

  /** A text's object, its array's header and padding, and the codes that askers make of it. */
  private static final int ENTRY_BYTES = 48 + MOST_CODES * Integer.BYTES;

  private int[] indexes = new int[0]; // (at least rows); MISSING for none
  private String[] dictionary = new String[0];
  private volatile Codes[] codes = {}; // the latest last; replaced, never written to

  /** What one asker makes of each entry. */
  private static final class Codes {
    private final Object asker;
    private final int[] ofEntry;

    Codes(Object asker, int[] ofEntry) {
      this.asker = asker;
      this.ofEntry = ofEntry;
    }
  }

  /** The column of some texts, null where one is missing. */
  public static DictionaryColumn of(String[] texts) {
    DictionaryColumn column = new DictionaryColumn();
    String[] distinct =
        Arrays.stream(texts).filter(Objects::nonNull).distinct().sorted().toArray(String[]::new);
    column.reset(texts.length, distinct);
    for (int row = 0; row < texts.length; row++) {
      column.indexes[row] =
          texts[row] == null ? MISSING : Arrays.binarySearch(distinct, texts[row]);
    }
    return column;
  }

  /** Room for so many rows in {@link #indexes}; what the rows were before is forgotten. */
  public void reset(int rows, String[] newDictionary) {
    if (indexes.length < rows) {
      indexes = new int[rows];
    }
    dictionary = newDictionary;
    codes = new Codes[0];
  }

  /** {@code (at least rows)}: for each row its entry of the dictionary, -1 where it is missing. */
  public int[] indexes() {
    return indexes;
  }

  /** The distinct texts, sorted. */
  public String[] dictionary() {
    return dictionary;
  }

  /** The text of a row, null where it is missing. */
  public String text(int row) {
    return indexes[row] == MISSING ? null : dictionary[indexes[row]];
  }

  /**
   * A number for each entry of the dictionary, computed once and kept for this asker.
   *
   * @param asker whose numbers they are: the same object asks with the same function
   */
  public int[] codes(Object asker, ToIntFunction<String> codeOfText) {
    Codes[] known = codes;
    for (Codes one : known) {
      if (one.asker == asker) {
        return one.ofEntry;
      }
    }
    Codes made = new Codes(asker, Arrays.stream(dictionary).mapToInt(codeOfText).toArray());
    int from = known.length < MOST_CODES ? 0 : 1; // the oldest goes
    Codes[] more = Arrays.copyOfRange(known, from, known.length + 1);
    more[more.length - 1] = made;
    codes = more;
    return made.ofEntry;
  }

  /** About the memory that the rows and their dictionary take. */
  public long bytes() {
    long bytes = (long) Integer.BYTES * indexes.length + (long) ENTRY_BYTES * dictionary.length;
    for (String text : dictionary) {
      bytes += text.length();
    }
    return bytes;
  }
}
