package io.beamgrad.data.formats;

import java.util.Arrays;
import java.util.List;
import org.apache.parquet.column.ColumnReader;
import org.checkerframework.checker.nullness.qual.Nullable;

/**
 * Goes through the entries of a Parquet column, and knows of each at which elements of the lists
 * and keys of the maps around it is. An entry is a value, or a null or an empty list on the way to
 * one.
 */
final class ParquetCursor {
  private final ColumnReader reader;
  private final ColumnReader[] keyReaders; // by repetition level; null where no map repeats there
  private final int[] indices; // by repetition level
  private final String[] keys; // by repetition level
  private int repetition;

  /**
   * @param readers of the leaf, and then of its keys
   */
  ParquetCursor(ParquetLeaf leaf, List<ColumnReader> readers) {
    int levels = leaf.descriptor().getMaxRepetitionLevel() + 1;
    reader = readers.get(0);
    keyReaders = new ColumnReader[levels];
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
  void begin() {
    repetition = 0;
    Arrays.fill(indices, 0);
    readKeys();
  }

  /** Moves on; false where the record has no more entries. */
  boolean next() {
    if (definition() == reader.getDescriptor().getMaxDefinitionLevel()) {
      reader.skip(); // a value that nobody read would be read in place of the next one
    }
    reader.consume();
    repetition = reader.getCurrentRepetitionLevel();
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
      ColumnReader key = keyReaders[level];
      if (key != null) {
        boolean isThere =
            key.getCurrentDefinitionLevel() == key.getDescriptor().getMaxDefinitionLevel();
        keys[level] = isThere ? text(key) : null;
        key.consume();
      }
    }
  }

  private static String text(ColumnReader key) {
    return switch (key.getDescriptor().getPrimitiveType().getPrimitiveTypeName()) {
      case INT32 -> Integer.toString(key.getInteger());
      case INT64 -> Long.toString(key.getLong());
      case BOOLEAN -> Boolean.toString(key.getBoolean());
      default -> key.getBinary().toStringUsingUTF8();
    };
  }

  ColumnReader reader() {
    return reader;
  }

  /** The level that the entry repeats; 0 for a record's first. */
  int repetition() {
    return repetition;
  }

  /** How far the way to the value is there. */
  int definition() {
    return reader.getCurrentDefinitionLevel();
  }

  /** Whether the entry lies within an element or value of a map. */
  boolean isWithin(ParquetLeaf.Step step) {
    return definition() >= step.level();
  }

  /** The index of the element, where the entry lies within one. */
  int index(ParquetLeaf.Step step) {
    return indices[step.repetition()];
  }

  /** The key of the value of a map, where the entry lies within one. */
  @Nullable String key(ParquetLeaf.Step step) {
    return keys[step.repetition()];
  }
}
