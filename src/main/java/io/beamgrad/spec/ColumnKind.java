package io.beamgrad.spec;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.beamgrad.schema.CategoryPreparation;
import io.beamgrad.schema.ColumnType;
import io.beamgrad.schema.NumberPreparation;
import io.beamgrad.schema.ValueKind;
import java.util.Map;
import org.apache.avro.specific.SpecificData;
import org.apache.avro.specific.SpecificRecordBase;
import org.checkerframework.checker.nullness.qual.Nullable;

/**
 * What a spec asks for feature columns of a name or glob.
 *
 * @param word the kind, such as {@code number}
 * @param preparation its record, of no column yet; without what the data say where that is theirs
 * @param pattern of the texts of dates; null for ISO 8601
 * @param size how many numbers a vector has; null for what the file says
 */
record ColumnKind(
    String word, SpecificRecordBase preparation, @Nullable String pattern, @Nullable Integer size) {
  static final String CATEGORY = "category";

  private static final String PREFIX = "data.columns";
  private static final JsonNodeFactory NODES = JsonNodeFactory.instance;

  /** The value of {@code missing} that fills, by the word of the kind. */
  private static final Map<String, JsonNode> FILLED =
      Map.of(
          "number", NODES.textNode("median"),
          "vector", NODES.textNode("median"),
          "category", NODES.textNode("own"),
          "boolean", NODES.booleanNode(false),
          "date", NODES.textNode("zero"),
          "text", NODES.textNode("zero"));

  /**
   * @param tree of the kind to each of its keys
   */
  static ColumnKind of(JsonNode tree) {
    String word = SpecRecords.word(tree);
    JsonNode keys = tree.path(word);
    return new ColumnKind(
        word,
        SpecRecords.record(PREFIX, tree),
        keys.path("pattern").textValue(),
        keys.path("size").isNumber() ? keys.get("size").intValue() : null);
  }

  /** The kind with the default of each of its keys, but for missing values as the data asks. */
  static ColumnKind usual(String word, JobSpec.Missing missing) {
    ObjectNode tree = NODES.objectNode();
    ObjectNode keys = tree.putObject(word);
    for (String name : SpecKeys.TABLE.below(PREFIX + "." + word)) {
      String key = PREFIX + "." + word + "." + name;
      keys.set(name, SpecKeys.TABLE.find(key).orElseThrow().defaultValue());
    }
    if (missing == JobSpec.Missing.FILL) {
      keys.setAll(filling(word));
    }
    return of(tree);
  }

  /** The usual kind of what a format calls a value. */
  static ColumnKind usual(ValueKind kind, JobSpec.Missing missing) {
    return usual(
        switch (kind) {
          case NUMBER -> "number";
          case BOOLEAN -> "boolean";
          case DATE -> "date";
          case TEXT -> "category";
        },
        missing);
  }

  /** The tree of a kind as given, where missing values are filled unless it says otherwise. */
  static JsonNode filled(JsonNode given) {
    boolean isMap = given.isObject() && given.size() == 1;
    if (!isMap && !given.isTextual()) {
      return given; // not valid, which is complained of later
    }
    String word = SpecRecords.word(given);
    JsonNode keys = given.path(word);
    ObjectNode all = filling(word);
    if (keys instanceof ObjectNode own) {
      all.setAll(own);
    } else if (isMap && !AllowedValues.isNothing(keys)) {
      return given;
    }
    return NODES.objectNode().set(word, all);
  }

  private static ObjectNode filling(String word) {
    ObjectNode keys = NODES.objectNode();
    if (FILLED.containsKey(word)) {
      keys.set("missing", FILLED.get(word));
    }
    return keys;
  }

  ColumnType type() {
    return switch (valueKind()) {
      case NUMBER, BOOLEAN -> ColumnType.FLOATS;
      case DATE -> ColumnType.LONGS;
      case TEXT -> ColumnType.STRINGS;
    };
  }

  ValueKind valueKind() {
    return switch (word) {
      case "number", "vector" -> ValueKind.NUMBER;
      case "boolean" -> ValueKind.BOOLEAN;
      case "date" -> ValueKind.DATE;
      case CATEGORY, "text" -> ValueKind.TEXT;
      default -> throw new IllegalStateException("a column has no type for the kind " + word);
    };
  }

  boolean isVector() {
    return word.equals("vector");
  }

  /** True where a row may lack the value. */
  boolean isNullable() {
    return !preparation.get("missing").toString().equals("REJECT");
  }

  /**
   * What is asked for a column of this kind.
   *
   * @param data says what the kind does not: how numbers are scaled, as they are where that is null
   *     too, and what becomes of categories
   */
  SpecificRecordBase preparation(String column, JobSpec.Data data) {
    SpecificRecordBase own = SpecificData.get().deepCopy(preparation.getSchema(), preparation);
    own.put("column", column);
    if (own instanceof NumberPreparation number && number.getScale() == null) {
      JobSpec.Scale ofAll = data.scale() == null ? JobSpec.Scale.NONE : data.scale();
      own.put("scale", ofAll.method());
      own.put("divisor", ofAll.divisor());
    }
    if (own instanceof CategoryPreparation category && category.getUnknown() == null) {
      category.put("unknown", data.categories().unknown());
    }
    if (own instanceof CategoryPreparation category && category.getBinary() == null) {
      category.put("binary", data.categories().binary());
    }
    return own;
  }
}
