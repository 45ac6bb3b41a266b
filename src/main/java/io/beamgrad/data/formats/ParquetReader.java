package io.beamgrad.data.formats;

import io.beamgrad.data.parquet.ParquetFile;
import io.beamgrad.data.parquet.ParquetFiller;
import io.beamgrad.data.parquet.ParquetLeaf;
import io.beamgrad.data.parquet.ParquetSchema;
import io.beamgrad.data.rows.FieldNode;
import io.beamgrad.data.rows.FieldParser;
import io.beamgrad.data.rows.RowBuilder;
import io.beamgrad.data.rows.RowSink;
import io.beamgrad.data.rows.SourceField;
import io.beamgrad.failure.BrokenFileException;
import io.beamgrad.failure.MissingDataException;
import io.beamgrad.schema.CsvOptions;
import io.beamgrad.schema.FileRange;
import java.io.IOException;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Objects;
import java.util.Set;
import java.util.TreeSet;
import org.apache.parquet.format.RowGroup;

/**
 * Reads whole row groups of Parquet files, and of them only the columns that a range has. A column
 * is a value of the file's schema, at any depth ({@link FieldNode}), or a list of values, which is
 * a vector. A fault in a file's structure breaks the whole file.
 */
public final class ParquetReader implements TableReader {
  /** The fields of the file, in its order, and then what cannot be read. */
  @Override
  public List<SourceField> fields(String path, String name, CsvOptions csv) {
    try (ParquetFile file = ParquetFile.open(path, name)) {
      return fields(file);
    }
  }

  private static List<SourceField> fields(ParquetFile file) {
    try {
      return ParquetFields.of(file);
    } catch (IOException | RuntimeException e) {
      throw ParquetFile.broken(file.name(), e);
    }
  }

  /**
   * Its groups are the file's row groups. Elements of lists and keys of maps that the first records
   * lack are missing.
   */
  @Override
  public Header header(String path, String name, CsvOptions csv, RowBuilder row) {
    try (ParquetFile file = ParquetFile.open(path, name)) {
      Set<String> missing = checkColumns(file, row);
      if (!missing.isEmpty()) {
        missing.removeAll(firstFields(file, row));
      }
      List<Long> groups = file.rowGroups().stream().map(RowGroup::getNum_rows).toList();
      return new Header(true, groups, missing.isEmpty() ? null : missing);
    }
  }

  private static Set<String> firstFields(ParquetFile file, RowBuilder row) {
    Set<String> found = row.noteFields();
    long left = FIELD_RECORDS;
    for (RowGroup group : file.rowGroups()) {
      if (left == 0) {
        break; // to make fillers is to read a page of each column
      }
      ParquetFiller[] fillers = fillers(file, group, row);
      for (long i = 0; i < group.getNum_rows() && left > 0; i++, left--) {
        readRow(file, fillers, List.of(), row);
      }
    }
    return found;
  }

  /** Gives the names of which the schema does not say whether a record has them. */
  private static Set<String> checkColumns(ParquetFile file, RowBuilder row) {
    Set<String> sure = new HashSet<>();
    Set<String> perhaps = new HashSet<>();
    file.schema()
        .ways()
        .forEach(
            steps ->
                ParquetLeaf.find(
                    steps,
                    row.record(),
                    (place, chosen) ->
                        (chosen.stream().allMatch(Objects::isNull) ? sure : perhaps)
                            .add(place.name())));
    perhaps.removeAll(sure);
    Set<String> lacking = new TreeSet<>(row.fieldsNeeded());
    lacking.removeAll(sure);
    lacking.removeAll(perhaps);
    if (!lacking.isEmpty()) {
      throw CsvReader.lacks(file.name(), lacking, "the file", SourceField.names(fields(file)));
    }
    return perhaps;
  }

  /**
   * Reads the row groups of the range.
   *
   * @throws IllegalArgumentException where the range does not begin or end with a row group, or its
   *     columns are not what a table can have
   * @throws MissingDataException where there is no such file
   * @throws BrokenFileException where it is no whole Parquet file, or lacks a column
   */
  @Override
  public long read(FileRange range, RowSink sink) {
    String path = range.getPath();
    String name = FileIdentity.displayName(path, range.getIdentity());
    RowBuilder row = new RowBuilder(range);
    try (ParquetFile file = ParquetFile.open(path, name)) {
      checkColumns(file, row);
      long first = range.getFirstRecord();
      long end = range.getRecords() < 0 ? Long.MAX_VALUE : first + range.getRecords();
      long record = 0;
      long read = 0;
      for (RowGroup group : file.rowGroups()) {
        long next = record + group.getNum_rows();
        if (record >= first && next <= end) {
          readGroup(file, group, row, range.getIdentity(), record, sink);
          read += group.getNum_rows();
        } else if (next > first && record < end) {
          throw new IllegalArgumentException(
              "%s: records %s to %s are not whole row groups".formatted(name, first, end));
        }
        record = next;
      }
      if (range.getRecords() >= 0 && read != range.getRecords()) {
        throw new BrokenFileException(
            "%s: has %s records, expected those from %s to %s".formatted(name, record, first, end));
      }
      return read;
    }
  }

  private static void readGroup(
      ParquetFile file, RowGroup group, RowBuilder row, String identity, long first, RowSink sink) {
    ParquetFiller[] fillers = fillers(file, group, row);
    List<Refusal> refusals = refusals(file, row);
    for (long i = 0; i < group.getNum_rows(); i++) {
      readRow(file, fillers, refusals, row);
      row.emit(identity, first + i, null, sink);
    }
  }

  private static void readRow(
      ParquetFile file, ParquetFiller[] fillers, List<Refusal> refusals, RowBuilder row) {
    row.begin();
    try {
      for (ParquetFiller filler : fillers) {
        filler.next();
      }
    } catch (RuntimeException e) {
      throw ParquetFile.broken(file.name(), e);
    }
    for (Refusal refusal : refusals) {
      for (FieldParser column : refusal.place().columns()) {
        column.takeOther(refusal.what(), null);
      }
    }
    row.end();
  }

  /** A place whose values are refused, and what they are. */
  private record Refusal(FieldNode place, String what) {}

  private static List<Refusal> refusals(ParquetFile file, RowBuilder row) {
    List<Refusal> found = new ArrayList<>();
    for (ParquetSchema.Group group : file.schema().groups(-1)) {
      ParquetLeaf.find(
          group.steps(),
          row.record(),
          (place, chosen) -> found.add(new Refusal(place, group.what())));
    }
    return found;
  }

  private static ParquetFiller[] fillers(ParquetFile file, RowGroup group, RowBuilder row) {
    List<ParquetFiller> fillers = new ArrayList<>();
    try {
      List<ParquetLeaf> leaves = file.schema().leaves();
      for (int i = 0; i < leaves.size(); i++) {
        ParquetLeaf leaf = leaves.get(i);
        List<ParquetFiller.Target> targets =
            ParquetFiller.targets(leaf, file.schema().groups(i), row.record());
        if (!targets.isEmpty()) {
          fillers.add(new ParquetFiller(leaf, targets, file.readers(group, leaf.withKeys())));
        }
      }
      return fillers.toArray(ParquetFiller[]::new);
    } catch (IOException | RuntimeException e) {
      throw ParquetFile.broken(file.name(), e);
    }
  }
}
