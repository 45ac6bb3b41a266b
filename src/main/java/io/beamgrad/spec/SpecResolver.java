package io.beamgrad.spec;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.nio.file.InvalidPathException;
import java.util.Iterator;
import java.util.Optional;
import java.util.Set;
import java.util.function.UnaryOperator;

/**
 * Makes of a given tree one that has every key of {@link SpecKeys}, each checked by itself and each
 * that was left out with its default, all in the one form that a value has. How keys go together is
 * checked by {@link SpecRules}.
 */
final class SpecResolver {
  private static final JsonNodeFactory NODES = JsonNodeFactory.instance;

  private final KeyTable table;
  private final SpecErrors errors;

  SpecResolver(KeyTable table, SpecErrors errors) {
    this.table = table;
    this.errors = errors;
  }

  ObjectNode resolve(JsonNode given) {
    if (!given.isObject()) {
      throw errors.error("", "must be a YAML map of keys, was " + AllowedValues.shown(given));
    }
    return keysBelow("", "", (ObjectNode) given);
  }

  /** The keys of one section alone; those of others are not looked at. */
  ObjectNode section(String name, ObjectNode given) {
    return keysBelow(name, name, map(name, given.get(name)));
  }

  /**
   * @param prefix the dotted name in the table
   * @param shown the dotted name in messages
   */
  private ObjectNode keysBelow(String prefix, String shown, ObjectNode given) {
    Set<String> allowed = table.below(prefix);
    refuseUnknown(shown, given, allowed);
    ObjectNode resolved = NODES.objectNode();
    for (String name : allowed) {
      String key = KeyTable.join(prefix, name);
      String shownKey = KeyTable.join(shown, name);
      JsonNode value = given.get(name);
      Optional<SpecKey> leaf = table.find(key);
      if (key.equals("data.columns")) {
        resolved.set(name, columns(shownKey, value));
      } else if (leaf.isPresent() && leaf.get().isSection()) {
        if (value != null && !value.isNull()) {
          resolved.set(name, keysBelow(key, shownKey, map(shownKey, value)));
        }
      } else if (leaf.isPresent() && value instanceof ObjectNode below && takesMap(key)) {
        resolved.set(name, keysBelow(key, shownKey, below));
      } else if (leaf.isPresent()) {
        resolved.set(name, leaf(leaf.get(), shownKey, value));
      } else if (key.equals("model")) {
        resolved.set(name, layers(value));
      } else if (key.equals("optimizer") || key.equals("loss")) {
        resolved.set(name, oneOf(key, key, kind -> key, value));
      } else {
        resolved.set(name, keysBelow(key, shownKey, map(shownKey, value)));
      }
    }
    return resolved;
  }

  /** Whether a key takes a value or a map of keys of its own. */
  private boolean takesMap(String key) {
    return !table.below(key).isEmpty();
  }

  private void refuseUnknown(String shown, ObjectNode given, Set<String> allowed) {
    String start = shown.isEmpty() ? "" : shown + ".";
    for (Iterator<String> names = given.fieldNames(); names.hasNext(); ) {
      String name = names.next();
      if (!allowed.contains(name)) {
        String known = allowed.isEmpty() ? "none" : String.join(", ", allowed);
        String hint =
            Suggestion.of(name, allowed)
                .map(near -> "; did you mean " + start + near + "?")
                .orElse("; known" + (shown.isEmpty() ? "" : " in " + shown) + ": " + known);
        throw errors.error(start + name, "is not a key" + hint);
      }
    }
  }

  private JsonNode leaf(SpecKey key, String shown, JsonNode given) {
    if (given == null || (AllowedValues.isNothing(given) && key.fallback().equals("null"))) {
      if (key.isRequired()) {
        throw errors.error(shown, "is missing; it must be " + key.allowed().words());
      }
      return key.defaultValue();
    }
    key.allowed()
        .complaint(given)
        .ifPresent(
            complaint -> {
              throw errors.error(shown, complaint);
            });
    try {
      return key.allowed().canonical(AllowedValues.isNothing(given) ? NODES.nullNode() : given);
    } catch (InvalidPathException e) {
      throw errors.error(shown, "must be a path, was " + AllowedValues.shown(given));
    }
  }

  private ObjectNode map(String shown, JsonNode given) {
    if (given == null) {
      return NODES.objectNode();
    }
    if (!given.isObject()) {
      throw errors.error(
          shown,
          "must be a map of %s, was %s"
              .formatted(String.join(", ", table.below(shown)), AllowedValues.shown(given)));
    }
    return (ObjectNode) given;
  }

  private ObjectNode columns(String shown, JsonNode given) {
    ObjectNode columns = NODES.objectNode();
    if (given == null || AllowedValues.isNothing(given)) {
      return columns;
    }
    if (!given.isObject()) {
      throw errors.error(
          shown, "must be a map of names or globs to kinds, was " + AllowedValues.shown(given));
    }
    given
        .fields()
        .forEachRemaining(
            column -> {
              String key = shown + "." + column.getKey();
              UnaryOperator<String> shownKeys = kind -> key + "." + kind;
              columns.set(column.getKey(), oneOf(shown, key, shownKeys, column.getValue()));
            });
    return columns;
  }

  private ArrayNode layers(JsonNode given) {
    if (given == null) {
      throw errors.error("model", "is missing; it must be a list of layers");
    }
    if (!given.isArray() || given.isEmpty()) {
      throw errors.error("model", "must be a list of layers, was " + AllowedValues.shown(given));
    }
    ArrayNode layers = NODES.arrayNode();
    for (JsonNode layer : given) {
      String shown = "model[" + layers.size() + "]";
      layers.add(oneOf("model", shown, kind -> shown + "." + kind, layer));
    }
    return layers;
  }

  /**
   * One of some kinds, given as a word or as a map of the word to its keys.
   *
   * @param prefix the dotted name of all kinds in the table
   * @param shown the dotted name in messages
   * @param shownKeys the same for a key of the kind
   */
  private JsonNode oneOf(
      String prefix, String shown, UnaryOperator<String> shownKeys, JsonNode given) {
    Set<String> kinds = table.below(prefix);
    String expected = "must be one of " + String.join(", ", kinds);
    if (given == null) {
      throw errors.error(shown, "is missing; it " + expected);
    }
    boolean isMap = given.isObject() && given.size() == 1;
    if (!isMap && !given.isTextual()) {
      throw errors.error(shown, expected + ", was " + AllowedValues.shown(given));
    }
    String kind = isMap ? given.fieldNames().next() : given.textValue();
    if (!kinds.contains(kind)) {
      String hint =
          Suggestion.of(kind, kinds).map(near -> "; did you mean " + near + "?").orElse("");
      throw errors.error(shown, expected + ", was \"" + kind + "\"" + hint);
    }
    String key = prefix + "." + kind;
    JsonNode value = isMap ? given.get(kind) : NODES.nullNode();
    if (!AllowedValues.isNothing(value) && !value.isObject()) {
      throw errors.error(
          shown + "." + kind, "must be " + example(key) + ", was " + AllowedValues.shown(value));
    }
    ObjectNode keys =
        keysBelow(
            key, shownKeys.apply(kind), value instanceof ObjectNode map ? map : NODES.objectNode());
    return keys.isEmpty() ? NODES.textNode(kind) : NODES.objectNode().set(kind, keys);
  }

  private String example(String key) {
    Set<String> names = table.below(key);
    return names.isEmpty() ? "without keys" : "a map of " + String.join(", ", names);
  }
}
