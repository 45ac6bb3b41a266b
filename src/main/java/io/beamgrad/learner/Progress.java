package io.beamgrad.learner;

import io.beamgrad.schema.MetricRow;
import java.util.List;

/**
 * How far a training is, as its trainer says and the launcher shows.
 *
 * @param epoch the epoch that is being trained, from 1; 0 before the first
 * @param epochs how many there will be
 * @param step how much of the stage is done: batches while TRAINING and REFITTING, rows otherwise
 * @param steps how much there is; 0 where that is not known
 * @param rowsPerSecond the speed of late; 0 where that is not known
 * @param rows all metric rows so far, in the order of the metrics file
 * @param note what a person is to be told once; empty where that is nothing
 */
public record Progress(
    Stage stage,
    int epoch,
    int epochs,
    long step,
    long steps,
    double rowsPerSecond,
    List<MetricRow> rows,
    String note) {

  /** What is being done. */
  public enum Stage {
    READING,
    SHUFFLING,
    TRAINING,
    REFITTING, // training anew on training and validation rows
    KEYS, // training the models of keys; it counts buckets
    TESTING,
    SUMMARISING, // for the report
    WRITING
  }

  public Progress {
    rows = List.copyOf(rows);
  }

  /** Without a note. */
  public Progress(
      Stage stage,
      int epoch,
      int epochs,
      long step,
      long steps,
      double rowsPerSecond,
      List<MetricRow> rows) {
    this(stage, epoch, epochs, step, steps, rowsPerSecond, rows, "");
  }
}
