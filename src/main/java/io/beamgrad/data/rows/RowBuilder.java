package io.beamgrad.data.rows;

import io.beamgrad.schema.Column;
import io.beamgrad.schema.CsvOptions;
import io.beamgrad.schema.FileRange;
import io.beamgrad.schema.Reject;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.checkerframework.checker.nullness.qual.Nullable;

/**
 * Builds one row of a table at a time from values that are given by field name. The values of
 * partition folders ({@link Partitions}) are set from the start.
 */
public final class RowBuilder {
  private static final FieldParser[] UNUSED = {};

  private final ColumnBlock row;
  private final Map<String, FieldParser[]> byName = new HashMap<>();
  private final FieldParser[] ofFields;
  private final RowFault fault = new RowFault();
  private final @Nullable RowFault folderFault;
  private final FieldNode record;
  private @Nullable Set<String> noted; // null where nobody asks

  /** A builder for rows of a file, whose path may have partition folders. */
  public RowBuilder(FileRange range) {
    this(range.getColumns(), Partitions.of(range.getIdentity()), range.getCsv());
  }

  /** A builder for rows that come from no file. */
  public RowBuilder(List<Column> columns) {
    this(columns, Map.of(), null);
  }

  private RowBuilder(
      List<Column> columns, Map<String, String> partitions, @Nullable CsvOptions csv) {
    row = new ColumnBlock(columns, 1);
    List<FieldParser> fields = new ArrayList<>();
    RowFault inFolders = new RowFault();
    NumberStyle numbers = NumberStyle.of(csv);
    MissingWords words = MissingWords.of(csv);
    for (int i = 0; i < columns.size(); i++) {
      String name = columns.get(i).getName();
      boolean isPartition = partitions.containsKey(name);
      FieldParser value =
          isPartition
              ? new FieldParser(
                  row.column(i), inFolders, NumberStyle.of(null), MissingWords.of(null))
              : new FieldParser(row.column(i), fault, numbers, words);
      if (isPartition && partitions.get(name) == null) {
        value.takeMissing();
      } else if (isPartition) {
        value.takeText(partitions.get(name), false);
      } else {
        fields.add(value);
        byName.merge(name, new FieldParser[] {value}, RowBuilder::joined);
      }
    }
    ofFields = fields.toArray(FieldParser[]::new);
    folderFault = inFolders.isSet() ? inFolders : null;
    record = FieldNode.record(byName, fault);
  }

  private static FieldParser[] joined(FieldParser[] some, FieldParser[] more) {
    FieldParser[] all = new FieldParser[some.length + more.length];
    System.arraycopy(some, 0, all, 0, some.length);
    System.arraycopy(more, 0, all, some.length, more.length);
    return all;
  }

  /** The parsers of the columns that a field fills; none where no column needs the field. */
  public FieldParser[] columnsOf(String field) {
    return byName.getOrDefault(field, UNUSED);
  }

  /** The record, whose values at any depth fill columns by their names. */
  public FieldNode record() {
    return record;
  }

  /** A set to which each record's end adds the names of the columns whose fields it has. */
  public Set<String> noteFields() {
    noted = new HashSet<>();
    return noted;
  }

  /** The names of the fields that the file itself must have. */
  public List<String> fieldsNeeded() {
    return List.copyOf(byName.keySet());
  }

  /** Begins a new record. */
  public void begin() {
    fault.clear();
    if (folderFault != null) {
      fault.set(folderFault.column(), folderFault.value(), folderFault.reason());
    }
    for (FieldParser column : ofFields) {
      column.clear();
    }
  }

  /** Takes a field's value of any type that a source may have. */
  public void take(String field, @Nullable Object value) {
    for (FieldParser column : columnsOf(field)) {
      column.take(value);
    }
  }

  /**
   * Takes the value of a column of any type that a source may have.
   *
   * @param column among those that are not of partition folders
   */
  public void take(int column, @Nullable Object value) {
    ofFields[column].take(value);
  }

  /** Ends the record: fields that were not taken are missing values. */
  public void end() {
    if (noted != null) {
      byName.keySet().stream().filter(name -> byName.get(name)[0].isTaken()).forEach(noted::add);
    }
    for (FieldParser column : ofFields) {
      if (!column.isTaken()) {
        column.takeMissing();
      }
    }
  }

  /** What is wrong with the record. */
  public RowFault fault() {
    return fault;
  }

  /** Whether anything is wrong with the record. */
  public boolean isFaulty() {
    return fault.isSet();
  }

  /** What is wrong with the record, in words: {@code column x: expected ..., found ...}. */
  public String describeFault() {
    return (fault.column() == null ? "" : "column " + fault.column() + ": ") + fault.reason();
  }

  /**
   * The block, whose only row is the record; valid until the next record, and only where it is not
   * faulty.
   */
  public ColumnBlock row() {
    return row;
  }

  /**
   * The record as a reject.
   *
   * @param record the number of the record, from 0
   * @param line the line of the record; null where the format has no lines
   */
  public Reject reject(String file, long record, @Nullable Long line) {
    return new Reject(file, record + 1, line, fault.column(), fault.value(), fault.reason());
  }

  /** Gives a sink the row, or the reject where the record is faulty. */
  public void emit(String file, long record, @Nullable Long line, RowSink sink) {
    if (!fault.isSet()) {
      sink.accept(record, row);
    } else if (fault.isOfColumns()) {
      sink.rejectColumns(row, fault.ofColumns(), reject(file, record, line));
    } else {
      sink.reject(reject(file, record, line));
    }
  }
}
