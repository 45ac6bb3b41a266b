package io.beamgrad.data.rows;

import io.beamgrad.schema.Reject;

/** Receives the records of one file in their order. */
public interface RowSink {

  /**
   * Takes one accepted record.
   *
   * @param record the record's number in its file, from 0; rejected records count
   * @param row a block of the range's columns, whose only row is the record. The reader owns the
   *     block and overwrites it after the call.
   */
  void accept(long record, ColumnBlock row);

  /** Takes a record that cannot be used, and why. */
  void reject(Reject reject);
}
