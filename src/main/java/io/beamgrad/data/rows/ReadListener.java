package io.beamgrad.data.rows;

/** Is told of every record how far a reading has come. */
@FunctionalInterface
public interface ReadListener {
  /** Nobody listens. */
  ReadListener NONE = (done, all) -> {};

  /**
   * Takes how many records have been read.
   *
   * @param all how many there will be; 0 where nobody knows
   */
  void read(long done, long all);
}
