package io.beamgrad.data.profile;

import io.beamgrad.data.rows.ColumnBlock;
import io.beamgrad.data.rows.Columns;
import io.beamgrad.data.sources.SourcePart;
import io.beamgrad.schema.Column;
import io.beamgrad.schema.FileRange;
import java.time.LocalDate;
import java.util.Arrays;
import java.util.List;
import java.util.function.Consumer;

/** Counts the copies among the rows of one range, which come one after another. */
public final class RangeCopies implements Consumer<ColumnBlock> {
  private static final int ROWS_AT_ONCE = 1 << 16;

  private final String unit;
  private final int[] indexes; // of the columns that are compared
  private final CopyCounts counts = new CopyCounts();
  private long[] hashes = new long[64];
  private int rows; // whose hashes are not counted yet

  /**
   * @param columns of the rows
   * @param compared the names of the features and targets that rows are compared by
   */
  public RangeCopies(FileRange range, List<Column> columns, List<String> compared) {
    this.unit = unit(range.getIdentity());
    this.indexes =
        compared.stream()
            .sorted()
            .mapToInt(name -> Columns.contentIndex(columns, name))
            .filter(index -> index >= 0)
            .toArray();
  }

  /** The day of a file, or its name where it has none. */
  private static String unit(String identity) {
    return new SourcePart(identity, List.of()).date().map(LocalDate::toString).orElse(identity);
  }

  /** Takes the only row of a block. */
  @Override
  public void accept(ColumnBlock row) {
    if (rows == hashes.length) {
      hashes = Arrays.copyOf(hashes, 2 * rows);
    }
    hashes[rows++] = row.contentHash(indexes, 0);
    if (rows == ROWS_AT_ONCE) {
      flush();
    }
  }

  private void flush() {
    if (rows > 0) {
      counts.add(unit, Arrays.copyOf(hashes, rows));
      rows = 0;
    }
  }

  /** What was counted of the rows so far. */
  public CopyCounts counts() {
    flush();
    return counts;
  }
}
