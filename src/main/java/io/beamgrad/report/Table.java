package io.beamgrad.report;

import java.util.Arrays;
import java.util.List;
import java.util.stream.IntStream;

/**
 * A table of a page.
 *
 * @param textColumns so many columns from the left are words, the others numbers
 * @param header one entry a column
 * @param rows each with one entry a column
 */
public record Table(int textColumns, List<String> header, List<List<String>> rows) {
  public Table {
    header = List.copyOf(header);
    rows = List.copyOf(rows);
    for (List<String> row : rows) {
      if (row.size() != header.size()) {
        throw new IllegalArgumentException(
            "table: expected %d cells, found %d: %s".formatted(header.size(), row.size(), row));
      }
    }
  }

  public boolean isEmpty() {
    return rows.isEmpty();
  }

  /** The same without the columns that have nothing in any row. */
  Table withoutEmptyColumns() {
    int[] kept =
        IntStream.range(0, header.size())
            .filter(c -> rows.stream().anyMatch(row -> !row.get(c).isEmpty()))
            .toArray();
    return new Table(
        (int) Arrays.stream(kept).filter(c -> c < textColumns).count(),
        Arrays.stream(kept).mapToObj(header::get).toList(),
        rows.stream().map(row -> Arrays.stream(kept).mapToObj(row::get).toList()).toList());
  }

  /** How a cell of a column is set: as words or as a number. */
  public String kind(int column) {
    return column < textColumns ? "word" : "num";
  }
}
