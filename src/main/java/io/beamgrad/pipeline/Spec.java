package io.beamgrad.pipeline;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.module.SimpleModule;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.fasterxml.jackson.databind.ser.std.ToStringSerializer;
import io.beamgrad.failure.WrongInputException;
import io.beamgrad.spec.JobSpec;
import io.beamgrad.spec.SpecYaml;
import java.nio.file.Path;
import java.util.List;

/**
 * What is to be trained: the keys of a job's YAML file, from such a file, from a text, or set one
 * by one. Keys that are left out have the defaults that {@code beamgrad explain} prints. What is
 * wrong with them is said in one line, which names the key, where a pipeline is made. Immutable.
 */
public final class Spec {
  private static final ObjectMapper MAPPER =
      new ObjectMapper()
          .registerModule(
              new SimpleModule().addSerializer(Path.class, ToStringSerializer.instance));

  /** What a spec of rows says in place of where files are; no such file is looked for. */
  private static final String ROWS = "rows";

  private final String source;
  private final ObjectNode given;

  private Spec(String source, ObjectNode given) {
    this.source = source;
    this.given = given;
  }

  /**
   * The spec of a YAML file; without a {@code name} it has the file's.
   *
   * @throws WrongInputException where it cannot be read or is not YAML
   */
  public static Spec read(Path file) {
    Spec spec = of(file.toString(), SpecYaml.read(file, file.toString()));
    return spec.given.hasNonNull("name")
        ? spec
        : spec.with("name", file.getFileName().toString().replaceFirst("\\.ya?ml$", ""));
  }

  /**
   * The spec of a YAML text, which has a {@code name}.
   *
   * @throws WrongInputException where it is not YAML
   */
  public static Spec parse(String yaml) {
    return of("spec", SpecYaml.parse(yaml, "spec"));
  }

  /** A spec of which all other keys are yet to be set. */
  public static Spec named(String name) {
    return new Spec("spec", MAPPER.createObjectNode().put("name", name));
  }

  private static Spec of(String source, JsonNode tree) {
    if (tree instanceof ObjectNode keys) {
      return new Spec(source, keys);
    }
    throw new WrongInputException(source + ": must be a YAML map of keys");
  }

  /**
   * The same with one key set.
   *
   * @param key a dotted name such as {@code data.features} or {@code optimizer.sgd.lr}
   * @param value a text, number, boolean, path, list, or map of keys to such
   * @throws WrongInputException where the key is below one that has no keys
   */
  public Spec with(String key, Object value) {
    ObjectNode tree = given.deepCopy();
    ObjectNode parent = tree;
    List<String> steps = List.of(key.split("\\."));
    for (int i = 0; i < steps.size() - 1; i++) {
      JsonNode child = parent.get(steps.get(i));
      if (child != null && !child.isObject()) {
        throw new WrongInputException(
            "%s: %s: %s has no keys below it"
                .formatted(source, key, String.join(".", steps.subList(0, i + 1))));
      }
      parent = child == null ? parent.putObject(steps.get(i)) : (ObjectNode) child;
    }
    parent.set(steps.get(steps.size() - 1), MAPPER.valueToTree(value));
    return new Spec(source, tree);
  }

  /** Where the keys are from, for messages. */
  String source() {
    return source;
  }

  /** All keys, of which some say where files are. */
  JobSpec ofFiles() {
    return JobSpec.of(given, source);
  }

  /** All keys but those that say where files are and how they are written. */
  JobSpec ofRows() {
    refuseFiles("validation");
    refuseFiles("test");
    if (given.at("/data/format").asText().equals("idx")) {
      throw wrong("data.format", "must not be idx for rows, which have columns");
    }
    if (given.at("/split/by").has("time")) {
      throw wrong("split.by", "must not be time for rows, which are read once");
    }
    if (given.at("/folds/by").has("time")) {
      throw wrong("folds.by", "must not be time for rows, which are read once");
    }
    boolean isToBeLookedAt =
        given.path("preset").isTextual()
            && !given.hasNonNull("loss")
            && (given.at("/data/target").isTextual() || given.at("/data/target").size() == 1)
            && !given.at("/data/target").isObject();
    if (isToBeLookedAt) {
      throw wrong(
          "loss",
          "is missing, and of rows no file tells it: cross_entropy where data.target is a class, mse where it is a number");
    }
    ObjectNode tree = given.deepCopy();
    JsonNode found = tree.has("data") ? tree.get("data") : tree.putObject("data");
    if (found instanceof ObjectNode data) {
      data.remove(List.of("format", "csv", "generate", "jdbc"));
      data.put("dir", ".").put("train", ROWS);
    }
    return JobSpec.of(tree, source);
  }

  private void refuseFiles(String split) {
    if (given.at("/data").hasNonNull(split)) {
      throw wrong(
          "data." + split, "names files, but there are rows; split.%s is a share".formatted(split));
    }
  }

  /** What is written beside the Avro files. No other key is looked at. */
  JobSpec.Sinks sinks() {
    return JobSpec.sinks(given, source);
  }

  WrongInputException wrong(String key, String complaint) {
    return new WrongInputException("%s: %s %s".formatted(source, key, complaint));
  }
}
