package io.beamgrad.report;

import java.util.Arrays;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.IntStream;

/**
 * A table of a page.
 *
 * @param wordColumns the indexes of the columns of words; all others are numbers
 * @param header the names of the columns
 * @param rows the rows, each with an entry for each column
 */
public record Table(Set<Integer> wordColumns, List<String> header, List<List<String>> rows) {
  private static final int LONG = 36;

  public Table {
    wordColumns = Set.copyOf(wordColumns);
    header = List.copyOf(header);
    rows = List.copyOf(rows);
    for (List<String> row : rows) {
      if (row.size() != header.size()) {
        throw new IllegalArgumentException(
            "table: expected %s cells, found %s: %s".formatted(header.size(), row.size(), row));
      }
    }
  }

  /**
   * @param words how many columns, from the left, are words
   */
  Table(int words, List<String> header, List<List<String>> rows) {
    this(IntStream.range(0, words).boxed().collect(Collectors.toSet()), header, rows);
  }

  public boolean isEmpty() {
    return rows.isEmpty();
  }

  /** The table without the columns that are empty in all rows. */
  public Table withoutEmptyColumns() {
    int[] filled =
        IntStream.range(0, header.size())
            .filter(c -> rows.stream().anyMatch(row -> !row.get(c).isEmpty()))
            .toArray();
    return new Table(
        IntStream.range(0, filled.length)
            .filter(c -> wordColumns.contains(filled[c]))
            .boxed()
            .collect(Collectors.toSet()),
        Arrays.stream(filled).mapToObj(header::get).toList(),
        rows.stream().map(row -> Arrays.stream(filled).mapToObj(row::get).toList()).toList());
  }

  /** Whether a text is wrapped, as it may not fit on one line. */
  public boolean isLong(int column, String text) {
    return wordColumns.contains(column) && text.length() > LONG;
  }

  /** The CSS class of a column: {@code word} or {@code num}. */
  public String kind(int column) {
    return wordColumns.contains(column) ? "word" : "num";
  }
}
