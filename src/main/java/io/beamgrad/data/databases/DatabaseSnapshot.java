package io.beamgrad.data.databases;

import io.beamgrad.data.files.Sha256;
import io.beamgrad.data.files.Storage;
import io.beamgrad.failure.WrongInputException;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.math.BigInteger;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.channels.OverlappingFileLockException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.FileTime;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.ResultSetMetaData;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.SortedSet;
import java.util.TreeSet;
import java.util.function.LongConsumer;
import java.util.function.UnaryOperator;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.apache.avro.Schema;
import org.apache.avro.io.BinaryEncoder;
import org.apache.avro.io.EncoderFactory;
import org.checkerframework.checker.nullness.qual.Nullable;

/**
 * The rows of a query as Avro files in a folder, sorted by their keys. The same rows give the same
 * bytes in whatever order a database gives them, and files are as old as their content says, so
 * that it looks as if they were never written again. The query is one statement in one transaction,
 * which sees one state of the database: a read in partitions, such as that of Beam's JdbcIO, does
 * not.
 */
public final class DatabaseSnapshot {
  private static final long RUN_BYTES = Math.max(16 << 20, Runtime.getRuntime().maxMemory() / 16);
  private static final int FETCHED_ROWS = 1000;
  private static final int TIME_BITS = 41; // of milliseconds: 69 years
  private static final Set<DatabaseColumn.Kind> KEYS =
      Set.of(
          DatabaseColumn.Kind.LONG,
          DatabaseColumn.Kind.DECIMAL,
          DatabaseColumn.Kind.BIG_DECIMAL,
          DatabaseColumn.Kind.TEXT);
  private static final Set<DatabaseColumn.Kind> TIMES =
      Set.of(
          DatabaseColumn.Kind.LONG,
          DatabaseColumn.Kind.DATE,
          DatabaseColumn.Kind.LOCAL_TIMESTAMP,
          DatabaseColumn.Kind.TIMESTAMP);

  private final DatabaseQuery query;
  private final DatabaseConnection connection;
  private final boolean isBySince;
  private final SortedSet<Long> bounds;
  private final LongConsumer progress;
  private final long runBytes;

  /**
   * @param bounds the largest values of {@code since} that earlier snapshots had; null makes one
   *     file of all rows
   * @param environment gives the value of a variable, or null
   * @param progress is told how many rows were read
   */
  public DatabaseSnapshot(
      DatabaseQuery query,
      @Nullable SortedSet<Long> bounds,
      UnaryOperator<String> environment,
      LongConsumer progress) {
    this(query, bounds, environment, progress, RUN_BYTES);
  }

  DatabaseSnapshot(
      DatabaseQuery query,
      @Nullable SortedSet<Long> bounds,
      UnaryOperator<String> environment,
      LongConsumer progress,
      long runBytes) {
    this.query = query;
    this.connection = new DatabaseConnection(query, environment);
    this.isBySince = bounds != null;
    this.bounds = bounds == null ? new TreeSet<>() : bounds;
    this.progress = progress;
    this.runBytes = runBytes;
  }

  /** The names of the files of a snapshot that is whole, sorted. */
  public static List<String> files(Path folder) {
    try (Stream<Path> files = Files.list(folder)) {
      return files
          .map(file -> file.getFileName().toString())
          .filter(SinceBound::isName)
          .sorted(Comparator.comparingLong(SinceBound::of))
          .collect(Collectors.toList());
    } catch (IOException e) {
      throw new UncheckedIOException("%s: %s".formatted(folder, e.getMessage()), e);
    }
  }

  /**
   * Reads the rows, and writes the folder, which is there at once and whole.
   *
   * @throws WrongInputException with one line, where the database, the query or its rows cannot be
   *     used
   */
  public void write(Path folder) {
    Path aside = folder.resolveSibling("." + folder.getFileName() + ".new");
    try {
      Storage.createFolders(folder.toAbsolutePath().getParent());
      Path lockPath = folder.resolveSibling("." + folder.getFileName() + ".lock");
      try (FileChannel file =
              FileChannel.open(lockPath, StandardOpenOption.CREATE, StandardOpenOption.WRITE);
          FileLock lock = lock(file)) {
        if (lock == null) {
          throw new WrongInputException(folder + ": another process is reading these rows");
        }
        Storage.delete(aside.toString());
        Files.createDirectories(aside);
        try {
          read(aside);
          Storage.renameFolder(aside, folder);
        } catch (SQLException e) {
          throw connection.failure(e);
        } finally {
          Storage.delete(aside.toString());
        }
      } finally {
        Files.deleteIfExists(lockPath);
      }
    } catch (IOException e) {
      throw new UncheckedIOException("cannot write %s: %s".formatted(folder, e.getMessage()), e);
    }
  }

