package io.beamgrad.spec;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.beamgrad.failure.WrongInputException;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;

/**
 * Puts the keys of the preset that a spec names below those that the spec gives. Each key of the
 * spec, nested ones too, decides over the preset's; a model, another kind of loss or optimiser and
 * another decay of the learning rate take the place of the preset's as a whole. What becomes of the
 * preset's keys where a spec has no rows to validate on is here too.
 */
final class PresetMerge {
  private static final String KEY = "preset";
  private static final List<String> OF_ONE_KIND = List.of("loss", "optimizer");
  private static final Set<String> OF_CLASSES = Set.of("cross_entropy", "binary_cross_entropy");

  private final ObjectNode recipe;

  private PresetMerge(ObjectNode recipe) {
    this.recipe = recipe;
  }

  /**
   * The preset that a spec names; empty where it names none, or where its keys have been laid
   * already, as in a run's {@code job.yaml}.
   *
   * @param given as the file has it; it is not changed
   * @param overrides {@code KEY=VALUE} texts to be laid over it
   * @throws WrongInputException where there is no such preset, or it is not for such data
   */
  static Optional<PresetMerge> of(ObjectNode given, List<String> overrides, SpecErrors errors) {
    boolean isAsked = overrides.stream().anyMatch(one -> one.startsWith(KEY));
    if (!isAsked && !given.has(KEY)) {
      return Optional.empty();
    }
    SpecErrors notes = errors.copy();
    ObjectNode seen = withOverrides(given, overrides, notes);
    JsonNode name = seen.path(KEY);
    if (name.isMissingNode() || name.isObject() || AllowedValues.isNothing(name)) {
      return Optional.empty();
    }
    AllowedValues.preset()
        .complaint(name)
        .ifPresent(
            complaint -> {
              String hint =
                  Suggestion.of(name.asText(), Preset.NAMES)
                      .map(near -> "; did you mean " + near + "?")
                      .orElse("");
              throw notes.error(KEY, complaint + hint);
            });
    if ("idx".equals(seen.at("/data/format").textValue())) {
      throw notes.error(KEY, "%s is for tables, but data.format is idx".formatted(name.asText()));
    }
    boolean isOfClasses = isOfClasses(seen, name.textValue(), notes);
    return Optional.of(new PresetMerge(Preset.of(name.textValue()).tree(isOfClasses)));
  }

  /** The spec as its arguments make it, but for those that are about keys of the preset. */
  private static ObjectNode withOverrides(
      ObjectNode given, List<String> overrides, SpecErrors errors) {
    ObjectNode seen = given.deepCopy();
    for (String override : overrides) {
      try {
        Overrides.apply(seen, override, errors);
      } catch (WrongInputException e) {
        // It is told where it is laid over the preset's keys, if it is wrong there too.
      }
    }
    return seen;
  }

  private static boolean isOfClasses(ObjectNode seen, String name, SpecErrors errors) {
    Optional<String> loss = kind("loss", seen);
    JsonNode given = seen.path("loss");
    boolean isKind = given.isObject() ? given.path(word(given)).isObject() : !isMissing(given);
    if (loss.isPresent() || isKind) {
      return OF_CLASSES.contains(loss.orElse("")); // a kind that is unknown is refused later
    }
    JsonNode target = seen.at("/data/target");
    boolean isOfNumbers =
        target.isObject() || target.size() > 1 || target.path("columns").size() > 1;
    return !isOfNumbers
        && TargetLook.isOfClasses(seen, errors)
            .orElseThrow(
                () ->
                    errors.error(
                        "loss",
                        "is missing; with the preset %s it is cross_entropy where data.target is a class, and mse where it is a number"
                            .formatted(name)));
  }

  /** The word of a kind that the table has; empty where there is no such word. */
  private static Optional<String> kind(String key, ObjectNode tree) {
    return Optional.of(word(tree.path(key))).filter(SpecKeys.TABLE.below(key)::contains);
  }

  private static String word(JsonNode kind) {
    return kind.isObject() && kind.size() == 1 ? kind.fieldNames().next() : kind.asText();
  }

