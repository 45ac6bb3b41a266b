package io.beamgrad.registry.gate;

/**
 * How far a column, or a part of one, has drifted.
 *
 * @param column the column, by which it may have a limit of its own
 * @param name the same with its part
 * @param isTarget whether the column is what is predicted
 * @param isClass whether it is a class
 * @param most what may follow at most
 * @param note why no more may, to be said behind what was found; empty where there is nothing to
 *     say
 */
public record ColumnDrift(
    String column,
    String name,
    boolean isTarget,
    boolean isClass,
    Finding.Action most,
    String note,
    Drift drift) {}
