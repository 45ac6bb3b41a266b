package io.beamgrad.data.rows;

/** Gives texts codes, such as the slots of categories. Safe for several threads. */
public interface TextCodes {

  /** The code of a missing text. */
  int ofMissing();

  /** The code of a text. */
  int of(byte[] utf8, int fromInclusive, int toExclusive);
}
