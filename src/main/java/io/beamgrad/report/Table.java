package io.beamgrad.report;

import java.util.Arrays;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.IntStream;

/**
 * A table of a page.
 *
 * @param wordColumns the columns that are words, by their place; the others are numbers
 * @param header one entry a column
 * @param rows each with one entry a column
 */
public record Table(Set<Integer> wordColumns, List<String> header, List<List<String>> rows) {
  public Table {
    wordColumns = Set.copyOf(wordColumns);
    header = List.copyOf(header);
    rows = List.copyOf(rows);
    for (List<String> row : rows) {
      if (row.size() != header.size()) {
        throw new IllegalArgumentException(
            "table: expected %d cells, found %d: %s".formatted(header.size(), row.size(), row));
      }
    }
  }

  /**
   * @param words so many columns from the left are words
   */
  Table(int words, List<String> header, List<List<String>> rows) {
    this(IntStream.range(0, words).boxed().collect(Collectors.toSet()), header, rows);
  }

  public boolean isEmpty() {
    return rows.isEmpty();
  }

  /** The same without the columns that have nothing in any row. */
  public Table withoutEmptyColumns() {
    int[] kept =
        IntStream.range(0, header.size())
            .filter(c -> rows.stream().anyMatch(row -> !row.get(c).isEmpty()))
            .toArray();
    return new Table(
        IntStream.range(0, kept.length)
            .filter(c -> wordColumns.contains(kept[c]))
            .boxed()
            .collect(Collectors.toSet()),
        Arrays.stream(kept).mapToObj(header::get).toList(),
        rows.stream().map(row -> Arrays.stream(kept).mapToObj(row::get).toList()).toList());
  }

  /** How a cell of a column is set: as words or as a number. */
  public String kind(int column) {
    return wordColumns.contains(column) ? "word" : "num";
  }
}
