package io.beamgrad.spec;

import static java.nio.charset.StandardCharsets.UTF_8;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.util.List;
import java.util.Map;
import java.util.Objects;

/**
 * Keys of a recipe that a spec takes by one word, {@code preset: tabular-1}. What a preset gives is
 * a YAML file beside this class; a preset of a version never changes. Its keys lie below those that
 * the spec gives itself, one by one, so each of these decides; how the two go together is {@link
 * PresetMerge}'.
 *
 * @param both the keys whatever the target is
 * @param classes those that lie over them where the target is a class
 * @param numbers those that lie over them where the target is numbers
 */
public record Preset(ObjectNode both, ObjectNode classes, ObjectNode numbers) {
  /** The words that a spec may have. */
  public static final List<String> NAMES = List.of("tabular-1");

  /**
   * The preset of a name.
   *
   * @throws IllegalArgumentException where there is none of that name
   */
  public static Preset of(String name) {
    if (!NAMES.contains(name)) {
      throw new IllegalArgumentException(
          "no preset '%s'; there are %s".formatted(name, String.join(", ", NAMES)));
    }
    String file = name + ".yaml";
    try (InputStream text = Objects.requireNonNull(Preset.class.getResourceAsStream(file), file)) {
      JsonNode tree = SpecYaml.parse(new String(text.readAllBytes(), UTF_8), file);
      return new Preset(
          (ObjectNode) tree.get("both"),
          (ObjectNode) tree.get("classes"),
          (ObjectNode) tree.get("numbers"));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** All keys that it gives, as a new tree. */
  public ObjectNode tree(boolean isOfClasses) {
    ObjectNode tree = both.deepCopy();
    lay(isOfClasses ? classes : numbers, tree);
    return tree;
  }

  /**
   * Lays keys over others: a map goes into a map key by key, and all else takes the place of what
   * was there.
   */
  private static void lay(ObjectNode keys, ObjectNode over) {
    for (Map.Entry<String, JsonNode> entry : keys.properties()) {
      JsonNode below = over.get(entry.getKey());
      if (entry.getValue() instanceof ObjectNode map && below instanceof ObjectNode mapBelow) {
        lay(map, mapBelow);
      } else {
        over.set(entry.getKey(), entry.getValue().deepCopy());
      }
    }
  }
}
