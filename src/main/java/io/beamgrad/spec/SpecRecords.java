package io.beamgrad.spec;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.beamgrad.model.ClassOutputs;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.apache.avro.Schema;
import org.apache.avro.specific.SpecificData;
import org.apache.avro.specific.SpecificRecordBase;
import org.checkerframework.checker.nullness.qual.Nullable;

/**
 * The records of the schemas that a spec speaks of (layers, losses, optimisers, schedules, columns)
 * from their trees and back, as {@link SpecKeys} says where each key goes.
 */
final class SpecRecords {
  private static final JsonNodeFactory NODES = JsonNodeFactory.instance;

  private SpecRecords() {}

  /** The word of a kind that is given as a word, or as a map of the word to its keys. */
  static String word(JsonNode tree) {
    return tree.isTextual() ? tree.textValue() : tree.fieldNames().next();
  }

  /**
   * The record of one of some kinds.
   *
   * @param prefix the dotted name of all its kinds, such as {@code loss}
   * @param tree with each key of the kind
   */
  static SpecificRecordBase record(String prefix, JsonNode tree) {
    String word = word(tree);
    String key = prefix + "." + word;
    return fill(SpecKeys.TABLE.find(key).orElseThrow().kind().newRecord(), key, tree.path(word));
  }

  /** Puts each key to its place in a record. */
  static <T extends SpecificRecordBase> T fill(T record, String prefix, JsonNode keys) {
    for (Map.Entry<String, JsonNode> entry : keys.properties()) {
      String name = prefix + "." + entry.getKey();
      SpecKey key = SpecKeys.TABLE.find(name).orElseThrow();
      if (key.kind() == null) {
        key.place().put(record, entry.getValue());
      } else {
        record.put(
            ((Place.Field) key.place()).name(),
            fill(key.kind().newRecord(), name, entry.getValue()));
      }
    }
    return record;
  }

  /**
   * The tree that a record is of: a word, or a map of the word to its keys.
   *
   * @param prefix the dotted name of all its kinds, such as {@code loss}
   * @throws IllegalStateException where it is of no kind that a spec has
   */
  static JsonNode tree(String prefix, Object record) {
    for (String word : SpecKeys.TABLE.below(prefix)) {
      String kind = prefix + "." + word;
      if (SpecKeys.TABLE.find(kind).orElseThrow().kind().isOf(record)) {
        ObjectNode keys = NODES.objectNode();
        for (String name : SpecKeys.TABLE.below(kind)) {
          SpecKey key = SpecKeys.TABLE.find(kind + "." + name).orElseThrow();
          keys.set(name, ((Place.Field) key.place()).get((SpecificRecordBase) record));
        }
        return keys.isEmpty() ? NODES.textNode(word) : NODES.objectNode().set(word, keys);
      }
    }
    throw new IllegalStateException(
        "a spec has no %s for a %s".formatted(prefix, record.getClass().getSimpleName()));
  }

  /** A value as a field of a schema has it. */
  static @Nullable Object toField(Schema schema, JsonNode value) {
    if (schema.getType() == Schema.Type.ARRAY) {
      List<Object> list = new ArrayList<>();
      value.forEach(entry -> list.add(toField(schema.getElementType(), entry)));
      return List.copyOf(list);
    }
    if (value.isNull() || value.isMissingNode()) {
      return null;
    }
    return switch (schema.getType()) {
      case UNION -> toField(notNull(schema), value);
      case INT -> value.isTextual() ? ClassOutputs.OPEN : value.intValue(); // classes
      case LONG -> value.longValue();
      case FLOAT -> value.floatValue();
      case DOUBLE -> value.doubleValue();
      case BOOLEAN -> value.booleanValue();
      case STRING -> value.textValue();
      case ENUM -> EnumWord.find(SpecificData.get().getClass(schema), value.asText()).orElseThrow();
      default -> throw new IllegalStateException("no key of a spec is a " + schema);
    };
  }

  private static Schema notNull(Schema union) {
    return union.getTypes().stream()
        .filter(branch -> branch.getType() != Schema.Type.NULL)
        .findFirst()
        .orElseThrow();
  }

  /** The value of a field as a tree has it; of a record an object of its fields. */
  static JsonNode ofField(@Nullable Object value) {
    if (value == null) {
      return NODES.nullNode();
    }
    if (value instanceof List<?> list) {
      ArrayNode tree = NODES.arrayNode();
      list.forEach(entry -> tree.add(ofField(entry)));
      return tree;
    }
    if (value instanceof SpecificRecordBase record) {
      ObjectNode tree = NODES.objectNode();
      record.getSchema().getFields().forEach(f -> tree.set(f.name(), ofField(record.get(f.pos()))));
      return tree;
    }
    if (value instanceof Integer || value instanceof Long) {
      return NODES.numberNode(((Number) value).longValue());
    }
    if (value instanceof Float || value instanceof Double) {
      return NODES.numberNode(Double.parseDouble(value.toString()));
    }
    if (value instanceof Boolean flag) {
      return NODES.booleanNode(flag);
    }
    if (value instanceof Enum<?> word) {
      return NODES.textNode(EnumWord.of(word));
    }
    return NODES.textNode((String) value);
  }
}
