package io.beamgrad.data.formats;

import io.beamgrad.data.rows.FieldNode;
import io.beamgrad.data.rows.SourceField;
import io.beamgrad.schema.ValueKind;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.function.Function;
import org.apache.avro.Schema;
import org.apache.avro.generic.IndexedRecord;

/** The fields of an Avro file's records: by the schema, lists and maps by the first records. */
final class AvroFields {
  private final Map<String, SourceField> fields = new LinkedHashMap<>();
  private final Set<String> within = new HashSet<>(); // the records that a field lies within

  private AvroFields() {}

  /** The fields, in the schema's order. */
  static List<SourceField> of(Schema record, List<? extends IndexedRecord> first) {
    AvroFields found = new AvroFields();
    found.addRecord("", record, List.copyOf(first));
    return SourceField.leaves(found.fields.values());
  }

  /**
   * Adds the fields of a place.
   *
   * @param values what the first records have there; others than nulls of the type
   */
  private void add(String name, Schema schema, List<Object> values) {
    Schema type = AvroRowReader.withoutNull(schema);
    switch (type.getType()) {
      case RECORD -> addRecord(name, type, values);
      case MAP -> addMap(name, type.getValueType(), values);
      case ARRAY -> addList(name, type.getElementType(), values);
      case UNION -> addUnion(name, type, values);
      default -> put(new SourceField(name, AvroType.kind(type), 0, AvroType.refusal(type)));
    }
  }

  private void put(SourceField field) {
    fields.putIfAbsent(field.name(), field);
  }

  private void addRecord(String name, Schema record, List<Object> values) {
    if (record.getFields().isEmpty() || !within.add(record.getFullName())) {
      String what = record.getFields().isEmpty() ? "an empty record" : "a record within itself";
      put(new SourceField(name, null, 0, what));
      return;
    }
    for (Schema.Field field : record.getFields()) {
      String below = name.isEmpty() ? field.name() : name + "." + field.name();
      add(below, field.schema(), thatAre(IndexedRecord.class, values, r -> r.get(field.pos())));
    }
    within.remove(record.getFullName());
  }

  private void addMap(String name, Schema type, List<Object> maps) {
    Set<Object> keys = new LinkedHashSet<>();
    maps.forEach(map -> keys.addAll(((Map<?, ?>) map).keySet()));
    for (Object key : keys) {
      add(name + "." + key, type, thatAre(Map.class, maps, map -> map.get(key)));
    }
    if (keys.isEmpty()) {
      put(new SourceField(name, null, 0, "an empty map"));
    }
  }

  private void addList(String name, Schema type, List<Object> values) {
    List<List<?>> lists = thatAre(List.class, values, list -> (List<?>) list);
    ValueKind kind = AvroType.kind(type);
    int most = lists.stream().mapToInt(List::size).max().orElse(0);
    if (most == 0) {
      put(new SourceField(name, null, 0, "an empty list"));
    } else if (kind == ValueKind.NUMBER || kind == ValueKind.BOOLEAN) {
      put(new SourceField(name, kind, firstLength(lists)));
    } else {
      addElements(name, type, lists, Math.min(most, SourceField.MOST_ELEMENTS));
    }
  }

  private static int firstLength(List<List<?>> lists) {
    return lists.stream().mapToInt(List::size).filter(size -> size > 0).findFirst().orElseThrow();
  }

  private void addElements(String name, Schema type, List<List<?>> lists, int count) {
    for (int i = 0; i < count; i++) {
      int index = i;
      add(
          "%s[%s]".formatted(name, i),
          type,
          thatAre(
              List.class,
              List.copyOf(lists),
              list -> list.size() > index ? list.get(index) : null));
    }
  }

  /** Values of different types; where some have none within, the place is a field too. */
  private void addUnion(String name, Schema union, List<Object> values) {
    Set<ValueKind> kinds = new HashSet<>();
    for (Schema type : union.getTypes()) {
      switch (type.getType()) {
        case NULL -> {}
        case RECORD ->
            addRecord(
                name,
                type,
                thatAre(IndexedRecord.class, values, r -> r.getSchema().equals(type) ? r : null));
        case MAP -> addMap(name, type.getValueType(), thatAre(Map.class, values, m -> m));
        case ARRAY -> addList(name, type.getElementType(), thatAre(List.class, values, c -> c));
        default -> kinds.add(AvroType.kind(type));
      }
    }
    if (!kinds.isEmpty()) {
      put(new SourceField(name, kinds.size() == 1 ? kinds.iterator().next() : null, 0));
    }
  }

  /** What some values have, of those that are of a class; without nulls. */
  private static <T, R> List<R> thatAre(Class<T> type, List<Object> values, Function<T, R> part) {
    return values.stream()
        .filter(type::isInstance)
        .map(type::cast)
        .map(part)
        .filter(Objects::nonNull)
        .toList();
  }

  /**
   * Adds the names of the columns that a file of a schema may have a value for.
   *
   * @param sure those that each record has, though perhaps as null
   * @param perhaps those of which the schema does not say it: elements of lists, keys of maps
   */
  static void addNames(
      Schema schema, FieldNode place, boolean isSure, Set<String> sure, Set<String> perhaps) {
    if (place.columns().length > 0) {
      (isSure ? sure : perhaps).add(place.name());
    }
    switch (schema.getType()) {
      case UNION ->
          schema.getTypes().forEach(type -> addWithin(type, place, isSure, sure, perhaps));
      default -> addWithin(schema, place, isSure, sure, perhaps);
    }
  }

  private static void addWithin(
      Schema schema, FieldNode place, boolean isSure, Set<String> sure, Set<String> perhaps) {
    switch (schema.getType()) {
      case RECORD -> {
        for (Schema.Field field : schema.getFields()) {
          FieldNode value = place.key(field.name());
          if (value != null) {
            addNames(field.schema(), value, isSure, sure, perhaps);
          }
        }
      }
      case MAP ->
          place
              .keys()
              .values()
              .forEach(v -> addNames(schema.getValueType(), v, false, sure, perhaps));
      case ARRAY ->
          place
              .elements()
              .values()
              .forEach(v -> addNames(schema.getElementType(), v, false, sure, perhaps));
      default -> {}
    }
  }
}
