package io.beamgrad.data.formats;

import io.beamgrad.data.rows.FieldParser;
import java.util.Arrays;
import org.apache.parquet.column.ColumnDescriptor;
import org.apache.parquet.column.ColumnReader;

/**
 * A field of a Parquet file: a value, or a list of values.
 *
 * @param descriptor its path and levels
 * @param type what the values mean
 * @param listLevel the definition level of a list without values; -1 where it is no list
 */
record ParquetLeaf(ColumnDescriptor descriptor, ParquetType type, int listLevel) {
  String name() {
    return descriptor.getPath()[0];
  }

  boolean isList() {
    return listLevel >= 0;
  }

  /** How the leaf's values get into columns, one record after the other. */
  final class Filler {
    private final ColumnReader reader;
    private final FieldParser[] columns;
    private final ParquetType.Taking taking = type.taking();
    private final int whole = descriptor.getMaxDefinitionLevel();
    private final FieldParser[] vectors;

    Filler(ColumnReader reader, FieldParser[] columns) {
      this.reader = reader;
      this.columns = columns;
      this.vectors =
          Arrays.stream(columns).filter(FieldParser::takesList).toArray(FieldParser[]::new);
    }

    /** Takes the value of the next record, or its list. */
    void next() {
      if (isList()) {
        nextList();
        return;
      }
      takeOne(columns);
      reader.consume();
    }

    private void takeOne(FieldParser[] to) {
      boolean isThere = reader.getCurrentDefinitionLevel() == whole;
      for (FieldParser column : to) {
        if (isThere) {
          taking.take(reader, column);
        } else {
          column.takeMissing();
        }
      }
    }

    private void nextList() {
      int level = reader.getCurrentDefinitionLevel();
      for (FieldParser column : columns) {
        if (level < listLevel) {
          column.takeMissing();
        } else if (column.takesList()) {
          column.beginList();
        } else {
          column.takeOther("a list", null);
        }
      }
      do {
        if (level > listLevel) {
          takeOne(vectors);
        }
        reader.consume();
      } while (reader.getCurrentRepetitionLevel() > 0);
      for (FieldParser column : vectors) {
        if (level >= listLevel) {
          column.endList();
        }
      }
    }
  }
}
