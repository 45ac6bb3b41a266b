package io.beamgrad.report;

import java.util.List;

/**
 * All that the page of a run or an evaluation shows; a part without rows is left out.
 *
 * @param kind what it is a report of
 * @param tiles the few figures that a person looks at first
 * @param rowsNote which rows samples, mistakes and importance are of
 * @param tableSamples of rows that are no pictures
 * @param command repeats what is shown
 * @param spec as YAML; empty where there is none
 */
public record ReportPage(
    String name,
    String kind,
    String summary,
    List<Tile> tiles,
    List<Chart> curves,
    Table epochs,
    Table metrics,
    Classes classes,
    String rowsNote,
    List<Card> samples,
    List<Card> mistakes,
    Table tableSamples,
    Table tableMistakes,
    List<Weights> weights,
    List<Chart> scatters,
    Importance importance,
    DataSummary data,
    Table provenance,
    String command,
    String spec) {

  /** One figure with its name. */
  public record Tile(String name, String value, String note) {}

  /**
   * How well classes are told apart.
   *
   * @param title says on which rows
   */
  public record Classes(String title, Confusion confusion, Table pairs, Table each) {}

  /** The learned weights of one class as a picture. */
  public record Weights(String label, String picture) {}

  /** How much the model needs each column. */
  public record Importance(String note, List<Bar> bars) {}

  /**
   * The rows of a report.
   *
   * @param splitNote by what rule they are split
   * @param balance the rows of each class
   * @param rejects by file and column
   */
  public record DataSummary(
      Table splits,
      String splitNote,
      List<Bar> balance,
      String balanceNote,
      Table columns,
      String columnsNote,
      Table rejects,
      String rejectsNote) {}
}
