package io.beamgrad.tensor;

/**
 * A loop over elements that are computed each for itself, shared out between the threads that help
 * with products where there are many elements. The bits do not depend on it.
 *
 * <p>Made once and run again and again: a run allocates nothing.
 */
public final class SplitLoop {

  /** Computes the elements of a range; may run on several threads at once, for other ranges. */
  @FunctionalInterface
  public interface Range {
    void run(int fromInclusive, int toExclusive);
  }

  /** A part is at least so long: some microseconds of a core. It is whole lines of the cache. */
  static final int LEAST_PART = 8192;

  private static final int MOST_PARTS_A_THREAD = 4; // so that one that is held up matters less

  private final Workers workers;
  private final Range range;
  private final Workers.Job job = this::runPart;
  private int count;
  private int partLength;

  public SplitLoop(Range range) {
    this(Workers.shared(), range);
  }

  SplitLoop(Workers workers, Range range) {
    this.workers = workers;
    this.range = range;
  }

  /** Runs the loop over elements 0 to {@code newCount - 1}, and comes back when all are done. */
  public void run(int newCount) {
    if (newCount < 2 * LEAST_PART || workers.threads() == 1) {
      range.run(0, newCount);
      return;
    }
    count = newCount;
    int most = MOST_PARTS_A_THREAD * workers.threads();
    int units = (newCount + LEAST_PART - 1) / LEAST_PART;
    partLength = (units + most - 1) / most * LEAST_PART;
    workers.run(job, (newCount + partLength - 1) / partLength);
  }

  private void runPart(int part) {
    int from = part * partLength;
    range.run(from, Math.min(count, from + partLength));
  }
}
