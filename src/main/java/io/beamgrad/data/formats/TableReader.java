package io.beamgrad.data.formats;

import io.beamgrad.data.rows.RowBuilder;
import io.beamgrad.data.rows.SourceField;
import io.beamgrad.failure.BrokenFileException;
import io.beamgrad.failure.MissingDataException;
import io.beamgrad.schema.CsvOptions;
import java.util.List;
import java.util.Set;
import org.checkerframework.checker.nullness.qual.Nullable;

/**
 * Reads the rows of a table's files, and before that what a file says of itself. Where a method
 * takes CSV options, only the reader of CSV looks at them.
 */
public interface TableReader extends RecordReader {
  /** How many records say what fields there are, where the format does not. */
  int FIELD_RECORDS = 100;

  /**
   * The fields of a file, in its order; nested ones by their paths.
   *
   * @param name what messages call the file
   * @throws MissingDataException where there is no such file
   * @throws BrokenFileException where the file is not of its format
   */
  List<SourceField> fields(String file, String name, CsvOptions csv);

  /**
   * Checks that a file has the fields that a row needs, and says how it can be read.
   *
   * @throws MissingDataException where there is no such file
   * @throws BrokenFileException where the file is not of its format, or lacks a field
   */
  Header header(String file, String name, CsvOptions csv, RowBuilder row);

  /**
   * What a file says before its rows are read.
   *
   * @param isPacked true where the file is smaller than its data
   * @param groups the records of each part that can be read alone, in order; null where the file is
   *     read as a whole
   * @param missing the fields that its first records lack but later ones may have; null where the
   *     file has all
   */
  record Header(boolean isPacked, @Nullable List<Long> groups, @Nullable Set<String> missing) {
    /** Of a file that has all fields and is read as a whole. */
    static Header ofWhole(boolean isPacked) {
      return new Header(isPacked, null, null);
    }
  }
}
