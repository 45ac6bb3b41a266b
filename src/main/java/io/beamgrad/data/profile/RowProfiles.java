package io.beamgrad.data.profile;

import io.beamgrad.schema.Column;
import io.beamgrad.schema.DataProfile;
import io.beamgrad.schema.FileRange;
import java.time.ZoneId;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;

/**
 * Profiles the rows of files on all processors of this machine. Profiles are exact, so neither
 * their number nor the order of files matters. What is wrong with a file is in the profile.
 */
public final class RowProfiles {
  private RowProfiles() {}

  /**
   * The profile of all rows.
   *
   * @param columns of the rows, for where there are none
   * @param zones in which the dates of a column are looked at; UTC where it has none
   */
  public static DataProfile of(
      List<FileRange> ranges, List<Column> columns, Map<String, ZoneId> zones)
      throws InterruptedException {
    ExecutorService threads =
        Executors.newFixedThreadPool(
            Runtime.getRuntime().availableProcessors(),
            work -> {
              Thread thread = new Thread(work, "profile");
              thread.setDaemon(true);
              return thread;
            });
    try {
      List<Future<DataProfile>> parts = new ArrayList<>();
      for (FileRange range : ranges) {
        parts.add(threads.submit(() -> DataProfiler.of(range, zones)));
      }
      DataProfile all = DataProfiler.none(columns, zones);
      for (Future<DataProfile> part : parts) {
        all = DataProfiler.merge(all, part.get());
      }
      return all;
    } catch (ExecutionException e) {
      if (e.getCause() instanceof RuntimeException thrown) {
        throw thrown;
      }
      throw new IllegalStateException(e.getCause());
    } finally {
      threads.shutdownNow();
    }
  }
}
