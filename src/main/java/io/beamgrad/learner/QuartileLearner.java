package io.beamgrad.learner;

import io.beamgrad.data.counts.QuartileSearch;
import io.beamgrad.data.counts.Quartiles;
import io.beamgrad.data.encoding.NumberTransform;
import io.beamgrad.data.rows.BytesColumn;
import io.beamgrad.data.rows.ColumnBlock;
import io.beamgrad.data.rows.ColumnLayout;
import io.beamgrad.data.rows.RawColumn;
import io.beamgrad.data.shuffle.BlockStore;
import io.beamgrad.schema.BlockRef;
import io.beamgrad.schema.Column;
import io.beamgrad.schema.NumberPreparation;
import io.beamgrad.schema.ScaleMethod;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/**
 * Learns the exact quartiles of the columns that are scaled by them: of each number of a vector,
 * and of all numbers of an image together, after clip and logarithm. One worker goes through the
 * blocks once or twice, more often only where there are many millions of different numbers; the
 * order of rows and blocks does not matter.
 */
final class QuartileLearner {
  private static final long MEMORY = 32 << 20; // of all searches, about
  private static final int BYTES_PER_BIN = 3 * 32; // a search looks at about three places at once
  private static final int FEWEST_BINS = 64;
  private static final int MOST_BINS = 4096;

  private final List<Column> columns;
  private final List<Scaled> scaled = new ArrayList<>();

  /** A column, with a search for each number that is scaled by itself. */
  private record Scaled(int feature, NumberTransform transform, List<QuartileSearch> searches) {}

  /**
   * @param columns of the blocks, features first
   * @param preparations one for each feature
   */
  QuartileLearner(List<Column> columns, List<Object> preparations) {
    this.columns = columns;
    long numbers = 0;
    for (int f = 0; f < preparations.size(); f++) {
      numbers += isScaled(preparations.get(f)) ? numbers(columns.get(f)) : 0;
    }
    for (int f = 0; f < preparations.size(); f++) {
      if (isScaled(preparations.get(f))) {
        List<QuartileSearch> searches = new ArrayList<>();
        for (int i = 0; i < numbers(columns.get(f)); i++) {
          searches.add(new QuartileSearch(bins(numbers)));
        }
        NumberPreparation number = (NumberPreparation) preparations.get(f);
        scaled.add(new Scaled(f, ColumnLearner.transform(number), searches));
      }
    }
  }

  /** Whether a column is scaled by its quartiles. */
  static boolean isScaled(Object preparation) {
    return preparation instanceof NumberPreparation number
        && number.getScale() == ScaleMethod.ROBUST;
  }

  /** How many numbers of a column are scaled by themselves. */
  private static int numbers(Column column) {
    return column.getShape().size() > 1 ? 1 : ColumnLayout.valuesPerRow(column);
  }

  /** One less than a power of two, which fills a table. What is found does not depend on it. */
  private static int bins(long numbers) {
    long bins = Long.highestOneBit(MEMORY / BYTES_PER_BIN / numbers);
    return (int) Math.max(FEWEST_BINS, Math.min(bins, MOST_BINS)) - 1;
  }

  /**
   * Goes through blocks until all is found.
   *
   * @return by feature, for each number that is scaled by itself
   */
  Map<Integer, List<Quartiles>> of(List<BlockRef> blocks) {
    ColumnBlock rows = new ColumnBlock(columns, 0);
    do {
      for (BlockRef block : blocks) {
        BlockStore.read(block, rows);
        add(rows);
      }
    } while (endPass());
    return quartiles();
  }

  /** Adds rows to a pass. */
  void add(ColumnBlock rows) {
    for (Scaled column : scaled) {
      RawColumn values = rows.column(column.feature);
      if (values instanceof BytesColumn images) {
        addImages(column, images, rows.rows());
      } else {
        addNumbers(column, values, rows.rows());
      }
    }
  }

  private static void addNumbers(Scaled column, RawColumn values, int rows) {
    int width = column.searches.size();
    for (int number = 0; number < width; number++) {
      QuartileSearch search = column.searches.get(number);
      if (search.isOpen()) {
        for (int i = number; i < rows * width; i += width) {
          add(column.transform, values, i, search);
        }
      }
    }
  }

  private static void add(NumberTransform transform, RawColumn values, int i, QuartileSearch to) {
    double value = values.number(i);
    if (!Double.isNaN(value)) {
      double transformed = transform.apply(value);
      to.add(transformed, transformed == value ? values.rest(i) : 0, 1);
    }
  }

  private static void addImages(Scaled column, BytesColumn images, int rows) {
    long[] counts = new long[256];
    byte[] bytes = images.values();
    for (int i = 0; i < rows * images.width(); i++) {
      counts[bytes[i] & 0xff]++;
    }
    for (int value = 0; value < counts.length; value++) {
      if (counts[value] > 0) {
        column.searches.get(0).add(column.transform.apply(value), 0, counts[value]);
      }
    }
  }

  /** Ends a pass, and says whether another one is needed. */
  boolean endPass() {
    boolean isOpen = false;
    for (Scaled column : scaled) {
      for (QuartileSearch search : column.searches) {
        isOpen |= search.endPass();
      }
    }
    return isOpen;
  }

  /** What was found, after the last pass. */
  Map<Integer, List<Quartiles>> quartiles() {
    Map<Integer, List<Quartiles>> byFeature = new TreeMap<>();
    for (Scaled column : scaled) {
      byFeature.put(
          column.feature, column.searches.stream().map(QuartileSearch::quartiles).toList());
    }
    return byFeature;
  }
}
