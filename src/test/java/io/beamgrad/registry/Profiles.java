package io.beamgrad.registry;

import io.beamgrad.data.rows.Columns;
import io.beamgrad.schema.Column;
import io.beamgrad.schema.ColumnType;
import io.beamgrad.schema.DataProfile;
import io.beamgrad.schema.Distribution;
import io.beamgrad.schema.DistributionKind;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/** Small distributions and profiles. */
public final class Profiles {
  private Profiles() {}

  /** Of whole numbers. */
  public static Distribution numbers(String column, double... numbers) {
    TreeMap<Long, Long> counts = new TreeMap<>();
    for (double number : numbers) {
      counts.merge((long) number, 1L, Long::sum);
    }
    List<Long> values = new ArrayList<>();
    long last = 0;
    for (long value : counts.keySet()) {
      values.add(value - last);
      last = value;
    }
    return new Distribution(
        column,
        "",
        false,
        DistributionKind.WHOLE,
        (long) numbers.length,
        0L,
        0,
        List.of(),
        values,
        List.copyOf(counts.values()));
  }

  public static Distribution texts(String column, boolean isTarget, Map<String, Long> counts) {
    TreeMap<String, Long> sorted = new TreeMap<>(counts);
    List<Long> values = new ArrayList<>();
    sorted.keySet().forEach(text -> values.add(values.isEmpty() ? 0L : 1L));
    return new Distribution(
        column,
        "",
        isTarget,
        DistributionKind.TEXTS,
        sorted.values().stream().mapToLong(Long::longValue).sum(),
        0L,
        0,
        List.copyOf(sorted.keySet()),
        values,
        List.copyOf(sorted.values()));
  }

  /** Of as many rows as were read. */
  public static DataProfile profile(long read, long rejected, Distribution... distributions) {
    List<Column> columns =
        Arrays.stream(distributions)
            .map(
                of ->
                    of.getIsTarget()
                        ? Columns.target(of.getColumn(), ColumnType.STRINGS, List.of())
                        : Columns.feature(
                            of.getColumn(),
                            of.getKind() == DistributionKind.TEXTS
                                ? ColumnType.STRINGS
                                : ColumnType.FLOATS,
                            List.of()))
            .toList();
    return new DataProfile(
        read,
        rejected,
        rejected == 0 ? null : "a.csv record 3: expected 3 fields, found 2",
        null,
        columns,
        0,
        List.of(distributions));
  }
}
