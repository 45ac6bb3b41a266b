package io.beamgrad.data.rows;

import io.beamgrad.schema.Reject;
import java.util.Map;

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

  /**
   * Takes a record of which only some columns cannot be used; a sink that does not look at each
   * column by itself rejects it.
   *
   * @param row as for {@link #accept}, where the faulty columns have no meaning
   * @param faults why, by the names of the faulty columns
   */
  default void rejectColumns(ColumnBlock row, Map<String, String> faults, Reject reject) {
    reject(reject);
  }
}
