package io.beamgrad.data.split;

import io.beamgrad.data.formats.FileIdentity;
import io.beamgrad.data.rows.ColumnBlock;
import io.beamgrad.schema.Column;
import java.io.Serializable;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;
import org.checkerframework.checker.nullness.qual.Nullable;

/**
 * What one training read and what it held out, so that any row can be told apart that may have
 * trained the model. In doubt a row has.
 *
 * @param holdout the rows held out; null where that is unknown, so that all may have trained
 * @param identities of the files read, by the hex SHA-256 of their content
 * @param read all of them
 */
public record TrainedData(
    @Nullable Holdout holdout, Map<String, Set<String>> identities, Set<String> read)
    implements Serializable {
  public TrainedData {
    identities = Map.copyOf(identities);
    read = Set.copyOf(read);
  }

  /**
   * The same of names and contents.
   *
   * @param contents the hex SHA-256 of each file read, by its name below the data folder; keys and
   *     values that hold rows out do not need them
   */
  public static TrainedData of(@Nullable Holdout holdout, Map<String, String> contents) {
    if (holdout != null && holdout.by() != Holdout.By.ROWS) {
      return new TrainedData(holdout, Map.of(), Set.of());
    }
    Map<String, Set<String>> identities = new HashMap<>();
    contents.forEach(
        (name, content) ->
            identities.computeIfAbsent(content, c -> new TreeSet<>()).add(FileIdentity.of(name)));
    return new TrainedData(
        holdout,
        identities,
        contents.keySet().stream().map(FileIdentity::of).collect(Collectors.toSet()));
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
    Set<String> then =
        identities.keySet().containsAll(contents) ? identities.get(contents.get(0)) : Set.of();
    boolean isChanged = then.isEmpty() && isRead(file, contents);
    return (record, row) ->
        isChanged || then.stream().anyMatch(identity -> !rows.isHeldOut(identity, record, row));
  }

  private boolean isRead(List<String> file, List<String> now) {
    return identities.keySet().containsAll(now)
        || file.stream().map(FileIdentity::of).anyMatch(read::contains);
  }
}