  private static FileLock lock(FileChannel file) throws IOException {
    try {
      return file.tryLock();
    } catch (OverlappingFileLockException e) {
      return null;
    }
  }

  private void read(Path folder) throws SQLException, IOException {
    RowSorter sorter = new RowSorter(folder, runBytes);
    Schema schema;
    long most = Long.MIN_VALUE;
    try (Connection opened = connection.open();
        Statement statement = opened.createStatement()) {
      statement.setFetchSize(FETCHED_ROWS);
      try (ResultSet rows = statement.executeQuery(query.query())) {
        List<DatabaseColumn> columns = columns(rows.getMetaData());
        schema = schema(columns);
        RowEncoding encoding = new RowEncoding(columns);
        long count = 0;
        while (rows.next()) {
          SnapshotRow row = encoding.row(rows);
          most = Math.max(most, row.since());
          sorter.add(row);
          progress.accept(++count);
        }
        if (count == 0) {
          throw new WrongInputException("data.jdbc.query: gives no rows");
        }
      }
    }
    try (SnapshotFiles files = new SnapshotFiles(folder, schema, bounds, isBySince ? most : null)) {
      sorter.drain(files);
    }
    for (String name : files(folder)) {
      age(folder.resolve(name));
    }
  }

  /** Makes a file as old as its content says. */
  private static void age(Path file) throws IOException {
    BigInteger hash = new BigInteger(Sha256.ofFile(file), 16);
    long millis = hash.mod(BigInteger.ONE.shiftLeft(TIME_BITS)).longValue();
    Files.setLastModifiedTime(file, FileTime.fromMillis(millis));
  }

  private static List<DatabaseColumn> columns(ResultSetMetaData found) throws SQLException {
    List<DatabaseColumn> columns = new ArrayList<>();
    Set<String> names = new HashSet<>();
    for (int i = 1; i <= found.getColumnCount(); i++) {
      DatabaseColumn column = DatabaseColumn.of(found, i);
      if (!names.add(column.name())) {
        throw new WrongInputException(
            "data.jdbc.query: gives two columns " + column.name() + "; AS gives one another name");
      }
      columns.add(column);
    }
    return columns;
  }

  private static Schema schema(List<DatabaseColumn> columns) {
    String fields =
        columns.stream()
            .map(
                column ->
                    "{\"name\":\"%s\",\"type\":[\"null\",%s]}"
                        .formatted(
                            column.name().replace("\\", "\\\\").replace("\"", "\\\""),
                            column.type()))
            .collect(Collectors.joining(","));
    String json = "{\"type\":\"record\",\"name\":\"Row\",\"fields\":[" + fields + "]}";
    return new Schema.Parser().setValidate(false).parse(json);
  }

  /** Encodes rows, and finds their keys. */
  private final class RowEncoding {
    private final List<DatabaseColumn> columns;
    private final int key;
    private final int since;
    private final ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    private final BinaryEncoder encoder = EncoderFactory.get().binaryEncoder(bytes, null);

    RowEncoding(List<DatabaseColumn> columns) {
      this.columns = columns;
      this.key = index("data.jdbc.key", query.key(), KEYS, "a whole number, a decimal or text");
      this.since =
          query.since() == null
              ? -1
              : index(
                  "data.jdbc.since", query.since(), TIMES, "a whole number, a date or a timestamp");
    }

    private int index(String says, String name, Set<DatabaseColumn.Kind> kinds, String expected) {
      for (int i = 0; i < columns.size(); i++) {
        if (columns.get(i).name().equals(name)) {
          if (!kinds.contains(columns.get(i).kind())) {
            throw new WrongInputException(
                "%s: column %s must be %s, is %s"
                    .formatted(says, name, expected, columns.get(i).kind()));
          }
          return i;
        }
      }
      throw new WrongInputException(
          "%s: the query gives no column %s; it gives %s"
              .formatted(
                  says,
                  name,
                  columns.stream().map(DatabaseColumn::name).collect(Collectors.joining(", "))));
    }

    SnapshotRow row(ResultSet row) throws SQLException, IOException {
      bytes.reset();
      Object keyValue = null;
      Object sinceValue = null;
      for (int i = 0; i < columns.size(); i++) {
        Object value = columns.get(i).value(row);
        columns.get(i).write(value, encoder);
        keyValue = i == key ? value : keyValue;
        sinceValue = i == since ? value : sinceValue;
      }
      encoder.flush();
      if (keyValue == null) {
        throw new WrongInputException(
            "data.jdbc.key: a row has no value of the key " + query.key());
      }
      if (since >= 0 && sinceValue == null) {
        throw new WrongInputException(
            "data.jdbc.since: the row of the key %s has no %s".formatted(keyValue, query.since()));
      }
      return SnapshotRow.of(
          keyValue, since < 0 ? 0 : (Long) sinceValue, ByteBuffer.wrap(bytes.toByteArray()));
    }
  }
}
