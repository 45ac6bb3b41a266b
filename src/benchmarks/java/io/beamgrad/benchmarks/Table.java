package io.beamgrad.benchmarks;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/** Rows under a heading; the first column is text, the others are numbers. */
final class Table {

  private final List<String[]> rows = new ArrayList<>();

  Table(String... heading) {
    rows.add(heading);
  }

  void add(String... cells) {
    rows.add(cells);
  }

  void print() {
    int columns = rows.get(0).length;
    int[] widths = new int[columns];
    for (String[] row : rows) {
      for (int i = 0; i < columns; i++) {
        widths[i] = Math.max(widths[i], row[i].length());
      }
    }
    for (String[] row : rows) {
      StringBuilder line = new StringBuilder("  ");
      for (int i = 0; i < columns; i++) {
        line.append(
            String.format(i == 0 ? "%-" + widths[i] + "s" : "%" + (widths[i] + 2) + "s", row[i]));
      }
      System.out.println(line.toString().stripTrailing());
    }
  }

  static String number(double value, int decimals) {
    return String.format(Locale.ROOT, "%,." + decimals + "f", value);
  }
}
