package io.beamgrad.job;

import io.beamgrad.data.databases.DatabaseSnapshot;
import io.beamgrad.data.databases.SinceBound;
import io.beamgrad.data.files.Storage;
import io.beamgrad.failure.WrongInputException;
import io.beamgrad.rundir.RunFolder;
import io.beamgrad.spec.JobSpec;
import io.beamgrad.terminal.Terminal;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.SortedSet;
import java.util.stream.Collectors;
import org.checkerframework.checker.nullness.qual.Nullable;

/**
 * The rows of a job's query, read into files before all else, which then are the job's data. A run
 * reads them once: what it goes on from after it was killed are the same rows.
 *
 * @param spec whose data are files
 * @param folder that goes when this is closed; null for none
 */
public record DatabaseRows(JobSpec spec, @Nullable Path folder) implements AutoCloseable {
  private static final long SHOWN_ROWS = 1 << 16;

  /**
   * The rows that a training of a spec reads, in its work folder.
   *
   * @param out the run's folder
   * @throws WrongInputException where the database, the query or its rows cannot be used
   */
  static JobSpec ofRun(JobSpec spec, Path out, Terminal terminal) throws IOException {
    RunFolder.requireUsable(out);
    Path work = out.toAbsolutePath().normalize().resolve("work");
    boolean isNew = !Files.exists(work);
    boolean isRead = false;
    try {
      JobSpec ofFiles = of(spec, work.resolve("rows"), null, terminal);
      isRead = true;
      return ofFiles;
    } finally {
      if (isNew && !isRead) {
        Storage.delete(work.toString()); // else it would look like an unfinished run
      }
    }
  }

  /** The rows for as long as this is open. Where the spec has no query, it is as it was. */
  static DatabaseRows forNow(JobSpec spec, Terminal terminal) {
    if (spec.data().jdbc() == null) {
      return new DatabaseRows(spec, null);
    }
    try {
      Path folder = Files.createTempDirectory("beamgrad-rows");
      boolean isRead = false;
      try {
        Path files = folder.resolve("rows");
        read(spec, files, null, terminal);
        DatabaseRows rows = new DatabaseRows(withFiles(spec, files), folder);
        isRead = true;
        return rows;
      } finally {
        if (!isRead) {
          Storage.delete(folder.toString());
        }
      }
    } catch (IOException e) {
      throw new UncheckedIOException("cannot make a folder: " + e.getMessage(), e);
    }
  }

  /**
   * The rows in a folder, where they are read once.
   *
   * @param bounds see {@link DatabaseSnapshot}
   */
  public static JobSpec of(
      JobSpec spec, Path folder, @Nullable SortedSet<Long> bounds, Terminal terminal) {
    if (Files.exists(folder)) {
      terminal.line("going on from the rows that were read of the database already");
    } else {
      long rows = read(spec, folder, bounds, terminal);
      terminal.line(String.format(Locale.ROOT, "read %,d rows of the database", rows));
    }
    return withFiles(spec, folder);
  }

  private static long read(
      JobSpec spec, Path folder, @Nullable SortedSet<Long> bounds, Terminal terminal) {
    long[] read = new long[1];
    new DatabaseSnapshot(
            spec.data().jdbc(),
            bounds,
            System::getenv,
            count -> {
              read[0] = count;
              if (count % SHOWN_ROWS == 0) {
                terminal.status(
                    String.format(Locale.ROOT, "reading the database: %,d rows", count));
              }
            })
        .write(folder);
    terminal.clearStatus();
    return read[0];
  }

  private static JobSpec withFiles(JobSpec spec, Path folder) {
    List<String> names = DatabaseSnapshot.files(folder);
    return spec.with(
        List.of(
            "data.dir='%s'".formatted(folder.toString().replace("'", "''")),
            "data.train="
                + (names.equals(List.of(SinceBound.ALL))
                    ? SinceBound.ALL
                    : names.stream().collect(Collectors.joining(", ", "[", "]")))));
  }

  @Override
  public void close() {
    if (folder != null) {
      Storage.delete(folder.toString());
    }
  }
}
