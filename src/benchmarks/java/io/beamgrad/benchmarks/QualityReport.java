package io.beamgrad.benchmarks;

import java.util.ArrayList;
import java.util.List;

/** Prints what a comparison of programs on tables found. */
final class QualityReport {
  private final QualityComparison found;

  QualityReport(QualityComparison found) {
    this.found = found;
  }

  /** Tables of means, differences, ranks and seconds, and whether each condition holds. */
  void print() {
    System.out.println();
    printMeans();
    if (found.programs().size() > 1) {
      System.out.println();
      printDifferences();
    }
    System.out.println();
    for (QualityComparison.Condition condition : found.conditions()) {
      System.out.printf(
          "  %s  %s: %s%n",
          condition.holds() ? "holds" : "FAILS", condition.text(), condition.why());
    }
  }

  private void printMeans() {
    List<String> heading = new ArrayList<>(List.of("table", "metric", "splits"));
    heading.addAll(found.programs());
    Table table = new Table(heading.toArray(String[]::new));
    for (String name : found.tables()) {
      List<String> cells = new ArrayList<>(List.of(name, found.metric(name)));
      cells.add(Integer.toString(found.splits(name)));
      for (String program : found.programs()) {
        cells.add(found.has(name, program) ? found.mean(name, program).text() : "-");
      }
      table.add(cells.toArray(String[]::new));
    }
    addRow(table, "mean rank", found.programs().stream().map(this::rank).toList());
    addRow(table, "seconds a split", found.programs().stream().map(this::seconds).toList());
    table.print();
  }

  private static void addRow(Table table, String name, List<String> values) {
    List<String> cells = new ArrayList<>(List.of(name, "", ""));
    cells.addAll(values);
    table.add(cells.toArray(String[]::new));
  }

  private String rank(String program) {
    return Table.number(found.meanRank(program), 2);
  }

  private String seconds(String program) {
    return Table.number(found.seconds(program), 1);
  }

  private void printDifferences() {
    Table table = new Table("beamgrad less", "the best", "", "linear");
    for (String name : found.tables()) {
      String best = found.best(name);
      table.add(
          name,
          best,
          best.equals(QualityComparison.OURS) ? "" : found.difference(name, best).text(),
          found.has(name, QualityComparison.LINEAR)
              ? found.difference(name, QualityComparison.LINEAR).text()
              : "-");
    }
    table.print();
  }
}
