package io.beamgrad.data.formats;

import io.beamgrad.data.files.Storage;
import io.beamgrad.data.files.StoredFile;
import io.beamgrad.data.rows.FieldNode;
import io.beamgrad.data.rows.RejectText;
import io.beamgrad.data.rows.RowBuilder;
import io.beamgrad.data.rows.RowSink;
import io.beamgrad.data.rows.SourceField;
import io.beamgrad.data.streams.SourceChannel;
import io.beamgrad.data.streams.ZstandardCodec;
import io.beamgrad.failure.BrokenFileException;
import io.beamgrad.failure.MissingDataException;
import io.beamgrad.failure.ReportedException;
import io.beamgrad.schema.CsvOptions;
import io.beamgrad.schema.FileRange;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import org.apache.avro.AvroRuntimeException;
import org.apache.avro.Schema;
import org.apache.avro.file.DataFileConstants;
import org.apache.avro.file.DataFileReader;
import org.apache.avro.generic.GenericDatumReader;
import org.apache.avro.generic.GenericRecord;
import org.apache.avro.io.DatumReader;

/**
 * Reads Avro object container files, of whatever codec: deflate, snappy, zstandard, bzip2. A column
 * is a field of the file's record, or a path to a value within it ({@link FieldNode}). Unions,
 * enums and the logical types of dates, times and decimals are understood; arrays of numbers are
 * vectors. A fault in a file's structure breaks the whole file, and so does its end being cut off.
 */
public final class AvroReader implements TableReader {
  /** The fields of the file's record, in its order; of lists and maps as the first records are. */
  @Override
  public List<SourceField> fields(String file, String name, CsvOptions csv) {
    List<GenericRecord> first = new ArrayList<>();
    try (DataFileReader<GenericRecord> in = open(file, name, new GenericDatumReader<>())) {
      Schema schema = record(in.getSchema(), name);
      while (first.size() < FIELD_RECORDS && in.hasNext()) {
        first.add(in.next());
      }
      return AvroFields.of(schema, first);
    } catch (IOException | RuntimeException e) {
      throw broken(name, first.size(), e);
    }
  }

  /**
   * Reads the whole file.
   *
   * @throws IllegalArgumentException where the range is not the whole file, or its columns are not
   *     what a table can have
   * @throws MissingDataException where there is no such file
   * @throws BrokenFileException where it is no whole Avro file, or lacks a column
   */
  @Override
  public long read(FileRange range, RowSink sink) {
    CsvReader.requireWhole(range, "Avro");
    String file = range.getPath();
    String name = FileIdentity.displayName(file, range.getIdentity());
    RowBuilder row = new RowBuilder(range);
    long record = 0;
    try (DataFileReader<RowBuilder> in = open(file, name, new AvroRowReader(row))) {
      checkColumns(in.getSchema(), row, file, name);
      while (hasNext(in, row, name, record)) {
        row.emit(range.getIdentity(), record, null, sink);
        record++;
      }
      if (in.previousSync() != size(file)) {
        throw new BrokenFileException(
            "%s: Avro file cut short after %s records".formatted(name, record));
      }
      return record;
    } catch (IOException e) {
      throw broken(name, record, e);
    }
  }

  private static long size(String file) {
    return Storage.find(file).map(StoredFile::bytes).orElse(-1L);
  }

  /** Elements of lists and keys of maps that the first records lack are missing. */
  @Override
  public Header header(String file, String name, CsvOptions csv, RowBuilder row) {
    try (DataFileReader<RowBuilder> in = open(file, name, new AvroRowReader(row))) {
      Set<String> missing = checkColumns(in.getSchema(), row, file, name);
      if (!missing.isEmpty()) {
        Set<String> found = row.noteFields();
        for (int i = 0; i < FIELD_RECORDS && hasNext(in, row, name, i); i++) {
          missing.removeAll(found);
        }
      }
      String codec = in.getMetaString(DataFileConstants.CODEC);
      boolean isPacked = codec != null && !codec.equals(DataFileConstants.NULL_CODEC);
      return new Header(isPacked, null, missing.isEmpty() ? null : missing);
    } catch (IOException e) {
      throw broken(name, 0, e);
    }
  }

  /** Gives the names of which the schema does not say whether a record has them. */
  private Set<String> checkColumns(Schema schema, RowBuilder row, String file, String name) {
    Set<String> sure = new HashSet<>();
    Set<String> perhaps = new HashSet<>();
    AvroFields.addNames(record(schema, name), row.record(), true, sure, perhaps);
    perhaps.removeAll(sure);
    Set<String> lacking = new TreeSet<>(row.fieldsNeeded());
    lacking.removeAll(sure);
    lacking.removeAll(perhaps);
    if (!lacking.isEmpty()) {
      throw CsvReader.lacks(
          name,
          lacking,
          "the file",
          SourceField.names(fields(file, name, CsvStyle.DEFAULT.of(name))));
    }
    return perhaps;
  }

  private static Schema record(Schema schema, String name) {
    if (schema.getType() != Schema.Type.RECORD) {
      throw new BrokenFileException(
          "%s: expected Avro records, found %s".formatted(name, schema.getType().getName()));
    }
    return schema;
  }

  private static <T> DataFileReader<T> open(String file, String name, DatumReader<T> records)
      throws IOException {
    ZstandardCodec.register();
    SourceChannel in = SourceChannel.openUnpacked(file, name, "Avro");
    try {
      return new DataFileReader<>(in, records);
    } catch (IOException | RuntimeException e) {
      in.close();
      throw broken(name, 0, e);
    }
  }

  /**
   * Reads the next record into the row; false at the end. What a decoder throws is the file's
   * fault.
   */
  private static boolean hasNext(
      DataFileReader<RowBuilder> in, RowBuilder row, String name, long record) {
    try {
      if (!in.hasNext()) {
        return false;
      }
      in.next(row);
      return true;
    } catch (IOException | RuntimeException e) {
      throw broken(name, record, e);
    }
  }

  /** What a broken file made the decoder throw; what a server throws stays as it is. */
  private static RuntimeException broken(String name, long record, Exception e) {
    if (e instanceof ReportedException || e instanceof UncheckedIOException) {
      return (RuntimeException) e;
    }
    Throwable cause = e instanceof AvroRuntimeException && e.getCause() != null ? e.getCause() : e;
    return new BrokenFileException(
        "%s: not a valid Avro file after %s records: %s"
            .formatted(
                name,
                record,
                cause.getMessage() == null
                    ? cause.getClass().getSimpleName()
                    : RejectText.onOneLine(cause.getMessage())),
        e);
  }
}
