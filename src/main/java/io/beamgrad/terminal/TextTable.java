package io.beamgrad.terminal;

import io.beamgrad.data.rows.RejectText;
import io.beamgrad.report.Table;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Collectors;
import java.util.stream.IntStream;

/** Tables as lines of a terminal. */
public final class TextTable {
  private static final String GAP = "  ";

  private TextTable() {}

  /** Lines as wide as they need to be where they fit; else a block of lines for each row. */
  public static void print(Terminal terminal, Table cells) {
    Table table = shown(cells);
    if (fits(terminal, table)) {
      printLines(terminal, table);
      return;
    }
    int longest = table.header().stream().mapToInt(String::length).max().orElse(0);
    for (List<String> row : table.rows()) {
      terminal.heading(row.get(0), "");
      for (int c = 1; c < row.size(); c++) {
        String name = table.header().get(c);
        String padding = " ".repeat(longest - name.length());
        terminal.line(("  " + name + padding + "  " + row.get(c)).stripTrailing());
      }
    }
  }

  /** The columns from the left that fit, at least one, and then the names of those that do not. */
  public static void printFirstColumns(Terminal terminal, Table cells) {
    Table table = shown(cells);
    int columns = table.header().size();
    int kept = columns;
    while (kept > 1 && !fits(terminal, first(table, kept))) {
      kept--;
    }
    printLines(terminal, first(table, kept));
    if (kept < columns) {
      wrapped("and ", table.header().subList(kept, columns), terminal.width())
          .forEach(terminal::line);
    }
  }

  /** The table with control characters as text, which has to be before widths are known. */
  private static Table shown(Table table) {
    return new Table(
        table.wordColumns(),
        shown(table.header()),
        table.rows().stream().map(TextTable::shown).toList());
  }

  private static List<String> shown(List<String> cells) {
    return cells.stream().map(RejectText::onOneLine).toList();
  }

  private static Table first(Table table, int columns) {
    return withColumns(table, IntStream.range(0, columns).boxed().toList());
  }

  /** Some columns of a table, by their indices. */
  public static Table withColumns(Table table, List<Integer> columns) {
    return new Table(
        IntStream.range(0, columns.size())
            .filter(c -> table.wordColumns().contains(columns.get(c)))
            .boxed()
            .collect(Collectors.toSet()),
        columns.stream().map(table.header()::get).toList(),
        table.rows().stream().map(row -> columns.stream().map(row::get).toList()).toList());
  }

  /** Words with commas between them, in lines of up to a width. */
  static List<String> wrapped(String start, List<String> words, int width) {
    List<String> lines = new ArrayList<>();
    StringBuilder line = new StringBuilder(start);
    for (int i = 0; i < words.size(); i++) {
      String word = words.get(i) + (i < words.size() - 1 ? "," : "");
      boolean isFirst = line.toString().isBlank() || (lines.isEmpty() && i == 0);
      if (!isFirst && line.length() + 1 + word.length() > width) {
        lines.add(line.toString());
        line = new StringBuilder(" ".repeat(start.length()));
        isFirst = true;
      }
      line.append(isFirst ? "" : " ").append(word);
    }
    lines.add(line.toString());
    return lines;
  }

  public static boolean fits(Terminal terminal, Table table) {
    int[] widths = widths(shown(table));
    return terminal.hasRoomFor(
        IntStream.of(widths).sum() + GAP.length() * Math.max(0, widths.length - 1));
  }

  private static int[] widths(Table table) {
    return IntStream.range(0, table.header().size())
        .map(
            c ->
                IntStream.concat(
                        IntStream.of(table.header().get(c).length()),
                        table.rows().stream().mapToInt(row -> row.get(c).length()))
                    .max()
                    .orElse(0))
        .toArray();
  }

  private static void printLines(Terminal terminal, Table table) {
    int[] widths = widths(table);
    terminal.heading(line(table, table.header(), widths), "");
    table.rows().forEach(row -> terminal.line(line(table, row, widths)));
  }

  private static String line(Table table, List<String> cells, int[] widths) {
    StringBuilder line = new StringBuilder();
    for (int c = 0; c < widths.length; c++) {
      String padding = " ".repeat(widths[c] - cells.get(c).length());
      line.append(c == 0 ? "" : GAP);
      line.append(table.kind(c).equals("word") ? cells.get(c) + padding : padding + cells.get(c));
    }
    return line.toString().stripTrailing();
  }
}
