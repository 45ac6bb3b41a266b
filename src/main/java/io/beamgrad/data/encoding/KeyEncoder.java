package io.beamgrad.data.encoding;

import io.beamgrad.data.rows.RawColumn;
import io.beamgrad.data.rows.TextCodes;
import io.beamgrad.data.rows.TextsColumn;
import io.beamgrad.schema.KeyEncoding;
import io.beamgrad.tensor.SparseRows;

/**
 * Encodes a key as the place of its model: from 1, or 0 where it takes the pooled one. Where no key
 * has a model of its own, it gives no number.
 */
public final class KeyEncoder implements ColumnEncoder {
  private final KeyHashes hashes;
  private final int width;
  private final TextCodes places =
      new TextCodes() {
        @Override
        public int ofMissing() {
          return KeyHashes.POOLED;
        }

        @Override
        public int of(byte[] utf8, int from, int to) {
          return hashes.place(hashes.index(KeyHashes.hash(utf8, from, to)));
        }
      };
  private final TextCodes observations =
      new TextCodes() {
        @Override
        public int ofMissing() {
          return InputObserver.MISSING;
        }

        @Override
        public int of(byte[] utf8, int from, int to) {
          boolean isNew = hashes.index(KeyHashes.hash(utf8, from, to)) == KeyHashes.UNKNOWN;
          return isNew ? InputObserver.OUTSIDE : InputObserver.SEEN;
        }
      };

  public KeyEncoder(KeyEncoding encoding) {
    this.hashes = new KeyHashes(encoding);
    this.width = hashes.ownKeys() > 0 ? 1 : 0;
  }

  @Override
  public int width() {
    return width;
  }

  /** Whether the keys of the training are known. */
  boolean knowsKeys() {
    return hashes.keys() > 0;
  }

  /** What an {@link InputObserver} tells of a row's key. */
  int observe(RawColumn values, int row) {
    return ((TextsColumn) values).code(row, observations);
  }

  @Override
  public void encode(RawColumn values, int row, float[] to, int at) {
    if (width > 0) {
      to[at] = ((TextsColumn) values).code(row, places); // a float holds it: see ModelCheck
    }
  }

  @Override
  public void encodeSparse(RawColumn values, int row, SparseRows to, int at) {
    int place = width > 0 ? ((TextsColumn) values).code(row, places) : KeyHashes.POOLED;
    if (place != KeyHashes.POOLED) {
      to.add(at, place);
    }
  }
}
