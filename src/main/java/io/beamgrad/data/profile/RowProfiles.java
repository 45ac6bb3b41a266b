package io.beamgrad.data.profile;

import io.beamgrad.data.rows.Columns;
import io.beamgrad.schema.Column;
import io.beamgrad.schema.DataProfile;
import io.beamgrad.schema.FileRange;
import io.beamgrad.schema.ProfiledRows;
import java.io.Serializable;
import java.time.ZoneId;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.checkerframework.checker.nullness.qual.Nullable;

/**
 * Profiles the rows of files, and counts which of them are copies, some ranges at a time. Both are
 * exact, so neither the number of the parts nor their order matters. What is wrong with a file is
 * in the profile.
 *
 * @param columns of the rows
 * @param zones in which the dates of a column are looked at; UTC where it has none
 * @param compared the names of the features and targets by which rows are copies
 * @param key the feature that only says whose model a row is for, which the profile leaves out;
 *     null for none
 */
public record RowProfiles(
    List<Column> columns, Map<String, ZoneId> zones, List<String> compared, @Nullable String key)
    implements Serializable {
  public RowProfiles {
    columns = Columns.kept(columns);
    zones = Map.copyOf(zones);
    compared = List.copyOf(compared);
  }

  /** What one pass over the rows of some ranges finds. */
  public ProfiledRows of(List<FileRange> ranges) {
    List<RangeCopies> copies = new ArrayList<>();
    DataProfile profile =
        DataProfiler.of(
            ranges,
            columns,
            zones,
            key,
            range -> {
              RangeCopies ofRange = new RangeCopies(range, columns, compared);
              copies.add(ofRange);
              return ofRange;
            });
    CopyCounts all = new CopyCounts();
    copies.forEach(one -> all.add(one.counts()));
    return new ProfiledRows(profile, all.record());
  }

  /** What some parts found together. */
  public ProfiledRows merged(List<ProfiledRows> parts) {
    DataProfile profile = DataProfiler.none(columns, zones, key);
    CopyCounts copies = new CopyCounts();
    for (ProfiledRows part : parts) {
      profile = DataProfiler.merge(profile, part.getProfile());
      copies.add(CopyCounts.of(part.getCopies()));
    }
    return new ProfiledRows(profile, copies.record());
  }
}
