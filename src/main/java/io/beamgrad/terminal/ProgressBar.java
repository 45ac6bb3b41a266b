package io.beamgrad.terminal;

import io.beamgrad.data.rows.ReadListener;
import java.util.Locale;
import java.util.concurrent.atomic.AtomicLong;

/**
 * The progress bar of one stage on a live terminal. Several threads may report every record; the
 * bar is drawn a few times a second. In a pipe no bar is drawn.
 */
public final class ProgressBar implements ReadListener, AutoCloseable {
  private static final int MOST_WIDTH = 24;
  private static final int LEAST_WIDTH = 6;
  private static final long INTERVAL_NANOS = 100_000_000;
  private static final int STRIDE = 64; // records between looks at the clock, which take time

  private final Terminal terminal;
  private final String name;
  private final AtomicLong nextNanos = new AtomicLong(System.nanoTime() + INTERVAL_NANOS);

  public ProgressBar(Terminal terminal, String name) {
    this.terminal = terminal;
    this.name = name;
  }

  /** Draws the bar, unless it was drawn just before. */
  @Override
  public void read(long done, long all) {
    if (terminal.isLive() && done % STRIDE == 0) {
      long now = System.nanoTime();
      long next = nextNanos.get();
      if (now - next >= 0 && nextNanos.compareAndSet(next, now + INTERVAL_NANOS)) {
        terminal.status(text(name, done, all, 0, terminal.width()));
      }
    }
  }

  @Override
  public void close() {
    terminal.clearStatus();
  }

  /**
   * The text of a bar, such as "reading [==== ] 2,048/4,096 500 rows/s". Where it is wider than the
   * terminal, the speed is left out, then the bar.
   *
   * @param steps how many steps there are; 0 where unknown
   * @param rowsPerSecond the speed; 0 where unknown
   */
  public static String text(String name, long step, long steps, double rowsPerSecond, int width) {
    String speed =
        rowsPerSecond > 0 ? String.format(Locale.ROOT, "  %,.0f rows/s", rowsPerSecond) : "";
    if (steps <= 0) {
      return fitting(
          name + (step > 0 ? String.format(Locale.ROOT, " %,d", step) : ""), speed, width);
    }
    long done = Math.min(step, steps);
    String count = String.format(Locale.ROOT, " %,d/%,d", step, steps);
    int room = width - 1 - name.length() - " []".length() - count.length();
    if (room < LEAST_WIDTH) {
      return fitting(name + count, speed, width);
    }
    boolean hasSpeed = room - speed.length() >= LEAST_WIDTH;
    int barWidth = Math.min(MOST_WIDTH, room - (hasSpeed ? speed.length() : 0));
    int filled = (int) (barWidth * done / steps);
    String bar = " [" + "=".repeat(filled) + " ".repeat(barWidth - filled) + "]";
    return name + bar + count + (hasSpeed ? speed : "");
  }

  private static String fitting(String text, String more, int width) {
    return text.length() + more.length() < width ? text + more : text;
  }
}
