package io.beamgrad.job;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;

/** The README of the jobs shows every key with the default that it has. */
class SpecReadmeTest {

  @Test
  void theReadmeShowsEveryKeyWithItsDefault() throws IOException {
    String readme = Files.readString(Path.of("pipelines/README.md"));
    String block =
        readme
            .substring(readme.indexOf("    name:"), readme.indexOf("`--set optimizer.lr"))
            .lines()
            .filter(line -> line.startsWith("    "))
            .map(line -> line.substring(4))
            .collect(Collectors.joining("\n"));
    JsonNode shown = SpecYaml.parse(block, "README.md");

    for (SpecKey key : SpecKeys.ALL) {
      boolean isLeafOfOne = !key.name().startsWith("model.") && !key.fallback().isEmpty();
      if (key.name().startsWith("optimizer.adam.")) {
        String name = key.name().substring("optimizer.adam.".length());
        assertTrue(block.contains(" " + name + ": ") || block.contains("{" + name + ": "), name);
      } else if (isLeafOfOne) {
        JsonNode value = shown.at("/" + key.name().replace('.', '/'));
        assertTrue(!value.isMissingNode(), key.name());
        if (!key.isRequired()) {
          assertEquals(plain(SpecYaml.parse(key.fallback(), key.name())), plain(value), key.name());
        }
      }
    }
  }

  private static String plain(JsonNode value) {
    return value.isNumber() ? Double.toString(value.doubleValue()) : value.toString();
  }
}
