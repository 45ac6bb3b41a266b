package io.beamgrad.data.formats;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.beamgrad.data.rows.FieldNode;
import java.util.Arrays;
import org.checkerframework.checker.nullness.qual.Nullable;

/**
 * The places that an object's keys name. Objects mostly have the same keys in the same order, so
 * that a key is first compared with the one that was at its place before.
 */
final class JsonKeys {
  private static final int MOST_KEYS = 1 << 16; // that are remembered
  private static final int MOST_BYTES = 1 << 10; // of one that is

  private final FieldNode object;
  private byte[][] names = new byte[8][]; // by the key's number; null where none is known
  private FieldNode[] places = new FieldNode[8];

  JsonKeys(FieldNode object) {
    this.object = object;
  }

  /**
   * The length of the key in UTF-8 that begins at a byte, where it is the one that was at its place
   * before; otherwise -1.
   *
   * @param number how many keys the object has before this one
   */
  int length(int number, byte[] bytes, int from, int end) {
    byte[] name = number < names.length ? names[number] : null;
    if (name == null) {
      return -1;
    }
    int until = from + name.length;
    boolean isSame =
        until < end
            && bytes[until] == '"'
            && Arrays.equals(name, 0, name.length, bytes, from, until);
    return isSame ? name.length : -1;
  }

  /** The place of the key that was last found at a place; null where no column is named by it. */
  @Nullable FieldNode place(int number) {
    return places[number];
  }

  /** The place of a key in UTF-8, which is remembered. */
  @Nullable FieldNode find(int number, byte[] bytes, int from, int until) {
    FieldNode place = object.key(new String(bytes, from, until - from, UTF_8));
    if (number < MOST_KEYS && until - from <= MOST_BYTES) {
      if (number >= names.length) {
        names = Arrays.copyOf(names, 2 * number);
        places = Arrays.copyOf(places, 2 * number);
      }
      names[number] = Arrays.copyOfRange(bytes, from, until);
      places[number] = place;
    }
    return place;
  }
}
