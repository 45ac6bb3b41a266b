package io.beamgrad.data.parquet;

import io.beamgrad.data.rows.FieldNode;
import io.beamgrad.schema.ValueKind;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.function.BiConsumer;
import org.apache.parquet.column.ColumnDescriptor;
import org.checkerframework.checker.nullness.qual.Nullable;

/**
 * A column of a Parquet file: the values at one place of its records, or of lists and maps in them.
 *
 * @param descriptor its path in the schema and its levels
 * @param type what the values mean
 * @param steps the way from the record to a value
 * @param thereLevel the definition level from which on a value is there, though perhaps null
 */
public record ParquetLeaf(
    ColumnDescriptor descriptor, ParquetType type, List<Step> steps, int thereLevel) {

  /**
   * A step into a group: to a field, to an element of a list, or to a value of a map.
   *
   * @param field its name; null for elements and values of maps
   * @param repetition the repetition level at which another element or value comes
   * @param level the definition level from which on there is an element or value
   * @param keys the keys of a map; null for others
   */
  public record Step(
      @Nullable String field, int repetition, int level, @Nullable ParquetLeaf keys) {
    static Step field(String name) {
      return new Step(name, 0, 0, null);
    }

    static Step element(int repetition, int level) {
      return new Step(null, repetition, level, null);
    }

    static Step value(int repetition, int level, ParquetLeaf keys) {
      return new Step(null, repetition, level, keys);
    }

    public boolean isElement() {
      return field == null && keys == null;
    }
  }

  /** The name of its field, for messages. */
  String name() {
    return String.join(".", descriptor.getPath());
  }

  /** Whether the values are elements of lists. */
  boolean isOfLists() {
    return steps.get(steps.size() - 1).isElement();
  }

  /** Whether its lists are vectors. */
  public boolean isVector() {
    return isOfLists() && (type.kind() == ValueKind.NUMBER || type.kind() == ValueKind.BOOLEAN);
  }

  /** Whether each record has one value, or none. */
  public boolean isSingle() {
    return descriptor.getMaxRepetitionLevel() == 0;
  }

  /** The leaf, and then the keys of its maps. */
  public List<ParquetLeaf> withKeys() {
    List<ParquetLeaf> leaves = new ArrayList<>(List.of(this));
    steps.stream().map(Step::keys).filter(Objects::nonNull).forEach(leaves::add);
    return leaves;
  }

  /** The way to the lists whose elements are the values. */
  public List<Step> stepsToList() {
    return steps.subList(0, steps.size() - 1);
  }

  /**
   * Finds the places of columns that some steps may lead to.
   *
   * @param found is told each place, and for each step the index or key that leads there, null for
   *     a field
   */
  public static void find(
      List<Step> steps, FieldNode record, BiConsumer<FieldNode, List<Object>> found) {
    find(steps, record, new ArrayList<>(), found);
  }

  private static void find(
      List<Step> steps,
      FieldNode place,
      List<Object> chosen,
      BiConsumer<FieldNode, List<Object>> found) {
    if (chosen.size() == steps.size()) {
      if (place.columns().length > 0) {
        found.accept(place, new ArrayList<>(chosen));
      }
      return;
    }
    Step step = steps.get(chosen.size());
    if (step.field() != null) {
      into(place.key(step.field()), null, steps, chosen, found);
    } else if (step.isElement()) {
      place.elements().forEach((index, next) -> into(next, index, steps, chosen, found));
    } else {
      place.keys().forEach((key, next) -> into(next, key, steps, chosen, found));
    }
  }

  private static void into(
      @Nullable FieldNode next,
      @Nullable Object choice,
      List<Step> steps,
      List<Object> chosen,
      BiConsumer<FieldNode, List<Object>> found) {
    if (next != null) {
      chosen.add(choice);
      find(steps, next, chosen, found);
      chosen.remove(chosen.size() - 1);
    }
  }
}
