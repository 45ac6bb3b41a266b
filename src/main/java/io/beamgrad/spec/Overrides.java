package io.beamgrad.spec;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.beamgrad.failure.WrongInputException;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Lays {@code --set} arguments over the tree of a spec. */
final class Overrides {
  private static final Pattern STEP = Pattern.compile("([^.\\[\\]]+)|\\[(\\d+)]");

  private Overrides() {}

  /**
   * Lays {@code a.b=value} over the tree; the value is YAML.
   *
   * @param errors is told which key the argument gave
   */
  static void apply(ObjectNode tree, String argument, SpecErrors errors) {
    int equals = argument.indexOf('=');
    if (equals < 1) {
      throw new WrongInputException(
          "--set " + argument + ": must be KEY=VALUE, such as optimizer.lr=0.1");
    }
    List<String> steps = steps(argument.substring(0, equals), argument);
    String text = argument.substring(equals + 1);
    JsonNode value = text.isBlank() ? tree.nullNode() : SpecYaml.parse(text, "--set " + argument);
    if (steps.get(0).equals("sweep")) {
      steps = ofSweep(argument.substring(0, equals));
    }
    if (steps.size() > 1 && (steps.get(0).equals("optimizer") || steps.get(0).equals("loss"))) {
      intoTheOneKind(tree, steps);
    }
    boolean isBelowTarget =
        steps.size() > 2 && steps.get(0).equals("data") && steps.get(1).equals("target");
    if (isBelowTarget && !isIndex(steps.get(2))) {
      intoTheMap(tree);
    }
    if (steps.size() > 1 && steps.get(0).equals("each")) {
      SpecDefaults.each(tree);
    }
    set(tree, steps, value, argument);
    errors.note(shownKey(steps), argument);
  }

  /** Below {@code sweep} there are dotted keys of the spec, each of which is one step. */
  private static List<String> ofSweep(String key) {
    List<String> steps = new ArrayList<>(List.of(key.split("\\.", 3)));
    if (steps.size() == 3 && !SweepKeys.OWN.contains(steps.get(1))) {
      return List.of(steps.get(0), steps.get(1) + "." + steps.get(2));
    }
    return steps;
  }

  /** The key as errors name it, such as {@code model[1].linear.out} or {@code optimizer.lr}. */
  private static String shownKey(List<String> steps) {
    String dotted = String.join(".", steps).replaceAll("\\.(\\d+)(?=\\.|$)", "[$1]");
    return SpecKey.shown(dotted);
  }

  private static List<String> steps(String key, String argument) {
    List<String> steps = new ArrayList<>();
    Matcher matcher = STEP.matcher(key);
    while (matcher.find()) {
      steps.add(matcher.group(1) != null ? matcher.group(1) : matcher.group(2));
    }
    if (steps.isEmpty()) {
      throw new WrongInputException("--set " + argument + ": names no key");
    }
    return steps;
  }

  /**
   * {@code optimizer.lr} means the {@code lr} of the optimiser that the spec has; so for losses.
   */
  private static void intoTheOneKind(ObjectNode tree, List<String> steps) {
    String key = steps.get(0);
    Set<String> kinds = SpecKeys.TABLE.below(key);
    JsonNode given = tree.get(key);
    if (given != null && given.isTextual() && kinds.contains(given.textValue())) {
      ObjectNode map = tree.objectNode();
      map.putObject(given.textValue());
      tree.set(key, map);
      given = map;
    }
    if (!kinds.contains(steps.get(1)) && given != null && given.isObject() && given.size() == 1) {
      steps.add(1, given.fieldNames().next());
    }
  }

  /** {@code data.target.scale} is also of a target that is given as a column or a list. */
  private static void intoTheMap(ObjectNode tree) {
    JsonNode target = tree.at("/data/target");
    if ((target.isValueNode() && !AllowedValues.isNothing(target)) || target.isArray()) {
      ((ObjectNode) tree.get("data")).putObject("target").set("columns", target);
    }
  }

  private static void set(ObjectNode tree, List<String> steps, JsonNode value, String argument) {
    JsonNode parent = tree;
    for (int i = 0; i < steps.size() - 1; i++) {
      JsonNode child = child(parent, steps.get(i));
      if ((child == null || AllowedValues.isNothing(child)) && parent instanceof ObjectNode map) {
        child = map.putObject(steps.get(i));
      }
      if (child == null || !child.isContainerNode()) {
        throw new WrongInputException(
            "--set %s: %s has no keys below it"
                .formatted(argument, String.join(".", steps.subList(0, i + 1))));
      }
      parent = child;
    }
    String last = steps.get(steps.size() - 1);
    if (parent instanceof ObjectNode map) {
      map.set(last, value);
    } else if (child(parent, last) != null) {
      ((ArrayNode) parent).set(Integer.parseInt(last), value);
    } else {
      throw new WrongInputException(
          "--set %s: %s is not one of the %s entries".formatted(argument, last, parent.size()));
    }
  }

  private static boolean isIndex(String step) {
    return step.matches("\\d{1,9}");
  }

  private static JsonNode child(JsonNode parent, String step) {
    return parent.isArray() && isIndex(step)
        ? parent.get(Integer.parseInt(step))
        : parent.get(step);
  }
}
