package io.beamgrad;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;

/** The walk-throughs of {@code CONTRIBUTING.md} name few files, and all of them are there. */
class ContributingTest {
  private static final int MOST_FILES = 4;
  private static final Path SOURCES = Path.of("src/main/java/io/beamgrad");
  private static final Pattern STEP = Pattern.compile("^\\d+\\. ([^:]+):");
  private static final Pattern FILE = Pattern.compile("`([^`]+)`");

  @Test
  void eachListNamesAtMostFourFilesThatExist() throws IOException {
    Map<String, List<String>> files = new LinkedHashMap<>();
    String section = null;
    for (String line : Files.readAllLines(Path.of("CONTRIBUTING.md"))) {
      if (line.startsWith("## ")) {
        section = line.substring(3);
        files.put(section, new ArrayList<>());
      }
      List<String> list = files.get(section);
      STEP.matcher(line)
          .results()
          .flatMap(step -> FILE.matcher(step.group(1)).results())
          .forEach(file -> list.add(file.group(1)));
    }
    assertEquals(
        List.of("A layer", "A loss", "A key of the spec", "A metric", "A format of files"),
        List.copyOf(files.keySet()));
    files.forEach(
        (name, list) -> {
          assertTrue(!list.isEmpty() && list.size() <= MOST_FILES, name + ": " + list);
          for (String file : list) {
            Path path = file.endsWith(".avsc") ? Path.of(file) : SOURCES.resolve(file);
            assertTrue(Files.exists(path), name + ": no " + path);
          }
        });
  }
}
