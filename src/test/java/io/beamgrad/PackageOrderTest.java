package io.beamgrad;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/**
 * {@code tensor <- nn, optim <- train <- data <- transforms, io, report, export, model <- registry
 * <- job}, and no Beam below data.
 */
class PackageOrderTest {

  private static final Path SOURCES = Path.of("src/main/java/io/beamgrad");
  private static final Map<String, Integer> LEVELS =
      Map.ofEntries(
          Map.entry("schema", 0),
          Map.entry("tensor", 1),
          Map.entry("nn", 2),
          Map.entry("optim", 2),
          Map.entry("train", 3),
          Map.entry("data", 4),
          Map.entry("transforms", 5),
          Map.entry("io", 5),
          Map.entry("report", 5),
          Map.entry("export", 5),
          Map.entry("model", 5),
          Map.entry("registry", 6),
          Map.entry("job", 7));
  private static final List<String> CORE = List.of("tensor", "nn", "optim", "train");
  private static final Pattern OWN = Pattern.compile("\\bio\\.beamgrad\\.(\\w+)\\.");
  private static final Pattern IMPORT = Pattern.compile("^import (?:static )?([\\w.]+)");

  @Test
  void aPackageImportsOnlyFromThoseToItsLeft() throws IOException {
    List<String> wrong = new ArrayList<>();
    sources()
        .forEach(
            (file, text) -> {
              String from = packageOf(file);
              Matcher named = OWN.matcher(text);
              while (named.find()) {
                String to = named.group(1);
                if (!to.equals(from)
                    && LEVELS.getOrDefault(to, 99) >= LEVELS.getOrDefault(from, 0)) {
                  wrong.add(file + " names " + to);
                }
              }
            });
    assertEquals(List.of(), wrong);
  }

  @Test
  void theCoreImportsTheJdkAlone() throws IOException {
    List<String> wrong = new ArrayList<>();
    sources()
        .forEach(
            (file, text) -> {
              if (CORE.contains(packageOf(file))) {
                text.lines()
                    .map(IMPORT::matcher)
                    .filter(Matcher::find)
                    .map(match -> match.group(1))
                    .filter(name -> !name.matches("(java|io\\.beamgrad|jdk\\.incubator)\\..*"))
                    .forEach(name -> wrong.add(file + " imports " + name));
                if (text.contains("io.beamgrad.schema")) {
                  wrong.add(file + " names a generated class");
                }
              }
            });
    assertEquals(List.of(), wrong);
  }

  private static Map<Path, String> sources() throws IOException {
    Map<Path, String> sources = new TreeMap<>();
    try (Stream<Path> files = Files.walk(SOURCES)) {
      for (Path file : files.filter(path -> path.toString().endsWith(".java")).toList()) {
        sources.put(SOURCES.relativize(file), Files.readString(file));
      }
    }
    assertTrue(sources.size() > 20);
    return sources;
  }

  private static String packageOf(Path file) {
    return file.getName(0).toString();
  }
}
