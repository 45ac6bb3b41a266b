package io.beamgrad.data.split;

import io.beamgrad.data.files.Xxh64;
import io.beamgrad.data.formats.FileIdentity;

/**
 * The sort keys of one file's rows in the shuffle: {@code xxh64(xxh64(identity, seed), record,
 * seed)}, 64 bits, to be compared as unsigned numbers. It depends on nothing but the seed, the
 * file's identity and the record's number; rows of equal hash are ordered by identity, then by
 * record.
 */
public final class RowOrder {
  private final long seed;
  private final long fileHash;

  private RowOrder(long seed, long fileHash) {
    this.seed = seed;
    this.fileHash = fileHash;
  }

  /** The order of the rows of the file of this {@link FileIdentity}. */
  public static RowOrder of(long seed, String identity) {
    return new RowOrder(seed, Xxh64.hash(identity, seed));
  }

  /** The hash of one record, by its number in the file from 0. Allocates nothing. */
  public long hash(long record) {
    return Xxh64.hash(fileHash, record, seed);
  }
}
