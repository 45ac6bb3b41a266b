package io.beamgrad.metrics;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.SerializationFeature;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.beamgrad.data.files.Storage;
import io.beamgrad.failure.BrokenFileException;
import io.beamgrad.schema.BaselineScore;
import io.beamgrad.schema.MetricRow;
import io.beamgrad.schema.RunRecord;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import org.apache.avro.Schema;
import org.apache.avro.generic.IndexedRecord;
import org.apache.avro.specific.SpecificData;
import org.checkerframework.checker.nullness.qual.Nullable;

/**
 * {@code run.json}: a {@link RunRecord} as plain JSON, by its schema. Fields are in the schema's
 * order, those of null are left out, enums are in small letters, and metric rows are as {@link
 * MetricJson} has them. Reading takes the schema's default for what is missing, and passes what it
 * does not know.
 */
public final class RunJson {
  private static final ObjectMapper JSON =
      new ObjectMapper().enable(SerializationFeature.INDENT_OUTPUT);

  private RunJson() {}

  /** Writes the file, which appears whole or not at all. */
  public static void write(String path, RunRecord run) {
    Storage.write(path, out -> JSON.writeValue(out, toTree(run)));
  }

  /**
   * Reads the file of a run.
   *
   * @throws BrokenFileException where it is not JSON, or a value is of another kind than a run's
   */
  public static RunRecord read(Path file) {
    try {
      JsonNode tree = JSON.readTree(Files.readAllBytes(file));
      if (!tree.isObject()) {
        throw new IllegalArgumentException("expected a run, found " + tree);
      }
      return (RunRecord) record(RunRecord.getClassSchema(), tree, "");
    } catch (JsonProcessingException e) {
      throw new BrokenFileException(
          "%s: expected JSON, found %s"
              .formatted(file, e.getOriginalMessage().lines().findFirst().orElse("nothing")),
          e);
    } catch (IllegalArgumentException e) {
      throw new BrokenFileException("%s: %s".formatted(file, e.getMessage()), e);
    } catch (IOException e) {
      throw new UncheckedIOException("cannot read " + file + ": " + e.getMessage(), e);
    }
  }

  /** A record of a run, or a part of one, as a tree. */
  public static ObjectNode toTree(IndexedRecord record) {
    if (record instanceof MetricRow row) {
      return MetricJson.toTree(row);
    }
    ObjectNode tree = JsonNodeFactory.instance.objectNode();
    for (Schema.Field field : record.getSchema().getFields()) {
      Object value = record.get(field.pos());
      if (value != null) {
        tree.set(field.name(), node(value));
      }
    }
    return tree;
  }

  private static JsonNode node(Object value) {
    if (value instanceof IndexedRecord record) {
      return toTree(record);
    }
    if (value instanceof List<?> list) {
      ArrayNode array = JsonNodeFactory.instance.arrayNode();
      list.forEach(item -> array.add(node(item)));
      return array;
    }
    return JSON.valueToTree(
        value instanceof Enum<?> word ? word.name().toLowerCase(Locale.ROOT) : value);
  }

  private static Object record(Schema schema, JsonNode tree, String where) {
    if (schema.equals(MetricRow.getClassSchema())) {
      return MetricJson.fromTree(tree, where);
    }
    IndexedRecord record = (IndexedRecord) SpecificData.get().newRecord(null, schema);
    for (Schema.Field field : schema.getFields()) {
      JsonNode found = tree.path(field.name());
      String name = where.isEmpty() ? field.name() : where + "." + field.name();
      record.put(
          field.pos(),
          found.isMissingNode() || found.isNull()
              ? SpecificData.get().getDefaultValue(field)
              : value(field.schema(), found, name));
    }
    return record;
  }

  private static @Nullable Object value(Schema schema, JsonNode found, String where) {
    return switch (schema.getType()) {
      case UNION -> value(schema.getTypes().get(1), found, where); // of null and a type
      case RECORD -> record(schema, required(found, found.isObject(), "an object", where), where);
      case ARRAY -> list(schema, required(found, found.isArray(), "a list", where), where);
      case ENUM -> word(schema, found, where);
      case STRING -> required(found, found.isTextual(), "a text", where).asText();
      case BOOLEAN -> required(found, found.isBoolean(), "true or false", where).asBoolean();
      case INT -> required(found, found.isInt(), "a whole number", where).asInt();
      case LONG -> required(found, found.isIntegralNumber(), "a whole number", where).asLong();
      case DOUBLE -> number(found, where);
      default -> throw new IllegalStateException("no JSON of " + schema);
    };
  }

  private static List<Object> list(Schema schema, JsonNode found, String where) {
    List<Object> list = new ArrayList<>();
    for (JsonNode item : found) {
      list.add(value(schema.getElementType(), item, "%s[%s]".formatted(where, list.size())));
    }
    return list;
  }

  /** What a baseline scores, as a tree has it. */
  static BaselineScore baseline(JsonNode tree, String where) {
    return (BaselineScore)
        record(
            BaselineScore.getClassSchema(),
            required(tree, tree.isObject(), "an object", where),
            where);
  }

  static Object word(Schema schema, JsonNode found, String where) {
    String symbol = found.asText().toUpperCase(Locale.ROOT);
    required(
        found,
        schema.hasEnumSymbol(symbol),
        "one of " + String.join(", ", schema.getEnumSymbols()).toLowerCase(Locale.ROOT),
        where);
    return SpecificData.get().createEnum(symbol, schema);
  }

  /** A number, or the text NaN or Infinity. */
  static double number(JsonNode found, String where) {
    try {
      return found.isTextual()
          ? Double.parseDouble(found.asText())
          : required(found, found.isNumber(), "a number", where).asDouble();
    } catch (NumberFormatException e) {
      throw wrong(found, "a number", where);
    }
  }

  private static JsonNode required(JsonNode found, boolean isRight, String kind, String where) {
    if (!isRight) {
      throw wrong(found, kind, where);
    }
    return found;
  }

  private static IllegalArgumentException wrong(JsonNode found, String kind, String where) {
    return new IllegalArgumentException("%s: expected %s, found %s".formatted(where, kind, found));
  }
}
