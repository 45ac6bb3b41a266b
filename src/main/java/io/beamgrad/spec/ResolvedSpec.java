package io.beamgrad.spec;

import com.fasterxml.jackson.databind.JsonNode;
import io.beamgrad.failure.WrongInputException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Iterator;
import java.util.Map;
import java.util.TreeMap;

/** The spec that a finished run has left in its folder. */
public final class ResolvedSpec {
  private ResolvedSpec() {}

  /** The keys of the run's spec with their values, as they are in its file. */
  public static Map<String, String> keys(Path folder) {
    Path file = folder.resolve("job.yaml");
    if (!Files.exists(file)) {
      throw new WrongInputException(folder + ": expected the run's job.yaml, found none");
    }
    Map<String, String> keys = new TreeMap<>();
    flatten("", SpecYaml.read(file, file.toString()), keys);
    return keys;
  }

  private static void flatten(String name, JsonNode node, Map<String, String> keys) {
    if (node.isObject() && !node.isEmpty()) {
      Iterator<Map.Entry<String, JsonNode>> fields = node.fields();
      while (fields.hasNext()) {
        Map.Entry<String, JsonNode> field = fields.next();
        flatten(
            name.isEmpty() ? field.getKey() : name + "." + field.getKey(), field.getValue(), keys);
      }
    } else {
      keys.put(name, node.isTextual() ? node.asText() : node.toString());
    }
  }
}
