package io.beamgrad.registry.gate;

import java.util.Map;
import java.util.TreeMap;
import org.checkerframework.checker.nullness.qual.Nullable;

/**
 * The least score, or the largest error, that each class or segment may have.
 *
 * @param limits by name; {@link #OTHERS} is for all that are not named
 */
public record Floor(Map<String, Double> limits) {

  /** Stands for every class or segment that has no limit of its own. */
  public static final String OTHERS = "*";

  public Floor {
    limits = Map.copyOf(limits);
    if (limits.isEmpty()) {
      throw new IllegalArgumentException("a floor needs a limit");
    }
    limits.forEach(
        (name, limit) -> {
          if (!Double.isFinite(limit)) {
            throw new IllegalArgumentException(
                "the floor of '%s' must be a finite number, was %s".formatted(name, limit));
          }
        });
  }

  /** The same limit for all. */
  public static Floor ofAll(double limit) {
    return new Floor(Map.of(OTHERS, limit));
  }

  /** The limit of a class or segment; null where it has none. */
  public @Nullable Double of(String name) {
    return limits.getOrDefault(name, limits.get(OTHERS));
  }

  /** The limits in the order of their names. */
  public Map<String, Double> sorted() {
    return new TreeMap<>(limits);
  }
}
