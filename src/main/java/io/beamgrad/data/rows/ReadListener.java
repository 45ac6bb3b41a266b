package io.beamgrad.data.rows;

/** Receives the progress of reading files, record by record. */
@FunctionalInterface
public interface ReadListener {
  /** A listener that does nothing. */
  ReadListener NONE = (done, all) -> {};

  /**
   * Takes how many records have been read.
   *
   * @param all how many there are in all; 0 where unknown
   */
  void read(long done, long all);
}
