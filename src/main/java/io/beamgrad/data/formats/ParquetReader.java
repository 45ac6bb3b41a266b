package io.beamgrad.data.formats;

import io.beamgrad.data.rows.FieldParser;
import io.beamgrad.data.rows.RowBuilder;
import io.beamgrad.data.rows.RowSink;
import io.beamgrad.data.rows.SourceField;
import io.beamgrad.failure.BrokenFileException;
import io.beamgrad.failure.MissingDataException;
import io.beamgrad.schema.CsvOptions;
import io.beamgrad.schema.FileRange;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.apache.parquet.column.ColumnReader;
import org.apache.parquet.format.RowGroup;

/**
 * Reads whole row groups of Parquet files, and of them only the columns that a range has. A column
 * is a field of the file's schema, a value or a list of values, which is a vector. A fault in a
 * file's structure breaks the whole file.
 */
public final class ParquetReader implements TableReader {
  /** The fields of the file, in its order: values and lists first, then what cannot be read. */
  @Override
  public List<SourceField> fields(Path path, String name, CsvOptions csv) {
    try (ParquetFile file = ParquetFile.open(path, name)) {
      List<SourceField> fields = new ArrayList<>();
      for (ParquetLeaf leaf : file.schema().leaves()) {
        fields.add(
            new SourceField(
                leaf.name(),
                leaf.type().kind(),
                leaf.isList() ? length(file, leaf) : 0,
                leaf.type().refusal()));
      }
      file.schema()
          .others()
          .forEach((other, what) -> fields.add(new SourceField(other, null, 0, what)));
      return List.copyOf(fields);
    } catch (IOException | RuntimeException e) {
      throw ParquetFile.broken(name, e);
    }
  }

  /** How long the first record's list is. */
  private static int length(ParquetFile file, ParquetLeaf leaf) throws IOException {
    for (RowGroup group : file.rowGroups()) {
      if (group.getNum_rows() > 0) {
        ColumnReader reader = file.readers(group, List.of(leaf)).get(0);
        int length = 0;
        do {
          length += reader.getCurrentDefinitionLevel() > leaf.listLevel() ? 1 : 0;
          reader.consume();
        } while (reader.getCurrentRepetitionLevel() > 0);
        return length;
      }
    }
    return 0;
  }

  /** Its groups are the file's row groups. */
  @Override
  public Header header(Path path, String name, CsvOptions csv, RowBuilder row) {
    SourceStream.requireUnpacked(path, "Parquet");
    try (ParquetFile file = ParquetFile.open(path, name)) {
      checkColumns(file, row);
      return new Header(true, file.rowGroups().stream().map(RowGroup::getNum_rows).toList(), null);
    }
  }

  private static void checkColumns(ParquetFile file, RowBuilder row) {
    List<String> names =
        Stream.concat(
                file.schema().leaves().stream().map(ParquetLeaf::name),
                file.schema().others().keySet().stream())
            .toList();
    CsvReader.checkColumns(file.name(), names, row.fieldsNeeded(), "the file");
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
    Path path = Path.of(range.getPath());
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
              "%s: records %d to %d are not whole row groups".formatted(name, first, end));
        }
        record = next;
      }
      if (range.getRecords() >= 0 && read != range.getRecords()) {
        throw new BrokenFileException(
            "%s: has %d records, expected those from %d to %d".formatted(name, record, first, end));
      }
      return read;
    }
  }

  private static void readGroup(
      ParquetFile file, RowGroup group, RowBuilder row, String identity, long first, RowSink sink) {
    ParquetLeaf.Filler[] fillers = fillers(file, group, row);
    Map<String, String> others = file.schema().others();
    for (long i = 0; i < group.getNum_rows(); i++) {
      row.begin();
      try {
        for (ParquetLeaf.Filler filler : fillers) {
          filler.next();
        }
      } catch (RuntimeException e) {
        throw ParquetFile.broken(file.name(), e);
      }
      others.forEach(
          (other, what) -> {
            for (FieldParser column : row.columnsOf(other)) {
              column.takeOther(what, null);
            }
          });
      row.end();
      row.emit(identity, first + i, null, sink);
    }
  }

  private static ParquetLeaf.Filler[] fillers(ParquetFile file, RowGroup group, RowBuilder row) {
    List<ParquetLeaf> leaves =
        file.schema().leaves().stream()
            .filter(leaf -> row.columnsOf(leaf.name()).length > 0)
            .toList();
    try {
      List<ColumnReader> readers = file.readers(group, leaves);
      ParquetLeaf.Filler[] fillers = new ParquetLeaf.Filler[leaves.size()];
      for (int i = 0; i < fillers.length; i++) {
        ParquetLeaf leaf = leaves.get(i);
        fillers[i] = leaf.new Filler(readers.get(i), row.columnsOf(leaf.name()));
      }
      return fillers;
    } catch (IOException | RuntimeException e) {
      throw ParquetFile.broken(file.name(), e);
    }
  }
}
