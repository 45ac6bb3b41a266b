package io.beamgrad.spec;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.beamgrad.schema.DatePart;
import io.beamgrad.schema.MissingBoolean;
import io.beamgrad.schema.MissingCategory;
import io.beamgrad.schema.MissingDate;
import io.beamgrad.schema.MissingNumber;
import io.beamgrad.schema.ScaleMethod;
import io.beamgrad.spec.ColumnSpec.Scale;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.regex.Pattern;
import org.checkerframework.checker.nullness.qual.Nullable;

/** The columns of a spec from their tree and back. */
final class ColumnTree {
  private static final JsonNodeFactory NODES = JsonNodeFactory.instance;

  private ColumnTree() {}

  /** The words of the parts of a date, such as {@code dayOfYear}. */
  static String[] partWords() {
    return Arrays.stream(DatePart.values()).map(ColumnTree::word).toArray(String[]::new);
  }

  static Map<String, ColumnSpec> columns(JsonNode tree) {
    Map<String, ColumnSpec> columns = new LinkedHashMap<>();
    tree.fields()
        .forEachRemaining(
            entry -> {
              String kind = entry.getValue().fieldNames().next();
              columns.put(entry.getKey(), column(kind, entry.getValue().get(kind)));
            });
    return columns;
  }

  private static ColumnSpec column(String kind, JsonNode keys) {
    JsonNode missing = keys.get("missing");
    boolean indicator = keys.path("indicator").booleanValue();
    return switch (kind) {
      case "number" -> {
        JsonNode clip = keys.get("clip");
        yield new ColumnSpec.Numeric(
            scale(keys.get("scale")),
            keys.get("log").booleanValue(),
            number(clip.path(0)),
            number(clip.path(1)),
            missing.isNumber() ? MissingNumber.CONSTANT : MissingNumber.valueOf(upper(missing)),
            missing.doubleValue(),
            indicator);
      }
      case "category" -> {
        String text = missing.textValue();
        boolean isWord = text.equals("reject") || text.equals("own");
        yield new ColumnSpec.Category(
            keys.get("minCount").longValue(),
            whole(keys.get("most")),
            whole(keys.get("hash")),
            isWord ? MissingCategory.valueOf(upper(missing)) : MissingCategory.CONSTANT,
            isWord ? null : text);
      }
      case "boolean" ->
          new ColumnSpec.Flag(
              MissingBoolean.valueOf(missing.asText().toUpperCase(Locale.ROOT)), indicator);
      case "date" ->
          new ColumnSpec.Date(
              keys.get("pattern").textValue(),
              parts(keys.get("parts")),
              keys.get("zone").textValue(),
              MissingDate.valueOf(upper(missing)),
              indicator);
      case "vector" -> new ColumnSpec.Vector(whole(keys.get("size")), scale(keys.get("scale")));
      default -> throw new IllegalStateException("a kind of column without code: " + kind);
    };
  }

  private static String upper(JsonNode word) {
    return word.textValue().toUpperCase(Locale.ROOT);
  }

  private static List<DatePart> parts(JsonNode words) {
    if (words.isNull()) {
      return ColumnSpec.Date.USUAL_PARTS;
    }
    List<DatePart> parts = new ArrayList<>();
    for (JsonNode word : words) {
      parts.add(
          Arrays.stream(DatePart.values())
              .filter(part -> word(part).equals(word.textValue()))
              .findFirst()
              .orElseThrow());
    }
    return List.copyOf(parts);
  }

  /** Such as {@code dayOfYear} for DAY_OF_YEAR. */
  static String word(DatePart part) {
    return Pattern.compile("_(.)")
        .matcher(part.name().toLowerCase(Locale.ROOT))
        .replaceAll(match -> match.group(1).toUpperCase(Locale.ROOT));
  }

  /** Null where the tree has none. */
  static @Nullable Scale scale(JsonNode tree) {
    if (tree.isNull()) {
      return null;
    }
    return tree.isNumber()
        ? new Scale(ScaleMethod.DIVIDE, tree.doubleValue())
        : new Scale(ScaleMethod.valueOf(upper(tree)), 1);
  }

  static JsonNode of(@Nullable Scale scale) {
    if (scale == null) {
      return NODES.nullNode();
    }
    return scale.method() == ScaleMethod.DIVIDE
        ? NODES.numberNode(scale.divisor())
        : NODES.textNode(scale.method().name().toLowerCase(Locale.ROOT));
  }

  static ObjectNode of(Map<String, ColumnSpec> columns) {
    ObjectNode tree = NODES.objectNode();
    columns.forEach((name, column) -> tree.set(name, of(column)));
    return tree;
  }

  private static ObjectNode of(ColumnSpec column) {
    ObjectNode tree = NODES.objectNode();
    if (column instanceof ColumnSpec.Numeric number) {
      ObjectNode keys = tree.putObject("number");
      keys.set("scale", of(number.scale()));
      keys.put("log", number.log());
      keys.putNull("clip");
      if (number.clipLow() != null || number.clipHigh() != null) {
        keys.putArray("clip").add(number.clipLow()).add(number.clipHigh());
      }
      if (number.missing() == MissingNumber.CONSTANT) {
        keys.put("missing", number.constant());
      } else {
        keys.put("missing", number.missing().name().toLowerCase(Locale.ROOT));
      }
      keys.put("indicator", number.indicator());
    } else if (column instanceof ColumnSpec.Category category) {
      tree.putObject("category")
          .put("minCount", category.minCount())
          .put("most", category.most())
          .put("hash", category.hash())
          .put(
              "missing",
              category.constant() == null
                  ? category.missing().name().toLowerCase(Locale.ROOT)
                  : category.constant());
    } else if (column instanceof ColumnSpec.Flag flag) {
      ObjectNode keys = tree.putObject("boolean");
      if (flag.missing() == MissingBoolean.REJECT) {
        keys.put("missing", "reject");
      } else {
        keys.put("missing", flag.missing() == MissingBoolean.TRUE);
      }
      keys.put("indicator", flag.indicator());
    } else if (column instanceof ColumnSpec.Date date) {
      ObjectNode keys = tree.putObject("date");
      keys.put("pattern", date.pattern());
      ArrayNode parts = keys.putArray("parts");
      date.parts().forEach(part -> parts.add(word(part)));
      keys.put("zone", date.zone());
      keys.put("missing", date.missing().name().toLowerCase(Locale.ROOT));
      keys.put("indicator", date.indicator());
    } else if (column instanceof ColumnSpec.Vector vector) {
      tree.putObject("vector").put("size", vector.size()).set("scale", of(vector.scale()));
    }
    return tree;
  }

  private static @Nullable Integer whole(JsonNode number) {
    return number.isNull() ? null : number.intValue();
  }

  private static @Nullable Double number(JsonNode number) {
    return number.isNumber() ? number.doubleValue() : null;
  }
}
