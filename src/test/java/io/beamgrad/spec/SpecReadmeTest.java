package io.beamgrad.spec;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The README of the jobs shows every key with the default that it has. */
class SpecReadmeTest {
  @TempDir Path folder;

  @Test
  void theReadmeShowsEveryKeyWithItsDefault() throws IOException {
    String readme = Files.readString(Path.of("pipelines/README.md"));
    int start = readme.indexOf("    name:");
    String block =
        readme
            .substring(start, readme.indexOf("\n\n", start))
            .lines()
            .map(line -> line.substring(4))
            .collect(Collectors.joining("\n"));
    JsonNode shown = SpecYaml.parse(block, "README.md");

    for (SpecKey key : SpecKeys.ALL) {
      if (isBelowAnother(key) && !key.isSection()) {
        String name = key.name().replaceFirst(".*\\.", "");
        assertTrue(
            key.isRequired()
                ? readme.contains(name + ": ")
                : values(readme, name).anyMatch(value -> value.equals(plain(key))),
            key.name());
      } else if (!key.isSection()) {
        JsonNode value = shown.at("/" + key.name().replace('.', '/'));
        assertTrue(!value.isMissingNode(), key.name());
        if (!key.isRequired()) {
          assertEquals(plain(key), plain(value), key.name());
        }
      }
    }
  }

  private static boolean isBelowAnother(SpecKey key) {
    return SpecKeys.ALL.stream().anyMatch(other -> key.name().startsWith(other.name() + "."));
  }

  /** All that a text gives a key as {@code name: value}. */
  private static Stream<String> values(String text, String name) {
    return Pattern.compile("\\b" + name + ": ([^,}\\s]+)")
        .matcher(text)
        .results()
        .map(match -> plain(SpecYaml.parse(match.group(1), name)));
  }

  private static String plain(SpecKey key) {
    return plain(SpecYaml.parse(key.fallback(), key.name()));
  }

  private static String plain(JsonNode value) {
    return value.isNumber() ? Double.toString(value.doubleValue()) : value.toString();
  }

  /** Each block of the READMEs that is a spec or a part of one is one, laid over a whole spec. */
  @Test
  void everyBlockOfTheReadmesIsRead() throws IOException {
    int blocks = 0;
    for (String file : List.of("README.md", "pipelines/README.md")) {
      for (String block : Files.readString(Path.of(file)).split("\n\\s*\n")) {
        if (block.matches(
            "(?s)    (%s):.*".formatted(String.join("|", SpecKeys.TABLE.below(""))))) {
          read(block.stripIndent(), file);
          blocks++;
        }
      }
    }
    assertTrue(blocks >= 4, blocks + " blocks");
  }

  private void read(String block, String file) throws IOException {
    List<String> lines = block.lines().toList();
    boolean isOfChoices = // one key in several ways
        lines.stream().allMatch(line -> line.startsWith("loss: "));
    for (String text : isOfChoices ? lines : List.of(block)) {
      ObjectNode spec =
          (ObjectNode)
              SpecYaml.parse(
                  """
                  data: {dir: d, train: t.csv, features: [x], target: y}
                  model: [{linear: {out: 10}}]
                  loss: cross_entropy
                  optimizer: sgd
                  """,
                  file);
      ObjectNode given = (ObjectNode) SpecYaml.parse(text, file);
      if (given.at("/data/format").isTextual()) {
        spec.remove("data"); // no table
      }
      lay(given, spec);
      Path whole = Files.writeString(folder.resolve("readme.yaml"), SpecYaml.write(spec));
      if (given.has("data") && given.has("model")) {
        JobSpec.load(whole, List.of());
      } else {
        new SpecResolver(SpecKeys.TABLE, new SpecErrors(file)).resolve(SpecYaml.read(whole, file));
      }
    }
  }

  /** A key of the block decides, unless it is null. */
  private static void lay(ObjectNode block, ObjectNode over) {
    for (Map.Entry<String, JsonNode> entry : block.properties()) {
      if (entry.getValue() instanceof ObjectNode below
          && over.get(entry.getKey()) instanceof ObjectNode keys
          && !KeyTable.WITH_KINDS.contains(entry.getKey())) {
        lay(below, keys);
      } else if (!entry.getValue().isNull()) {
        over.set(entry.getKey(), entry.getValue());
      }
    }
  }
}
