package io.beamgrad.data;

import io.beamgrad.schema.Column;
import io.beamgrad.schema.ColumnRole;
import io.beamgrad.schema.FileRange;
import io.beamgrad.schema.Reject;
import io.beamgrad.schema.Split;
import io.beamgrad.schema.TimeThresholds;
import java.io.IOException;
import java.io.ObjectInputStream;
import java.io.ObjectOutputStream;
import java.io.Serializable;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.apache.beam.sdk.util.VarInt;

/**
 * How many rows have which time, from which a split by time follows. The counts are exact up to
 * {@value #MAX_TIMES} different times; where there are more, neighbouring times are one, in the
 * finest raster of a power of two that leaves so many. Hence the same in whatever order rows are
 * counted and parts are merged.
 */
public final class TimeCounts implements Serializable {
  private static final long serialVersionUID = 1L;

  /** About 1.5 MB where a runner sends it, which is little for one element. */
  public static final int MAX_TIMES = 1 << 18;

  private final int maxTimes;
  private int shift; // times are counted without so many of their last bits
  private long dates;
  private long numbers;
  private transient Map<Long, Long> counts = new HashMap<>(); // by time >> shift

  public TimeCounts() {
    this(MAX_TIMES);
  }

  TimeCounts(int maxTimes) {
    this.maxTimes = maxTimes;
  }

  /**
   * The times of a range of a training file; only its key column is read. Records that are rejected
   * when all columns are read are counted too. What is wrong with a file, its reading will tell.
   */
  public static TimeCounts ofRange(FileRange range) {
    TimeCounts counts = new TimeCounts();
    List<Column> key =
        range.getColumns().stream().filter(c -> c.getRole() == ColumnRole.KEY).toList();
    RowSink sink =
        new RowSink() {
          @Override
          public void accept(long record, Object[] values) {
            TimeKey time = TimeKey.of(values[0]);
            if (time != null) {
              counts.add(time);
            }
          }

          @Override
          public void reject(Reject reject) {}
        };
    if (range.getSplit() == Split.TRAIN) {
      try {
        SourceFiles.reader(range.getFormat())
            .read(FileRange.newBuilder(range).setColumns(key).build(), sink);
      } catch (BrokenFileException | MissingDataException e) {
        return counts;
      }
    }
    return counts;
  }

  void add(TimeKey time) {
    if (time.isDate()) {
      dates++;
    } else {
      numbers++;
    }
    counts.merge(time.order() >> shift, 1L, Long::sum);
    coarsen();
  }

  /** Adds all that another one counted. */
  public TimeCounts add(TimeCounts other) {
    dates += other.dates;
    numbers += other.numbers;
    coarsen(other.shift);
    other.counts.forEach(
        (time, rows) -> counts.merge(time >> (shift - other.shift), rows, Long::sum));
    coarsen();
    return this;
  }

  private void coarsen() {
    while (counts.size() > maxTimes) {
      coarsen(shift + 1);
    }
  }

  private void coarsen(int toShift) {
    if (toShift > shift) {
      Map<Long, Long> coarse = new HashMap<>();
      counts.forEach((time, rows) -> coarse.merge(time >> (toShift - shift), rows, Long::sum));
      counts = coarse;
      shift = toShift;
    }
  }

  /**
   * Where to cut: the last times are for test, those before them for validation, of each as many as
   * have no more rows than the floor of its share. Rows of one time stay together.
   */
  public TimeThresholds thresholds(SplitRule rule) {
    if (dates > 0 && numbers > 0) {
      return new TimeThresholds(
          Long.MAX_VALUE,
          Long.MAX_VALUE,
          "column '%s' has %d dates and %d numbers; a split by time needs the one or the other"
              .formatted(rule.column(), dates, numbers));
    }
    long left = rule.testRows(dates + numbers);
    boolean isTest = true;
    long testFrom = Long.MAX_VALUE;
    long validationFrom = Long.MAX_VALUE;
    for (Map.Entry<Long, Long> time : new TreeMap<>(counts).descendingMap().entrySet()) {
      if (isTest && time.getValue() > left) {
        isTest = false;
        left = rule.validationRows(dates + numbers);
      }
      if (time.getValue() > left) {
        break;
      }
      left -= time.getValue();
      if (isTest) {
        testFrom = time.getKey() << shift;
      } else {
        validationFrom = time.getKey() << shift;
      }
    }
    return new TimeThresholds(validationFrom, testFrom, null);
  }

  /** Sorted, and each time as its distance from the one before. */
  private void writeObject(ObjectOutputStream out) throws IOException {
    out.defaultWriteObject();
    out.writeInt(counts.size());
    long last = 0;
    for (Map.Entry<Long, Long> time : new TreeMap<>(counts).entrySet()) {
      VarInt.encode(time.getKey() - last, out);
      VarInt.encode(time.getValue(), out);
      last = time.getKey();
    }
  }

  private void readObject(ObjectInputStream in) throws IOException, ClassNotFoundException {
    in.defaultReadObject();
    int size = in.readInt();
    counts = new HashMap<>();
    long last = 0;
    for (int i = 0; i < size; i++) {
      last += VarInt.decodeLong(in);
      counts.put(last, VarInt.decodeLong(in));
    }
  }
}
