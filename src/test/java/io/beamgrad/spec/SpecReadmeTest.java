package io.beamgrad.spec;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** The README of the jobs shows every key with the default that it has. */
class SpecReadmeTest {

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
      if (isBelowASection(key) && !key.isSection()) {
        String name = key.name().replaceFirst(".*\\.", "");
        assertTrue(
            values(readme, name).anyMatch(value -> key.isRequired() || value.equals(plain(key))),
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

  private static boolean isBelowASection(SpecKey key) {
    return SpecKeys.ALL.stream()
        .anyMatch(other -> other.isSection() && key.name().startsWith(other.name() + "."));
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
}
