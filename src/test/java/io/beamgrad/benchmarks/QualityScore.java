package io.beamgrad.benchmarks;

import java.util.List;
import java.util.Locale;

/**
 * What one program reached on one split of a table.
 *
 * @param table the table's name
 * @param split the number of the split, from 0
 * @param program who trained
 * @param metric {@code accuracy} or {@code r2}, on the rows to test on
 * @param value of the metric
 * @param seconds from the training rows' file to the score
 */
record QualityScore(
    String table, int split, String program, String metric, double value, double seconds) {
  static final String HEADER = "table,split,program,metric,value,seconds";

  /** As a line of the file that {@link QualityLog} keeps. */
  String line() {
    return String.format(
        Locale.ROOT, "%s,%d,%s,%s,%.6f,%.2f", table, split, program, metric, value, seconds);
  }

  /**
   * The score of such a line.
   *
   * @throws IllegalArgumentException where it is none
   */
  static QualityScore of(String line) {
    List<String> cells = List.of(line.split(",", -1));
    if (cells.size() != 6) {
      throw new IllegalArgumentException("expected %s, found '%s'".formatted(HEADER, line));
    }
    return new QualityScore(
        cells.get(0),
        Integer.parseInt(cells.get(1)),
        cells.get(2),
        cells.get(3),
        Double.parseDouble(cells.get(4)),
        Double.parseDouble(cells.get(5)));
  }
}
