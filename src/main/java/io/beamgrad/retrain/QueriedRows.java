package io.beamgrad.retrain;

import io.beamgrad.data.databases.SinceBound;
import io.beamgrad.data.files.Sha256;
import io.beamgrad.data.files.Storage;
import io.beamgrad.job.DatabaseRows;
import io.beamgrad.registry.FileHistory;
import io.beamgrad.registry.ModelRegistry;
import io.beamgrad.spec.JobSpec;
import io.beamgrad.spec.RetrainSpec;
import io.beamgrad.spec.SpecFingerprint;
import io.beamgrad.terminal.Terminal;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.NavigableSet;
import java.util.TreeSet;
import java.util.stream.Stream;
import org.checkerframework.checker.nullness.qual.Nullable;

/**
 * The rows of a query that a retrain trains and judges on, in files of its registry until the run
 * has ended. With {@code sinceLast} each file has the rows that were new in one run of the history,
 * and the last one those that are new now.
 *
 * @param spec whose data are files
 * @param folder of the files; null where the spec has no query
 */
record QueriedRows(JobSpec spec, @Nullable Path folder) {

  /** Reads the rows, or finds those that a killed run has read of the same spec and history. */
  static QueriedRows of(JobSpec spec, ModelRegistry registry, Terminal terminal) {
    if (spec.data().jdbc() == null) {
      return new QueriedRows(spec, null);
    }
    FileHistory history = registry.files();
    Path folder = registry.folder().toAbsolutePath().normalize().resolve("rows");
    String run = SpecFingerprint.ofRetrain(spec) + " " + history.decisions().size();
    Path rows = folder.resolve(Sha256.hex(run).substring(0, 32));
    deleteOthers(folder, rows);
    boolean isSinceLast = spec.retrain().select().by() == RetrainSpec.Select.By.SINCE_LAST;
    return new QueriedRows(
        DatabaseRows.of(spec, rows, isSinceLast ? bounds(history) : null, terminal), folder);
  }

  /** The spec with the rows in a folder that is not the registry's; the caller deletes it. */
  static JobSpec asideOf(JobSpec spec, FileHistory history, Path folder, Terminal terminal) {
    if (spec.data().jdbc() == null) {
      return spec;
    }
    boolean isSinceLast = spec.retrain().select().by() == RetrainSpec.Select.By.SINCE_LAST;
    return DatabaseRows.of(spec, folder, isSinceLast ? bounds(history) : null, terminal);
  }

  private static void deleteOthers(Path folder, Path rows) {
    if (!Files.isDirectory(folder)) {
      return;
    }
    try (Stream<Path> found = Files.list(folder)) {
      found.filter(one -> !one.equals(rows)).map(Path::toString).forEach(Storage::delete);
    } catch (IOException e) {
      throw new UncheckedIOException("cannot list " + folder + ": " + e.getMessage(), e);
    }
  }

  private static NavigableSet<Long> bounds(FileHistory history) {
    NavigableSet<Long> bounds = new TreeSet<>();
    history.replay(
        (decision, isAnew, removed, added) ->
            added.stream()
                .map(file -> SinceBound.of(file.identity()))
                .filter(most -> most < Long.MAX_VALUE)
                .forEach(bounds::add));
    return bounds;
  }

  /** Deletes the files: the next run asks the database. */
  void delete() {
    if (folder != null) {
      Storage.delete(folder.toString());
    }
  }
}
