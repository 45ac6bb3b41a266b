package io.beamgrad.data.rows;

import io.beamgrad.schema.Reject;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/**
 * A sink that remembers what it was given: {@code 3: [1, 2], [7]} for a row, a line for a reject.
 */
public final class CollectedRows implements RowSink {
  public final List<String> rows = new ArrayList<>();
  public final List<Reject> rejects = new ArrayList<>();

  @Override
  public void accept(long record, Object[] values) {
    List<String> texts = new ArrayList<>();
    for (Object value : values) {
      texts.add(
          value instanceof byte[] bytes
              ? Arrays.toString(bytes)
              : value instanceof float[] floats
                  ? Arrays.toString(floats)
                  : value instanceof long[] longs ? Arrays.toString(longs) : "" + value);
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
