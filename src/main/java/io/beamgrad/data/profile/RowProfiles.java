package io.beamgrad.data.profile;

import io.beamgrad.data.rows.Columns;
import io.beamgrad.schema.Column;
import io.beamgrad.schema.DataProfile;
import io.beamgrad.schema.FileRange;
import io.beamgrad.schema.ProfiledRows;
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
   * The profile of all rows, and which of them are copies.
   *
   * @param columns of the rows, for where there are none
   * @param zones in which the dates of a column are looked at; UTC where it has none
   * @param compared the names of the features and targets by which rows are copies
   */
  public static ProfiledRows of(
      List<FileRange> ranges,
      List<Column> columns,
      Map<String, ZoneId> zones,
      List<String> compared)
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
      List<Future<ProfiledRows>> parts = new ArrayList<>();
      for (FileRange range : ranges) {
        parts.add(threads.submit(() -> of(range, zones, compared)));
      }
      DataProfile all = DataProfiler.none(columns, zones);
      CopyCounts copies = new CopyCounts();
      for (Future<ProfiledRows> part : parts) {
        all = DataProfiler.merge(all, part.get().getProfile());
        copies.add(CopyCounts.of(part.get().getCopies()));
      }
      return new ProfiledRows(all, copies.record());
    } catch (ExecutionException e) {
      if (e.getCause() instanceof RuntimeException thrown) {
        throw thrown;
      }
      throw new IllegalStateException(e.getCause());
    } finally {
      threads.shutdownNow();
    }
  }

  /** What one pass over the rows of a range finds. */
  private static ProfiledRows of(
      FileRange range, Map<String, ZoneId> zones, List<String> compared) {
    RangeCopies copies = new RangeCopies(range, Columns.kept(range.getColumns()), compared);
    DataProfile profile = DataProfiler.of(range, zones, copies);
    return new ProfiledRows(profile, copies.counts().record());
  }
}
