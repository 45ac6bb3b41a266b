package io.beamgrad.report;

import java.util.List;

/**
 * The content of the page of a run or an evaluation; a section without rows is left out.
 *
 * @param kind what the report is about
 * @param tiles the main figures
 * @param curvesNote says what the figures of the curves are of
 * @param trials of a sweep, by rank; empty of a single training
 * @param folds null without a cross validation
 * @param keys null for a model of all rows
 * @param twoClasses null where there are not two
 * @param slices scores by the values of a column each, which the first header names
 * @param rowsNote says which rows samples, mistakes and importance are of
 * @param tableSamples the samples where rows are no pictures
 * @param command the command that repeats the run or evaluation
 * @param spec the job spec as YAML; empty where there is none
 */
public record ReportPage(
    String name,
    String kind,
    String summary,
    List<Tile> tiles,
    List<Chart> curves,
    String curvesNote,
    Table trials,
    Table epochs,
    Table metrics,
    Folds folds,
    ModelsByKey keys,
    Calibration calibration,
    Classes classes,
    TwoClassSection twoClasses,
    List<Table> slices,
    String rowsNote,
    List<Card> samples,
    List<Card> mistakes,
    Table tableSamples,
    Table tableMistakes,
    List<Weights> weights,
    String scatterNote,
    List<Chart> scatters,
    Importance importance,
    DataSummary data,
    Table provenance,
    String command,
    String spec) {

  /** A figure and its name. */
  public record Tile(String name, String value, String note) {}

  /** The scores of a cross validation. */
  public record Folds(String note, Table each) {}

  /** How well the model says how sure it is. */
  public record Calibration(String note, Table figures) {}

  /**
   * How well classes are told apart.
   *
   * @param title names the rows that were measured on
   * @param balanced says what the balanced accuracy is; may be empty
   */
  public record Classes(
      String title, String balanced, Confusion confusion, Table pairs, Table each) {}

  /** The learned weights of one class as a picture. */
  public record Weights(String label, String picture) {}

  /** How much the model needs each column. */
  public record Importance(String note, List<Bar> bars) {}

  /**
   * The data of a job.
   *
   * @param splitNote the rule by which rows are split, in words
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
