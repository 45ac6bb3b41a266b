package io.beamgrad.registry.gate;

import org.checkerframework.checker.nullness.qual.Nullable;

/**
 * Something that is wrong with data.
 *
 * @param name what was checked, as the key below {@code retrain.checks} has it
 * @param column the column and the part of it; null where it is of all of the data
 * @param value what was found; null for a schema
 * @param limit what it must not be beyond; null for a schema
 * @param message all of it in words
 */
public record Finding(
    String name,
    @Nullable String column,
    @Nullable Double value,
    @Nullable Double limit,
    Action action,
    String message) {

  /** What follows from a finding. */
  public enum Action {
    WARN,
    STOP
  }
}
