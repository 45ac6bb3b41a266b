package io.beamgrad.data.split;

import io.beamgrad.data.formats.FileIdentity;
import io.beamgrad.data.rows.ColumnBlock;
import io.beamgrad.schema.Column;
import java.io.Serializable;
import java.util.List;
import java.util.Map;
import org.checkerframework.checker.nullness.qual.Nullable;

/**
 * What one training read and what it held out, so that any row can be told apart that may have
 * trained the model. In doubt a row has.
 *
 * @param holdout the rows held out; null where that is unknown, so that all may have trained
 * @param contents the hex SHA-256 of each file read, by its name below the data folder
 */
public record TrainedData(@Nullable Holdout holdout, Map<String, String> contents)
    implements Serializable {
  public TrainedData {
    contents = Map.copyOf(contents);
  }

  /** Tells of the rows of one file whether they may have trained. */
  @FunctionalInterface
  public interface Rows {

    /**
     * True where the row may have trained.
     *
     * @param record the row's number in its file, from 0
     */
    boolean mayHaveTrained(long record, ColumnBlock row);
  }

  /**
   * The rows of one file, as it is now. Rows that their keys or values hold out are so wherever
   * they lie. Else the file counts: one that the training has not read trained nothing, one whose
   * content has changed under its name may have trained with all of its rows, and one that was
   * renamed, or has copies, is as each of its names was.
   *
   * @param file the names of its files below the data folder, the one that names the rows first
   * @param contents the hex SHA-256 of each
   * @param columns the columns that rows are read with
   */
  public Rows of(List<String> file, List<String> contents, List<Column> columns) {
    if (holdout == null || !HoldoutRows.areIn(columns, holdout)) {
      boolean mayHave = holdout != null || isRead(file, contents);
      return (record, row) -> mayHave;
    }
    HoldoutRows rows = new HoldoutRows(holdout, columns);
    if (holdout.by() != Holdout.By.ROWS) {
      String identity = FileIdentity.of(file.get(0));
      return (record, row) -> !rows.isHeldOut(identity, record, row);
    }
    List<String> identities = identitiesThen(contents);
    boolean isChanged = identities.isEmpty() && isRead(file, contents);
    return (record, row) ->
        isChanged
            || identities.stream().anyMatch(identity -> !rows.isHeldOut(identity, record, row));
  }

  /** The identities under which the training has read these contents. */
  private List<String> identitiesThen(List<String> now) {
    if (!this.contents.values().containsAll(now)) {
      return List.of();
    }
    return this.contents.entrySet().stream()
        .filter(read -> read.getValue().equals(now.get(0)))
        .map(read -> FileIdentity.of(read.getKey()))
        .sorted()
        .toList();
  }

  private boolean isRead(List<String> file, List<String> now) {
    if (this.contents.values().containsAll(now)) {
      return true;
    }
    List<String> identities = this.contents.keySet().stream().map(FileIdentity::of).toList();
    return file.stream().map(FileIdentity::of).anyMatch(identities::contains);
  }
}
