package io.beamgrad.data.formats;

import static java.nio.charset.StandardCharsets.UTF_8;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonFactoryBuilder;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.JsonToken;
import com.fasterxml.jackson.core.StreamReadConstraints;
import com.fasterxml.jackson.core.exc.StreamConstraintsException;
import com.fasterxml.jackson.core.json.JsonReadFeature;
import io.beamgrad.data.rows.RejectText;
import io.beamgrad.data.rows.RowBuilder;
import io.beamgrad.data.rows.RowSink;
import io.beamgrad.data.rows.SourceField;
import io.beamgrad.data.streams.SourceStream;
import io.beamgrad.failure.BrokenFileException;
import io.beamgrad.failure.MissingDataException;
import io.beamgrad.schema.CsvOptions;
import io.beamgrad.schema.FileRange;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.HashSet;
import java.util.List;
import java.util.Set;

/**
 * Reads files of JSON objects in UTF-8, plain or packed: one a line, an array of them in any
 * layout, or one after the other (see {@link JsonRecords#open}). A column is a key of the object,
 * or a path to a value within it ({@link FieldNode}); a key that is not there, or is {@code null},
 * is a missing value. Numbers are taken from their text, lists of numbers are vectors, and {@code
 * NaN} and {@code Infinity} are understood as Python writes them. Blank lines are no records.
 *
 * <p>A record is rejected where it is no JSON object or longer than {@value JsonRecords#MAX_BYTES}
 * bytes, has a key of the range twice, or a value that its column cannot take.
 */
public final class JsonLinesReader implements TableReader {
  static final String TOO_LONG = "a record of more than %s bytes".formatted(JsonRecords.MAX_BYTES);

  static final JsonFactory JSON =
      new JsonFactoryBuilder()
          .enable(JsonReadFeature.ALLOW_NON_NUMERIC_NUMBERS)
          .streamReadConstraints(
              StreamReadConstraints.builder()
                  .maxStringLength(JsonRecords.MAX_BYTES)
                  .maxNumberLength(JsonRecords.MAX_BYTES)
                  .build())
          .build();

  private final PlainJson plain = new PlainJson();

  /**
   * The keys of the first {@value #FIELD_RECORDS} records, in the order in which they come up; none
   * where the file has no records.
   */
  @Override
  public List<SourceField> fields(String file, String name, CsvOptions csv) {
    try (SourceStream in = SourceStream.open(file, name)) {
      return new JsonFields(in).fields();
    }
  }

  /**
   * Checks that a file which is all there is has records.
   *
   * @throws BrokenFileException where it has none, or is one object around them
   */
  public static void requireRecords(String file, String name) {
    try (SourceStream in = SourceStream.open(file, name)) {
      JsonFields found = new JsonFields(in);
      if (found.records() == 0) {
        throw new BrokenFileException(name + ": has no records");
      }
      requireUnwrapped(name, found);
    }
  }

  private static void requireUnwrapped(String name, JsonFields found) {
    if (found.wrapping() != null) {
      throw new BrokenFileException(name + ": " + found.wrapping());
    }
  }

  /** Keys that the first {@value #FIELD_RECORDS} records lack are missing. */
  @Override
  public Header header(String file, String name, CsvOptions csv, RowBuilder row) {
    Set<String> missing = new HashSet<>(row.fieldsNeeded());
    boolean isPacked;
    try (SourceStream in = SourceStream.open(file, name)) {
      isPacked = in.isPacked();
      JsonRecords records = JsonRecords.open(in);
      Set<String> found = row.noteFields();
      for (int i = 0; i < FIELD_RECORDS && records.next(); i++) {
        readRecord(records, row);
      }
      missing.removeAll(found);
    }
    if (!missing.isEmpty() && missing.size() == row.fieldsNeeded().size()) {
      try (SourceStream in = SourceStream.open(file, name)) {
        JsonFields found = new JsonFields(in);
        requireUnwrapped(name, found);
        missing = found.records() == 0 ? null : missing;
      }
    }
    return new Header(isPacked, null, missing);
  }

  /**
   * Reads the whole file.
   *
   * @throws IllegalArgumentException where the range is not the whole file, or its columns are not
   *     what a table can have
   * @throws MissingDataException where there is no such file
   * @throws BrokenFileException where a packed file is cut short or corrupt
   */
  @Override
  public long read(FileRange range, RowSink sink) {
    CsvReader.requireWhole(range, "JSON lines");
    String file = range.getPath();
    RowBuilder row = new RowBuilder(range);
    try (SourceStream in =
        SourceStream.open(file, FileIdentity.displayName(file, range.getIdentity()))) {
      JsonRecords records = JsonRecords.open(in);
      long record = 0;
      for (; records.next(); record++) {
        readRecord(records, row);
        row.emit(range.getIdentity(), record, records.line(), sink);
      }
      return record;
    }
  }

  private void readRecord(JsonRecords records, RowBuilder row) {
    row.begin();
    if (records.isTooLong()) {
      row.fault().set(null, records.start(), TOO_LONG);
      return;
    }
    if (records.isUtf8() && isReadAsPlain(records, row)) {
      return;
    }
    row.begin();
    try (JsonParser json = parser(records)) {
      readObject(new JacksonTokens(json), records, row);
    } catch (JsonProcessingException e) {
      row.fault().clear();
      row.fault().set(null, records.start(), fault(e));
    } catch (IOException e) {
      throw new UncheckedIOException(e); // of bytes in memory
    }
  }

  private boolean isReadAsPlain(JsonRecords records, RowBuilder row) {
    plain.begin(records.bytes(), records.offset(), records.length());
    try {
      readObject(plain, records, row);
      return true;
    } catch (PlainJson.NotPlainException e) {
      return false;
    } catch (IOException e) {
      throw new UncheckedIOException(e); // of bytes in memory
    }
  }

  private static void readObject(JsonTokens json, JsonRecords record, RowBuilder row)
      throws IOException {
    if (json.next() != JsonToken.START_OBJECT) {
      row.fault().set(null, record.start(), "expected a JSON object");
      return;
    }
    JsonRow.takeKeys(json, row.record(), 1);
    if (json.next() != null) {
      row.fault().set(null, record.start(), "expected one JSON object, found text behind it");
    }
    row.end();
  }

  /** What is wrong with a record that the parser does not take. */
  static String fault(JsonProcessingException e) {
    String what = e instanceof StreamConstraintsException ? "too large: " : "not JSON: ";
    return what + RejectText.cut(e.getOriginalMessage());
  }

  /**
   * A parser of the record. Bytes that are not UTF-8 become U+FFFD, which the column then refuses.
   * Jackson would take one that begins with a zero byte for UTF-16 or UTF-32, so such a one is
   * decoded first.
   */
  static JsonParser parser(JsonRecords records) throws IOException {
    for (int i = 0; i < Math.min(4, records.length()); i++) {
      if (records.bytes()[records.offset() + i] == 0) {
        return JSON.createParser(
            new String(records.bytes(), records.offset(), records.length(), UTF_8));
      }
    }
    if (!records.isUtf8()) {
      return JSON.createParser(
          new String(records.bytes(), records.offset(), records.length(), UTF_8));
    }
    return JSON.createParser(records.bytes(), records.offset(), records.length());
  }
}
