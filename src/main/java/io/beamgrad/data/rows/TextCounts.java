package io.beamgrad.data.rows;

import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.stream.IntStream;

/**
 * How often each text of a column comes, as long as they are few distinct ones; of more, only how
 * many rows have none. Texts are compared as UTF-8.
 */
public final class TextCounts {
  private final int mostDistinct;
  private final TextDictionary texts = new TextDictionary();
  private long[] counts = {}; // (texts)
  private long missing;
  private boolean isTooMany;

  /** A text and how often it came. */
  public record Counted(String text, long rows) {}

  /**
   * @param mostDistinct how many distinct texts are counted; with one more all counts are dropped
   */
  public TextCounts(int mostDistinct) {
    this.mostDistinct = mostDistinct;
  }

  /** Counts the texts of a range of rows. */
  public void add(TextsColumn column, int fromInclusive, int toExclusive) {
    if (isTooMany) {
      missing += column.missing(fromInclusive, toExclusive);
      return;
    }
    int[] rows = column.rowsOfEntries(fromInclusive, toExclusive);
    missing += rows[0];
    for (int entry = 0; entry + 1 < rows.length && !isTooMany; entry++) {
      if (rows[entry + 1] > 0) {
        add(column.place(entry, texts), rows[entry + 1]);
      }
    }
  }

  private void add(int text, int rows) {
    if (text >= mostDistinct) {
      isTooMany = true;
      texts.clear();
      return;
    }
    if (text >= counts.length) {
      counts = Arrays.copyOf(counts, Math.max(16, 2 * texts.size()));
    }
    counts[text] += rows;
  }

  /** How many rows had no text. */
  public long missing() {
    return missing;
  }

  /** Whether there were more distinct texts than are counted. */
  public boolean isTooMany() {
    return isTooMany;
  }

  /** How many distinct texts there were; 0 where they were too many. */
  public int distinct() {
    return texts.size();
  }

  /**
   * The most frequent texts, those of more rows first, and of as many rows by their order; none
   * where they were too many.
   */
  public List<Counted> common(int most) {
    if (texts.size() == 0 || most == 0) {
      return List.of();
    }
    long[] sorted = Arrays.copyOf(counts, texts.size());
    Arrays.sort(sorted);
    long least = sorted[Math.max(0, sorted.length - most)];
    return IntStream.range(0, texts.size())
        .filter(text -> counts[text] >= least)
        .mapToObj(text -> new Counted(texts.text(text), counts[text]))
        .sorted(Comparator.comparingLong(Counted::rows).reversed().thenComparing(Counted::text))
        .limit(most)
        .toList();
  }
}
