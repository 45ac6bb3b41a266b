package io.beamgrad.data.rows;

import io.beamgrad.schema.Reject;

/** Receives the records of one file in their order. */
public interface RowSink {

  /**
   * Takes one accepted record.
   *
   * @param record the record's number in its file, from 0, rejected records counted
   * @param values one entry for each column of the range, in its order: {@code byte[]} for BYTES,
   *     {@code float[]} for FLOATS, {@code long[]} for LONGS, {@code String} for STRINGS. Missing
   *     ones are NaN, {@code Long.MIN_VALUE} and null. The array and the arrays inside are the
   *     reader's and are overwritten after the call.
   */
  void accept(long record, Object[] values);

  /** Takes the reason why a record was not accepted. */
  void reject(Reject reject);
}
