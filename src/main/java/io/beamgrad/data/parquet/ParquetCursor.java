package io.beamgrad.data.parquet;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.util.Arrays;
import java.util.List;
import org.checkerframework.checker.nullness.qual.Nullable;

/**
 * Goes through the entries of a Parquet column, and knows of each at which elements of the lists
 * and keys of the maps around it is. An entry is a value, or a null or an empty list on the way to
 * one.
 */
public final class ParquetCursor {
  private final ParquetColumn reader;
  private final ParquetColumn[] keyReaders; // by repetition level; null where no map repeats there
  private final int[] indices; // by repetition level
  private final String[] keys; // by repetition level
  private int repetition;

  /**
   * @param readers of the leaf, and then of its keys
   */
  public ParquetCursor(ParquetLeaf leaf, List<ParquetColumn> readers) {
    int levels = leaf.descriptor().getMaxRepetitionLevel() + 1;
    reader = readers.get(0);
    keyReaders = new ParquetColumn[levels];
    indices = new int[levels];
    keys = new String[levels];
    int next = 1;
    for (ParquetLeaf.Step step : leaf.steps()) {
      if (step.keys() != null) {
        keyReaders[step.repetition()] = readers.get(next++);
      }
    }
  }

  /** Begins the next record. */
  public void begin() {
    repetition = 0;
    Arrays.fill(indices, 0);
    readKeys();
  }

  /** Moves on; false where the record has no more entries. */
  public boolean next() {
    reader.next();
    repetition = reader.repetition();
    if (repetition == 0) {
      return false;
    }
    indices[repetition]++;
    Arrays.fill(indices, repetition + 1, indices.length, 0);
    readKeys();
    return true;
  }

  /** A map has one key for each of its values, and so has a map that is null or empty. */
  private void readKeys() {
    for (int level = Math.max(1, repetition); level < keys.length; level++) {
      ParquetColumn key = keyReaders[level];
      if (key != null) {
        keys[level] = key.isThere() ? text(key.value()) : null;
        key.next();
      }
    }
  }

  private static String text(ParquetValues key) {
    return switch (key.type) {
      case INT32 -> Integer.toString(key.asInt());
      case INT64 -> Long.toString(key.asLong());
      case BOOLEAN -> Boolean.toString(key.asBoolean());
      default -> new String(key.bytes, key.offset, key.length, UTF_8);
    };
  }

  ParquetColumn reader() {
    return reader;
  }

  /** The level that the entry repeats; 0 for a record's first. */
  int repetition() {
    return repetition;
  }

  /** How far the way to the value is there. */
  int definition() {
    return reader.definition();
  }

  /** Whether the entry lies within an element or value of a map. */
  public boolean isWithin(ParquetLeaf.Step step) {
    return definition() >= step.level();
  }

  /** The index of the element, where the entry lies within one. */
  public int index(ParquetLeaf.Step step) {
    return indices[step.repetition()];
  }

  /** The key of the value of a map, where the entry lies within one. */
  public @Nullable String key(ParquetLeaf.Step step) {
    return keys[step.repetition()];
  }
}
