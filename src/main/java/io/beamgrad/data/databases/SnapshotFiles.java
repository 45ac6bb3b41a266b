package io.beamgrad.data.databases;

import io.beamgrad.failure.WrongInputException;
import java.io.BufferedOutputStream;
import java.io.Closeable;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.Map;
import java.util.SortedSet;
import java.util.TreeSet;
import org.apache.avro.Schema;
import org.apache.avro.file.DataFileWriter;
import org.apache.avro.generic.GenericDatumWriter;
import org.apache.avro.generic.GenericRecord;
import org.checkerframework.checker.nullness.qual.Nullable;

/** Writes sorted rows to Avro files, one for each span of {@code since} that has some. */
final class SnapshotFiles implements RowSorter.Sink, Closeable {
  private static final byte[] SYNC =
      new byte[16]; // constant, so that the same rows are the same bytes

  private final Path folder;
  private final Schema schema;
  private final @Nullable SortedSet<Long> ends; // null for one file
  private final Map<String, DataFileWriter<GenericRecord>> writers = new HashMap<>();
  private SnapshotRow last;

  /**
   * @param bounds of earlier files
   * @param most the largest value that there is; null for one file
   */
  SnapshotFiles(Path folder, Schema schema, SortedSet<Long> bounds, @Nullable Long most) {
    this.folder = folder;
    this.schema = schema;
    this.ends = most == null ? null : new TreeSet<>(bounds);
    if (most != null && (bounds.isEmpty() || bounds.last() < most)) {
      ends.add(most);
    }
  }

  @Override
  public void accept(SnapshotRow row) throws IOException {
    if (last != null && last.compareTo(row) == 0) {
      throw new WrongInputException(
          "data.jdbc.key: two rows have the key %s; a key names one row".formatted(row.key()));
    }
    last = row;
    String name =
        ends == null ? SinceBound.ALL : SinceBound.name(ends.tailSet(row.since()).first());
    if (!writers.containsKey(name)) {
      writers.put(name, create(folder.resolve(name)));
    }
    writers.get(name).appendEncoded(row.record());
  }

  private DataFileWriter<GenericRecord> create(Path file) throws IOException {
    DataFileWriter<GenericRecord> writer = new DataFileWriter<>(new GenericDatumWriter<>(schema));
    return writer.create(schema, new BufferedOutputStream(Files.newOutputStream(file)), SYNC);
  }

  @Override
  public void close() throws IOException {
    for (DataFileWriter<GenericRecord> writer : writers.values()) {
      writer.close();
    }
  }
}
