package io.beamgrad.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;

import io.beamgrad.registry.ModelRegistry;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Locale;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The unit tests themselves run under {@code ar-EG}; here are locales with other peculiarities. */
class LocaleTest {
  private static final Path FOREIGN = Path.of("src/test/resources/foreign").toAbsolutePath();
  private static final String SPEC =
      """
      data: {dir: %s, train: [08-noise.csv], features: [a, b, c], target: y}
      split: {validation: 0.3}
      model: [{linear: {out: 1}}]
      loss: binary_cross_entropy
      optimizer: {sgd: {lr: 0.01}}
      epochs: 2
      retrain: {select: all, gate: {test: none}}
      """;

  /** Speed with the time left, and how long it took, each as English has it. */
  private static final String MEASURED = " +[0-9,]+ +[0-9]:[0-9]{2}\n|took +[0-9.]+ s";

  private final Locale usual = Locale.getDefault();

  @TempDir Path folder;

  @AfterEach
  void resetLocale() {
    Locale.setDefault(usual);
  }

  @Test
  void aRetrainSaysTheSameAndNamesItsFilesAlikeInEveryLocale() throws IOException {
    Path spec = Files.writeString(folder.resolve("noise.yaml"), SPEC.formatted(FOREIGN));
    ModelRegistry.create(folder.resolve("first"), "noise"); // draws the salt of the holdout
    String expected = retrain("", spec);

    assertEquals(expected, retrain("de-DE", spec), "a decimal comma");
    assertEquals(expected, retrain("tr-TR", spec), "i without a dot");
    assertEquals(expected, retrain("th-TH-u-ca-buddhist-nu-thai", spec), "Thai digits and years");
    assertEquals(expected, retrain("ja-JP-u-ca-japanese", spec), "years of an emperor");
  }

  /** What the commands print, and the names of the registry's files. */
  private String retrain(String locale, Path spec) throws IOException {
    Locale.setDefault(Locale.forLanguageTag(locale));
    Path registry = folder.resolve("registry" + locale);
    copy(folder.resolve("first"), registry);
    StringBuilder all = new StringBuilder();
    for (String command : new String[] {"retrain " + spec, "registry show 1"}) {
      Cli.Result result = Cli.run((command + " --registry " + registry).split(" "));
      assertEquals(0, result.exitCode(), result.err());
      all.append(result.out());
    }
    try (Stream<Path> files = Files.walk(registry)) {
      files.sorted().forEach(file -> all.append(registry.relativize(file)).append('\n'));
    }
    return all.toString()
        .replace(registry.toString(), "REGISTRY")
        .replaceAll(MEASURED, " MEASURED\n")
        .replaceAll("[0-9]{4}-[0-9]{2}-[0-9]{2}T?[0-9:. ]*", "TIME");
  }

  private static void copy(Path from, Path to) throws IOException {
    try (Stream<Path> files = Files.walk(from)) {
      for (Path file : files.toList()) {
        Files.copy(file, to.resolve(from.relativize(file).toString()));
      }
    }
  }
}
