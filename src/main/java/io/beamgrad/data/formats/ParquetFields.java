package io.beamgrad.data.formats;

import io.beamgrad.data.parquet.ParquetCursor;
import io.beamgrad.data.parquet.ParquetFile;
import io.beamgrad.data.parquet.ParquetLeaf;
import io.beamgrad.data.parquet.ParquetSchema;
import io.beamgrad.data.rows.SourceField;
import java.io.IOException;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.apache.parquet.format.RowGroup;
import org.checkerframework.checker.nullness.qual.Nullable;

/** The fields of a Parquet file: by the schema, lists and maps by the first records. */
final class ParquetFields {
  private final Map<String, SourceField> fields = new LinkedHashMap<>();
  private final ParquetFile file;

  private ParquetFields(ParquetFile file) {
    this.file = file;
  }

  /** The fields in the schema's order, and then what cannot be read. */
  static List<SourceField> of(ParquetFile file) throws IOException {
    ParquetFields found = new ParquetFields(file);
    for (ParquetLeaf leaf : file.schema().leaves()) {
      found.add(leaf);
    }
    file.schema()
        .refused()
        .forEach((name, what) -> found.put(new SourceField(name, null, 0, what)));
    return SourceField.leaves(found.fields.values());
  }

  private void put(SourceField field) {
    fields.putIfAbsent(field.name(), field);
  }

  private void add(ParquetLeaf leaf) throws IOException {
    Map<String, Integer> lengths = new LinkedHashMap<>();
    if (leaf.isSingle()) {
      lengths.put(ParquetSchema.name(leaf.steps()), 0);
    } else {
      addLengths(leaf, lengths);
    }
    lengths.forEach(
        (name, length) ->
            put(new SourceField(name, leaf.type().kind(), length, leaf.type().refusal())));
    if (lengths.isEmpty()) {
      List<ParquetLeaf.Step> fixed =
          leaf.steps().stream().takeWhile(step -> step.field() != null).toList();
      boolean isList = leaf.steps().get(fixed.size()).isElement();
      String what = isList ? "an empty list" : "an empty map";
      put(new SourceField(ParquetSchema.name(fixed), null, 0, what));
    }
  }

  /** Adds the places that the first records have, each with the length of its first vector. */
  private void addLengths(ParquetLeaf leaf, Map<String, Integer> lengths) throws IOException {
    long records = 0;
    for (RowGroup group : file.rowGroups()) {
      ParquetCursor cursor = new ParquetCursor(leaf, file.readers(group, leaf.withKeys()));
      for (long i = 0; i < group.getNum_rows(); i++) {
        if (records++ == TableReader.FIELD_RECORDS) {
          return;
        }
        addRecord(leaf, cursor, lengths);
      }
    }
  }

  private static void addRecord(
      ParquetLeaf leaf, ParquetCursor cursor, Map<String, Integer> lengths) {
    ParquetLeaf.Step last = leaf.steps().get(leaf.steps().size() - 1);
    String vector = null; // the vector whose elements are counted
    cursor.begin();
    do {
      if (!leaf.isVector()) {
        String name = name(leaf.steps(), cursor);
        if (name != null) {
          lengths.putIfAbsent(name, 0);
        }
      } else if (cursor.isWithin(last)) {
        if (cursor.index(last) == 0) {
          String name = name(leaf.stepsToList(), cursor);
          vector = name == null || lengths.containsKey(name) ? null : name;
        }
        if (vector != null) {
          lengths.merge(vector, 1, Integer::sum);
        }
      }
    } while (cursor.next());
  }

  /** The name of the place that an entry is at; null where it is no field. */
  private static @Nullable String name(List<ParquetLeaf.Step> steps, ParquetCursor at) {
    StringBuilder name = new StringBuilder();
    for (ParquetLeaf.Step step : steps) {
      if (step.field() != null) {
        name.append(name.isEmpty() ? "" : ".").append(step.field());
      } else if (!at.isWithin(step)) {
        return null;
      } else if (step.keys() != null) {
        name.append('.').append(at.key(step));
      } else if (at.index(step) < SourceField.MOST_ELEMENTS) {
        name.append('[').append(at.index(step)).append(']');
      } else {
        return null;
      }
    }
    return name.toString();
  }
}
