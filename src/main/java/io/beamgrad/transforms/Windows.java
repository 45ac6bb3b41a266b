package io.beamgrad.transforms;

import io.beamgrad.schema.Outcome;
import org.apache.beam.sdk.transforms.windowing.BoundedWindow;
import org.apache.beam.sdk.transforms.windowing.DefaultTrigger;
import org.apache.beam.sdk.transforms.windowing.GlobalWindows;
import org.apache.beam.sdk.transforms.windowing.IntervalWindow;
import org.apache.beam.sdk.values.PCollection;
import org.apache.beam.sdk.values.WindowingStrategy;

/**
 * What transforms say of windows: which ones they take, and how a path tells them apart. In a path
 * <code>{window}</code> stands for the start of the window, such as {@code
 * 2026-11-23T00-00-00.000Z} (no file system refuses that), and in the global window for {@code
 * all}. <code>{model}</code> stands for the name of a model, where a path may have it.
 */
public final class Windows {
  /** What stands for the window in a path. */
  public static final String WINDOW = "{window}";

  /** What stands for the name of a model in a path. */
  public static final String MODEL = "{model}";

  private Windows() {}

  /** The path of what a window has of one model. */
  static String path(String path, BoundedWindow window, String model) {
    return path(path, window).replace(MODEL, model);
  }

  /** The path of one window. */
  public static String path(String path, BoundedWindow window) {
    return path.contains(WINDOW) ? path.replace(WINDOW, name(window)) : path;
  }

  private static String name(BoundedWindow window) {
    return window instanceof IntervalWindow interval
        ? interval.start().toString().replace(':', '-')
        : "all";
  }

  /** True where all elements are in one window. */
  public static boolean isGlobal(PCollection<?> elements) {
    return elements.getWindowingStrategy().getWindowFn() instanceof GlobalWindows;
  }

  /**
   * Checks that each window has a path of its own.
   *
   * @throws IllegalArgumentException where one would replace what the one before has written
   */
  static void requireTold(String transform, String path, PCollection<?> elements) {
    if (isGlobal(elements)) {
      return;
    }
    if (!path.contains(WINDOW)) {
      throw new IllegalArgumentException(
          "%s: %s: each window would replace what the one before has written; put %s into the path"
              .formatted(transform, path, WINDOW));
    }
    requireWhole(transform, elements.getWindowingStrategy());
  }

  /**
   * Checks that all elements of a window come together once.
   *
   * @throws IllegalArgumentException where windows merge, have no start, fire before they end or
   *     allow late elements
   */
  public static void requireWhole(String transform, WindowingStrategy<?, ?> windows) {
    if (!windows.getWindowFn().isNonMerging()) {
      throw new IllegalArgumentException(
          "%s: windows must not merge, were %s"
              .formatted(transform, windows.getWindowFn().getClass().getSimpleName()));
    }
    if (windows.getAllowedLateness().getMillis() > 0) {
      throw new IllegalArgumentException(
          "%s: late rows would train a second model, but lateness is allowed: %s"
              .formatted(transform, windows.getAllowedLateness()));
    }
    if (!(windows.getTrigger() instanceof DefaultTrigger)) {
      throw new IllegalArgumentException(
          "%s: a window must fire once, at its end (the default trigger), but fires %s"
              .formatted(transform, windows.getTrigger()));
    }
    if (!(windows.getWindowFn() instanceof GlobalWindows)
        && !(windows.getWindowFn().windowCoder() instanceof IntervalWindow.IntervalWindowCoder)) {
      throw new IllegalArgumentException(
          "%s: windows must have a start and an end, were %s"
              .formatted(transform, windows.getWindowFn().getClass().getSimpleName()));
    }
  }

  /** The outcome of what was trained on the rows of a window. */
  static Outcome outcome(Outcome outcome, BoundedWindow window) {
    return window instanceof IntervalWindow interval
        ? Outcome.newBuilder(outcome)
            .setWindowStart(interval.start().getMillis())
            .setWindowEnd(interval.end().getMillis())
            .build()
        : outcome;
  }
}
