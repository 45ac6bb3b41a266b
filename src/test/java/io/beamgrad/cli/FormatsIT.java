package io.beamgrad.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import de.siegmar.fastcsv.reader.CsvReader;
import de.siegmar.fastcsv.reader.NamedCsvRecord;
import java.io.IOException;
import java.nio.file.FileSystems;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.TestFactory;
import org.junit.jupiter.api.io.TempDir;
import org.opentest4j.AssertionFailedError;

/**
 * Every file by a foreign writer goes through all commands: init, show data, train, inspect,
 * evaluate and predict, with rows that add up and values that are expected, or is refused in one
 * true line. Of files of one suffix in which init and show data see the same, such as those of
 * other codecs, the first is trained and its model is for all. {@code expected.csv} beside the
 * files says what is expected; a file that it does not name must be a table with a target {@code y}
 * that all commands take.
 */
class FormatsIT {
  private static final Path FILES = Path.of("src/test/resources/foreign");
  private static final Pattern TABLE =
      Pattern.compile(".*\\.(csv|tsv|json|jsonl|ndjson)(\\.(gz|zst|bz2))?|.*\\.(avro|parquet)");
  private static final Pattern LOOKED = Pattern.compile("looked at all ([\\d,]+) records of");
  private static final Pattern TRAINED =
      Pattern.compile(
          "rows +([\\d,]+) trained, ([\\d,]+) validated, (?:([\\d,]+) tested, )?([\\d,]+) rejected"
              + " of ([\\d,]+) read");
  private static final Pattern PREDICTED =
      Pattern.compile("rows +([\\d,]+) predicted, ([\\d,]+) rejected of ([\\d,]+) read");

  /**
   * A training.
   *
   * @param said what it printed
   */
  private record Run(String model, String said) {}

  @TempDir static Path folder;

  /** By all that init and show data say of a file of some suffix. */
  private final Map<String, Run> runs = new HashMap<>();

  /**
   * What is expected of files.
   *
   * @param file their names, a glob
   * @param rows how many records a file has; empty for any number
   * @param says regular expressions that what the commands say must have, all of them
   * @param error a regular expression of the line in which init refuses the file; empty where it
   *     takes it
   */
  private record Expected(
      String file, String target, String rows, List<String> says, String error) {
    static Expected of(NamedCsvRecord record) {
      return new Expected(
          record.getField("file"),
          record.getField("target"),
          record.getField("rows"),
          Stream.of(record.getField("says").split(" && ")).filter(s -> !s.isEmpty()).toList(),
          record.getField("error"));
    }

    boolean fits(Path name) {
      return FileSystems.getDefault().getPathMatcher("glob:" + file).matches(name);
    }
  }

  @TestFactory
  Stream<DynamicTest> everyFileGoesThroughAllCommandsOrIsRefusedInOneTrueLine() throws IOException {
    List<Expected> all;
    try (CsvReader<NamedCsvRecord> rows =
        CsvReader.builder().ofNamedCsvRecord(FILES.resolve("expected.csv"))) {
      all = rows.stream().map(Expected::of).toList();
    }
    List<Path> files;
    try (Stream<Path> found = Files.list(FILES)) {
      files =
          found
              .filter(Files::isRegularFile)
              .filter(file -> !file.toString().matches(".*(README\\.md|expected\\.csv|\\.yaml)"))
              .sorted()
              .toList();
    }
    for (Expected row : all) {
      assertTrue(files.stream().anyMatch(f -> row.fits(f.getFileName())), "no " + row.file());
    }
    return files.stream()
        .map(
            file ->
                DynamicTest.dynamicTest(
                    file.getFileName().toString(), () -> check(file, expected(all, file))));
  }

  private static Expected expected(List<Expected> all, Path file) {
    Path name = file.getFileName();
    String error = TABLE.matcher(name.toString()).matches() ? "" : ".*";
    return all.stream()
        .filter(row -> row.fits(name))
        .findFirst()
        .orElse(new Expected(name.toString(), "y", "", List.of(), error));
  }

  private void check(Path file, Expected expected) throws IOException {
    String spec = folder.resolve(file.getFileName() + ".yaml").toString();
    Cli.Result init =
        Cli.run(
            "init", "--no-trial", file.toString(), "--target", expected.target(), "--out", spec);
    if (!expected.error().isEmpty()) {
      assertNotEquals(0, init.exitCode(), init.out() + init.err());
      assertTrue(init.err().matches("beamgrad: .*\n"), init.err());
      assertFound(expected.error(), init.err());
      return;
    }
    StringBuilder said = new StringBuilder(succeeded(init));
    long records = numbers(LOOKED, said.toString())[0];
    if (!expected.rows().isEmpty()) {
      assertEquals(Long.parseLong(expected.rows()), records);
    }
    said.append(Files.readString(Path.of(spec)));
    said.append(succeed("show", "data", spec));
    said.append(used(file, said.toString(), spec, records));
    expected.says().forEach(words -> assertFound(words, said.toString()));
  }

  private String used(Path file, String seen, String spec, long records) throws IOException {
    String name = file.getFileName().toString();
    String suffix = name.substring(name.indexOf('.'));
    String stem = name.substring(0, name.indexOf('.'));
    Run run = runs.computeIfAbsent(suffix + seen.replace(stem, ""), key -> trained(name, spec));
    String model = run.model();
    String trained = run.said();
    long[] rows = numbers(TRAINED, trained);
    assertEquals(records, rows[4], trained);
    assertEquals(records, rows[0] + rows[1] + rows[2] + rows[3], trained);

    String input = file.toString();
    String evaluated = succeed("evaluate", "--model", model, "--input", input, "--json");
    JsonNode found = new ObjectMapper().readTree(evaluated);
    assertEquals(
        records - rows[3], found.get("examples").asLong(), "evaluated: " + evaluated + trained);
    assertEquals(rows[3], found.get("rejected").asLong(), evaluated);

    String out = folder.resolve(file.getFileName() + ".predicted.csv").toString();
    String predicted = succeed("predict", "--model", model, "--input", input, "--out", out);
    long[] counts = numbers(PREDICTED, predicted);
    assertEquals(records, counts[2], predicted);
    assertEquals(records, counts[0] + counts[1], predicted);
    assertTrue(counts[1] <= rows[3], predicted);
    try (Stream<String> lines = Files.lines(Path.of(out))) {
      assertEquals(counts[0] + 1, lines.count(), predicted);
    }
    return trained + evaluated + predicted + succeed("inspect", model);
  }

  private static Run trained(String name, String spec) {
    String out = folder.resolve("run-" + name).toString();
    return new Run(out + "/model.avro", succeed("train", spec, "--out", out, "--set", "epochs=1"));
  }

  private static String succeed(String... arguments) {
    return succeeded(Cli.run(arguments));
  }

  private static String succeeded(Cli.Result result) {
    assertEquals(0, result.exitCode(), result.out() + result.err());
    return result.out();
  }

  private static void assertFound(String words, String text) {
    if (!Pattern.compile(words).matcher(text).find()) {
      throw new AssertionFailedError("expected '%s' in\n%s".formatted(words, text));
    }
  }

  /** The numbers that a line tells; 0 where it leaves one out. */
  private static long[] numbers(Pattern line, String text) {
    Matcher found = line.matcher(text);
    assertTrue(found.find(), text);
    long[] numbers = new long[found.groupCount()];
    for (int i = 0; i < numbers.length; i++) {
      String shown = found.group(i + 1);
      numbers[i] = shown == null ? 0 : Long.parseLong(shown.replace(",", ""));
    }
    return numbers;
  }
}
