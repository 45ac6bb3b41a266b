package io.beamgrad.data.encoding;

import io.beamgrad.schema.InputCount;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** Counts by column what an {@link InputObserver} tells of rows. Not thread-safe. */
public final class InputCounts {
  private final List<String> columns;
  private final long[][] counts; // (columns, kinds)

  /**
   * @param columns as the observer names them
   */
  public InputCounts(List<String> columns) {
    this.columns = columns;
    this.counts = new long[columns.size()][InputObserver.OTHERWISE + 1];
  }

  /** Adds what was observed of a row. */
  public void add(byte[] observed) {
    for (int c = 0; c < observed.length; c++) {
      counts[c][observed[c]]++;
    }
  }

  /** What was counted, one for each column that has a value. */
  public List<InputCount> records() {
    List<InputCount> records = new ArrayList<>();
    for (int c = 0; c < counts.length; c++) {
      long outside = counts[c][InputObserver.OUTSIDE];
      long otherwise = counts[c][InputObserver.OTHERWISE];
      long values = counts[c][InputObserver.SEEN] + outside + otherwise;
      if (values > 0) {
        records.add(new InputCount(columns.get(c), values, outside, otherwise));
      }
    }
    return records;
  }

  /** The sums of the counts of several parts, by column. */
  public static List<InputCount> sum(List<List<InputCount>> parts) {
    Map<String, InputCount> sums = new LinkedHashMap<>();
    parts.forEach(part -> part.forEach(one -> sums.merge(one.getColumn(), one, InputCounts::sum)));
    return List.copyOf(sums.values());
  }

  private static InputCount sum(InputCount a, InputCount b) {
    return new InputCount(
        a.getColumn(),
        a.getValues() + b.getValues(),
        a.getOutside() + b.getOutside(),
        a.getOtherwise() + b.getOtherwise());
  }
}
