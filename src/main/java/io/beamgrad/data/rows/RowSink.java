package io.beamgrad.data.rows;

import io.beamgrad.schema.Reject;

/** Receives the records of one file in their order. */
public interface RowSink {

  /**
   * Takes one accepted record.
   *
   * @param record the record's number in its file, from 0, rejected records counted
   * @param row its values, the only row of a block of the range's columns. The block is the
   *     reader's and is overwritten after the call.
   */
  void accept(long record, ColumnBlock row);

  /** Takes the reason why a record was not accepted. */
  void reject(Reject reject);
}
