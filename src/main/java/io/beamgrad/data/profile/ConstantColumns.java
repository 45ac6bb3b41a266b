package io.beamgrad.data.profile;

import io.beamgrad.data.rows.ColumnBlock;
import io.beamgrad.data.rows.Columns;
import io.beamgrad.data.rows.RowSink;
import io.beamgrad.data.sources.SourceFiles;
import io.beamgrad.failure.BrokenFileException;
import io.beamgrad.failure.MissingDataException;
import io.beamgrad.schema.Column;
import io.beamgrad.schema.FileFormat;
import io.beamgrad.schema.FileRange;
import io.beamgrad.schema.Reject;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.checkerframework.checker.nullness.qual.Nullable;

/**
 * Finds the features and targets that have one value in all rows of each file, such as the time of
 * an export: by them no two rows of a file differ. Files of one row say nothing. Columns are read
 * for as long as they may be constant, so that of most data a few rows are read.
 */
public final class ConstantColumns {
  private List<String> left; // that have been constant so far
  private boolean hasSeen; // a file of several rows
  private @Nullable String file;
  private long[] first = {}; // the hashes of the file's first row, by column left

  /** Ends the reading of a file early. */
  private static final class NoneLeft extends RuntimeException {
    private static final long serialVersionUID = 1L;

    NoneLeft() {
      super(null, null, false, false);
    }
  }

  private ConstantColumns(List<String> names) {
    left = names;
  }

  /**
   * The names of the constant columns. What is wrong with a file is for the full reading to say.
   *
   * @param ranges in the order of files and records
   */
  public static List<String> of(List<FileRange> ranges, List<Column> columns)
      throws InterruptedException {
    ConstantColumns constant =
        new ConstantColumns(
            columns.stream()
                .filter(column -> Columns.isFeature(column) || Columns.isTarget(column))
                .map(Column::getName)
                .toList());
    try {
      for (FileRange range : ranges) {
        if (Thread.interrupted()) {
          throw new InterruptedException("the search for constant columns was interrupted");
        }
        constant.read(range);
      }
    } catch (NoneLeft e) {
      return List.of();
    } catch (BrokenFileException | MissingDataException e) {
      return constant.found();
    }
    return constant.found();
  }

  private List<String> found() {
    return hasSeen ? left : List.of();
  }

  private void read(FileRange range) {
    if (!range.getIdentity().equals(file)) {
      file = range.getIdentity();
      first = new long[0];
    }
    List<Column> all = Columns.kept(range.getColumns());
    List<Column> read =
        range.getFormat() == FileFormat.IDX || range.getFormat() == FileFormat.PNG
            ? all
            : all.stream().filter(column -> left.contains(column.getName())).toList();
    SourceFiles.reader(range.getFormat())
        .read(
            FileRange.newBuilder(range).setColumns(read).build(),
            new RowSink() {
              @Override
              public void accept(long record, ColumnBlock row) {
                compare(row);
              }

              @Override
              public void reject(Reject reject) {}
            });
  }

  private void compare(ColumnBlock row) {
    long[] hashes = new long[left.size()];
    for (int i = 0; i < hashes.length; i++) {
      hashes[i] = row.column(Columns.contentIndex(row.columns(), left.get(i))).contentHash(0, 0);
    }
    if (first.length == 0) {
      first = hashes;
      return;
    }
    hasSeen = true;
    List<String> still = new ArrayList<>();
    long[] firstOfStill = new long[hashes.length];
    for (int i = 0; i < hashes.length; i++) {
      if (hashes[i] == first[i]) {
        firstOfStill[still.size()] = first[i];
        still.add(left.get(i));
      }
    }
    if (still.isEmpty()) {
      throw new NoneLeft();
    }
    left = still;
    first = Arrays.copyOf(firstOfStill, still.size());
  }
}
