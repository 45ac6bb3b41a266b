package io.beamgrad.data.rows;

import io.beamgrad.schema.Reject;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.stream.IntStream;

/**
 * A sink that remembers what it was given: {@code 3: [1, 2], [7]} for a row, a line for a reject.
 */
public final class CollectedRows implements RowSink {
  public final List<String> rows = new ArrayList<>();
  public final List<Reject> rejects = new ArrayList<>();

  @Override
  public void accept(long record, ColumnBlock row) {
    List<String> texts = new ArrayList<>();
    for (int c = 0; c < row.columns().size(); c++) {
      RawColumn column = row.column(c);
      texts.add(
          column instanceof BytesColumn bytes
              ? Arrays.toString(bytes.values())
              : column instanceof FloatsColumn
                  ? IntStream.range(0, column.width())
                      .mapToObj(i -> Float.toString((float) column.number(i)))
                      .toList()
                      .toString()
                  : column instanceof LongsColumn longs
                      ? "[" + longs.value(0) + "]"
                      : "" + column.text(0));
    }
    rows.add(record + ": " + String.join(", ", texts));
  }

  @Override
  public void reject(Reject reject) {
    rejects.add(reject);
  }

  public List<String> describedRejects() {
    return rejects.stream().map(RejectText::describe).toList();
  }
}
