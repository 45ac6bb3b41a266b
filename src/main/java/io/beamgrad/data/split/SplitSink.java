package io.beamgrad.data.split;

import io.beamgrad.data.rows.ColumnBlock;
import io.beamgrad.data.rows.RowSink;
import io.beamgrad.schema.Reject;
import io.beamgrad.schema.Split;

/** Receives the records of one file in their order, with their splits. */
public interface SplitSink {

  /**
   * Takes one accepted record.
   *
   * @param split what it is for; TRAIN also where ranking decides
   * @param record the record's number in its file, from 0, as for {@link RowSink#accept}
   * @param row as for {@link RowSink#accept}; keys come last
   */
  void accept(Split split, long record, ColumnBlock row);

  /**
   * The same of a row whose part of the folds is known, to those who want to know it.
   *
   * @param part its number, as {@link FoldRule} numbers parts; -1 where its key does not say it
   */
  default void accept(Split split, int part, long record, ColumnBlock row) {
    accept(split, record, row);
  }

  /** Takes what the column of the split says of a record that is for nothing at all. */
  void holdOut(String word);

  /**
   * Takes a record of the holdout.
   *
   * @param record the record's number in its file, as for {@link RowSink#accept}
   * @param row as for {@link RowSink#accept}; keys come last
   * @param group a hash that rows have in common where they are held out together: of their group
   *     or key, else of the row's place
   */
  void holdOut(long record, ColumnBlock row, long group);

  /** Takes the reason why a record was not accepted. */
  void reject(Reject reject);
}