  /**
   * Puts into a spec what its {@code --set} arguments may name a part of: the model, the kinds of
   * loss and optimiser, and the target's columns.
   */
  void prepare(ObjectNode tree) {
    if (isMissing(tree.get("model"))) {
      tree.set("model", recipe.get("model").deepCopy());
    }
    for (String key : OF_ONE_KIND) {
      if (isMissing(tree.get(key))) {
        tree.putObject(key).putObject(SpecRecords.word(recipe.get(key)));
      }
    }
    columnsOfTarget(tree);
  }

  /** Lays the keys of a spec, {@code --set} arguments among them, over those of the preset. */
  void layUnder(ObjectNode tree) {
    columnsOfTarget(tree);
    OF_ONE_KIND.forEach(key -> leaveOneKind(key, tree));
    if (isMissing(tree.get("model"))) {
      tree.remove("model");
    }
    ObjectNode fitting = recipe.deepCopy();
    if (isMissing(tree.at("/data/target"))) {
      ((ObjectNode) fitting.get("data")).remove("target");
    }
    for (String key : OF_ONE_KIND) {
      if (kind(key, tree).filter(word -> !isKind(word, recipe.get(key))).isPresent()) {
        fitting.remove(key);
      }
    }
    schedule(tree, fitting);
    if (!mayValidate(tree)) {
      fitting.remove(List.of("earlyStopping", "refit"));
    }
    lay(fitting, tree);
  }

  /** An argument may have named another kind, or none, beside the preset's as it was prepared. */
  private void leaveOneKind(String key, ObjectNode tree) {
    String word = SpecRecords.word(recipe.get(key));
    if (isMissing(tree.get(key))) {
      tree.remove(key);
    } else if (tree.get(key) instanceof ObjectNode kinds && isEmpty(kinds.get(word))) {
      if (kinds.size() > 1) {
        kinds.remove(word);
      } else {
        kinds.putObject(word);
      }
    }
  }

  private static boolean isEmpty(JsonNode kind) {
    return kind != null && (isMissing(kind) || (kind.isObject() && kind.isEmpty()));
  }

  private static boolean isKind(String word, JsonNode kind) {
    return SpecRecords.word(kind).equals(word);
  }

  /** A target of numbers that is named alone gets the form that has place for the preset's keys. */
  private void columnsOfTarget(ObjectNode tree) {
    JsonNode target = tree.at("/data/target");
    boolean isName = target.isArray() || (PlainScalar.isName(target) && !isMissing(target));
    if (isName && recipe.at("/data/target").isObject()) {
      ((ObjectNode) tree.get("data")).putObject("target").set("columns", target);
    }
  }

  /** Another decay of the spec, or none where it says so, takes the place of the preset's. */
  private static void schedule(ObjectNode tree, ObjectNode fitting) {
    JsonNode ours = fitting.get("schedule");
    JsonNode asked = tree.path("schedule");
    for (String decay : decays()) {
      boolean isOurs = ours.has(decay);
      if (asked.has(decay) && isMissing(asked.get(decay)) == isOurs) {
        fitting.remove("schedule");
      }
    }
  }

  private static List<String> decays() {
    return SpecKeys.ALL.stream()
        .filter(key -> key.kind() != null && key.place().equals(Place.field("decay")))
        .map(key -> key.name().replaceFirst("^schedule\\.", ""))
        .collect(Collectors.toList());
  }

  private static boolean mayValidate(ObjectNode tree) {
    JsonNode share = tree.at("/split/validation");
    return !isMissing(tree.at("/data/validation"))
        || !isMissing(tree.at("/split/by/column"))
        || !share.isNumber()
        || share.doubleValue() > 0;
  }

  /** Puts each key of the preset that a spec does not give into the spec. */
  private static void lay(ObjectNode preset, ObjectNode tree) {
    for (Map.Entry<String, JsonNode> entry : preset.properties()) {
      JsonNode asked = tree.get(entry.getKey());
      if (asked == null) {
        tree.set(entry.getKey(), entry.getValue());
      } else if (asked.isTextual() && entry.getValue().has(asked.textValue())) {
        tree.set(entry.getKey(), entry.getValue()); // a kind by its word alone
      } else if (asked instanceof ObjectNode map && entry.getValue() instanceof ObjectNode keys) {
        lay(keys, map);
      }
    }
  }

  private static boolean isMissing(JsonNode node) {
    return node == null
        || node.isMissingNode()
        || AllowedValues.isNothing(node)
        || (node instanceof ArrayNode && node.isEmpty());
  }
}
