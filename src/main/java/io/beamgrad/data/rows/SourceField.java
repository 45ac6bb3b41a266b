package io.beamgrad.data.rows;

import io.beamgrad.schema.ValueKind;
import java.util.Collection;
import java.util.List;
import java.util.TreeSet;
import org.checkerframework.checker.nullness.qual.Nullable;

/**
 * A named field of a source file's records, before a spec makes a column of it: a value, or a list
 * of numbers. What has fields of its own is none; those within it are, under the names of {@link
 * FieldNode}. Of lists of other values the first {@value #MOST_ELEMENTS} elements are fields, as
 * far as the first records have them, and so are the keys that their maps have.
 *
 * @param kind the type that the format declares; null where it declares none, as in CSV
 * @param length the length of the list in the first record that has one; 0 where the field is no
 *     list
 * @param refusal what the field is, where no column can take it, such as {@code a map}; else null
 * @param isOfPath true where the folders of the file's path say the value, and not the file
 */
public record SourceField(
    String name, @Nullable ValueKind kind, int length, @Nullable String refusal, boolean isOfPath) {
  /** How many elements of a list are fields. */
  public static final int MOST_ELEMENTS = 10;

  /** A field of a file's records. */
  public SourceField(String name, @Nullable ValueKind kind, int length, @Nullable String refusal) {
    this(name, kind, length, refusal, false);
  }

  /** A field that a column can take. */
  public SourceField(String name, @Nullable ValueKind kind, int length) {
    this(name, kind, length, null);
  }

  /** A field that the folders of the file's path have. */
  public static SourceField ofPath(String name) {
    return new SourceField(name, null, 0, null, true);
  }

  /** The fields without those that only hold others: what was null or empty in some records. */
  public static List<SourceField> leaves(Collection<SourceField> fields) {
    TreeSet<String> names = new TreeSet<>();
    fields.forEach(field -> names.add(field.name()));
    return fields.stream()
        .filter(
            field ->
                field.kind() != null
                    || !(isStart(field.name() + ".", names) || isStart(field.name() + "[", names)))
        .toList();
  }

  public static List<String> names(List<SourceField> fields) {
    return fields.stream().map(SourceField::name).toList();
  }

  private static boolean isStart(String start, TreeSet<String> names) {
    String next = names.ceiling(start);
    return next != null && next.startsWith(start);
  }
}
