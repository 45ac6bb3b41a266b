package io.beamgrad.data.rows;

import io.beamgrad.schema.ValueKind;
import org.checkerframework.checker.nullness.qual.Nullable;

/**
 * A named field of a source file's records, before a job says what to make of it.
 *
 * @param kind what the format says of its values; null where it says nothing, as CSV
 * @param length of a list, as far as the first record tells; 0 where it is no list
 */
public record SourceField(String name, @Nullable ValueKind kind, int length) {}
