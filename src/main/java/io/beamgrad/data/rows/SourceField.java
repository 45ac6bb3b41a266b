package io.beamgrad.data.rows;

import io.beamgrad.schema.ValueKind;
import org.checkerframework.checker.nullness.qual.Nullable;

/**
 * A named field of a source file's records, before a spec makes a column of it.
 *
 * @param kind the type that the format declares; null where it declares none, as in CSV
 * @param length the length of the list in the first record; 0 where the field is no list
 * @param refusal what its values are where no column can have them, such as {@code an INTERVAL};
 *     null where a column can
 */
public record SourceField(
    String name, @Nullable ValueKind kind, int length, @Nullable String refusal) {
  /** A field whose values a column can have. */
  public SourceField(String name, @Nullable ValueKind kind, int length) {
    this(name, kind, length, null);
  }
}
