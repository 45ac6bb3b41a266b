package io.beamgrad.data.counts;

import java.math.BigDecimal;
import java.util.ArrayList;
import java.util.List;
import org.checkerframework.checker.nullness.qual.Nullable;

/**
 * Finds the quartiles of numbers, exactly and in little memory, by going through the numbers some
 * times. The first pass counts all of them in bins; each further one counts, in narrower bins, the
 * numbers of the few bins in which the wanted ones lie, until each bin is a single number. Bins are
 * as narrow as their number allows, so that one pass is enough where few numbers differ, and two
 * are where some hundred thousand do. Only counts matter, never an order. A user repeats
 *
 * <pre>
 *   do {
 *     search.add(...); // each number
 *   } while (search.endPass());
 * </pre>
 */
public final class QuartileSearch {
  private static final int QUARTERS = 4;
  private static final int MOST_RESTS = 2048; // more than a double has

  private final int maxBins;
  private Cell[] cells; // disjoint
  private final List<Rank> ranks = new ArrayList<>(); // two for each quartile
  private boolean isFirstPass = true;
  private long count;
  private double least = Double.POSITIVE_INFINITY;
  private double largest = Double.NEGATIVE_INFINITY;
  private int leastRest; // to be added to the least
  private int largestRest;
  private boolean isWide; // whether a number was no float
  private boolean hasRest; // whether a number was no double

  /** The number at an index of the sorted numbers; null until it is found. */
  private static final class Rank {
    private final long index;
    private @Nullable BigDecimal number;

    Rank(long index) {
      this.index = index;
    }
  }

  /** Counts the numbers in a range of orders, or the rests of the numbers of one order. */
  private static final class Cell {
    private final long from;
    private final long to; // inclusive
    private final long before; // how many numbers lie below the range
    private final boolean isOfRests;
    private final IntegerHistogram bins;
    private long bits; // those that are set in what was counted

    Cell(long from, long to, long before, IntegerHistogram bins, boolean isOfRests) {
      this.from = from;
      this.to = to;
      this.before = before;
      this.bins = bins;
      this.isOfRests = isOfRests;
    }

    boolean has(long order) {
      return order >= from && order <= to;
    }

    void add(long order, int rest, long times) {
      long counted = isOfRests ? rest : order;
      bits |= counted;
      bins.add(counted, times);
    }

    /** Whether each bin is a single number. */
    boolean isExact() {
      return (bits & lowBits()) == 0;
    }

    /** The bits that bins leave out. */
    long lowBits() {
      return (1L << bins.shift()) - 1;
    }
  }

  /**
   * @param maxBins how many different numbers a pass tells apart at each place where it looks
   */
  public QuartileSearch(int maxBins) {
    this.maxBins = maxBins;
    Cell all = new Cell(Long.MIN_VALUE, Long.MAX_VALUE, 0, new IntegerHistogram(maxBins), false);
    this.cells = new Cell[] {all};
  }

  /**
   * Adds the sum of a finite number and the rest that it leaves of a whole number.
   *
   * @param times how often there is such a number
   */
  public void add(double value, int rest, long times) {
    if (isFirstPass) {
      count += times;
      addRange(value, rest);
      isWide |= (float) value != value || rest != 0;
      hasRest |= rest != 0;
    }
    long order = order(value);
    for (Cell cell : cells) {
      if (cell.has(order)) {
        cell.add(order, rest, times);
        return;
      }
    }
  }

  private void addRange(double value, int rest) {
    if (value < least || (value == least && rest < leastRest)) {
      least = value;
      leastRest = rest;
    }
    if (value > largest || (value == largest && rest > largestRest)) {
      largest = value;
      largestRest = rest;
    }
  }

  /** Whole numbers that sort as doubles do; -0 is 0. The low bits of a float's order are zeros. */
  private static long order(double value) {
    long size = Double.doubleToRawLongBits(Math.abs(value));
    return value < 0 ? -size : size;
  }

  private static double value(long order) {
    return order < 0 ? -Double.longBitsToDouble(-order) : Double.longBitsToDouble(order);
  }

  /** Whether numbers are still to be added. */
  public boolean isOpen() {
    return isFirstPass || cells.length > 0;
  }

  /** Ends a pass, and says whether all numbers must be added once more. */
  public boolean endPass() {
    if (isFirstPass && count > 0) {
      for (int quarter = 1; quarter < QUARTERS; quarter++) {
        ranks.add(new Rank(index(quarter)));
        ranks.add(new Rank(index(quarter) + (part(quarter) == 0 ? 0 : 1)));
      }
    }
    isFirstPass = false;
    List<Cell> next = new ArrayList<>();
    for (Cell cell : cells) {
      look(cell, next);
    }
    cells = next.toArray(Cell[]::new);
    return isOpen();
  }

  /**
   * Finds the numbers of ranks in a cell.
   *
   * @param next gets the cells in which to look for those that it does not tell
   */
  private void look(Cell cell, List<Cell> next) {
    long below = cell.before;
    for (long bin : cell.bins.sorted()) {
      long end = below + cell.bins.count(bin);
      long low = bin << cell.bins.shift();
      boolean isWanted = false;
      for (Rank rank : ranks) {
        if (rank.number == null && rank.index >= below && rank.index < end) {
          rank.number = number(cell, low);
          isWanted |= rank.number == null;
        }
      }
      if (isWanted) {
        next.add(
            cell.isExact()
                ? new Cell(low, low, below, new IntegerHistogram(MOST_RESTS), true)
                : new Cell(low, low + cell.lowBits(), below, new IntegerHistogram(maxBins), false));
      }
      below = end;
    }
  }

  /** The number of a bin; null where the cell does not tell it. */
  private @Nullable BigDecimal number(Cell cell, long bin) {
    if (cell.isOfRests) {
      return new BigDecimal(value(cell.from)).add(BigDecimal.valueOf(bin));
    }
    return cell.isExact() && !hasRest ? new BigDecimal(value(bin)) : null;
  }

  /** The index of the number at or before a quartile. */
  private long index(int quarter) {
    // Without the product of the count, which may be too large.
    return (count - 1) / QUARTERS * quarter + (count - 1) % QUARTERS * quarter / QUARTERS;
  }

  /** How many quarters of the way to the next number a quartile is behind that one. */
  private long part(int quarter) {
    return (count - 1) % QUARTERS * quarter % QUARTERS;
  }

  /**
   * What was found, after the last pass; of no numbers {@link Quartiles#NONE}.
   *
   * @throws IllegalStateException where another pass is needed
   */
  public Quartiles quartiles() {
    if (isOpen()) {
      throw new IllegalStateException("QuartileSearch: another pass is needed");
    }
    return count == 0
        ? Quartiles.NONE
        : new Quartiles(
            quartile(1),
            quartile(2),
            quartile(3),
            new BigDecimal(least).add(BigDecimal.valueOf(leastRest)),
            new BigDecimal(largest).add(BigDecimal.valueOf(largestRest)),
            isWide,
            hasRest);
  }

  private BigDecimal quartile(int quarter) {
    BigDecimal here = ranks.get(2 * quarter - 2).number;
    BigDecimal behind = ranks.get(2 * quarter - 1).number;
    return behind
        .subtract(here)
        .multiply(BigDecimal.valueOf(part(quarter)))
        .divide(BigDecimal.valueOf(QUARTERS)) // exact
        .add(here);
  }
}
