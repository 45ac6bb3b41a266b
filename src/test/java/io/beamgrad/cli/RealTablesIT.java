package io.beamgrad.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Locale;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.TestFactory;
import org.junit.jupiter.api.io.TempDir;
import org.opentest4j.TestAbortedException;

/**
 * Small real tables by three commands: init, train and predict, with the spec as init writes it.
 * They lie beside the project; without them the test says that it is skipped.
 */
class RealTablesIT {
  private static final Path TABLES = Path.of("../shared/data/tables");
  private static final Pattern TRAINED =
      Pattern.compile(
          "rows +([\\d,]+) trained, ([\\d,]+) validated, ([\\d,]+) tested, ([\\d,]+) rejected of"
              + " ([\\d,]+) read");

  @TempDir Path folder;

  @TestFactory
  Stream<DynamicTest> eachTableTrainsAndIsPredictedByThreeCommands() throws IOException {
    Path targets = TABLES.resolve("targets.json");
    if (!Files.exists(targets)) {
      System.out.println("SKIPPED: RealTablesIT needs the tables in " + TABLES);
      throw new TestAbortedException("no tables in " + TABLES);
    }
    JsonNode all = new ObjectMapper().readTree(targets.toFile());
    return all.properties().stream()
        .map(entry -> DynamicTest.dynamicTest(entry.getKey(), () -> check(entry)));
  }

  private void check(Map.Entry<String, JsonNode> tableAndTarget) {
    String name = tableAndTarget.getKey();
    String table = TABLES.resolve(name).toString();
    String spec = folder.resolve(name + ".yaml").toString();
    String run = folder.resolve("run-" + name).toString();
    String seen =
        succeed(
            "init",
            "--no-trial",
            table,
            "--target",
            tableAndTarget.getValue().asText(),
            "--out",
            spec);
    String trained = succeed("train", spec, "--out", run, "--set", "epochs=1");
    String predicted =
        succeed(
            "predict",
            "--model",
            run + "/model.avro",
            "--input",
            table,
            "--out",
            folder.resolve(name + ".predicted.csv").toString());

    Matcher rows = TRAINED.matcher(trained);
    assertTrue(rows.find(), trained);
    long read = number(rows.group(5));
    assertEquals(
        read,
        Stream.of(1, 2, 3, 4).mapToLong(group -> number(rows.group(group))).sum(),
        rows.group());
    assertTrue(number(rows.group(3)) >= read / 6, rows.group());
    assertTrue(trained.contains("\ntest  loss "), trained);
    assertTrue(
        seen.contains(String.format(Locale.ROOT, "looked at all %,d records of ", read)), seen);
    assertTrue(
        predicted.contains(
            String.format(Locale.ROOT, "%,d predicted, 0 rejected of %<,d read", read)),
        predicted);
  }

  private static String succeed(String... arguments) {
    Cli.Result result = Cli.run(arguments);
    assertEquals(0, result.exitCode(), result.err());
    return result.out();
  }

  private static long number(String shown) {
    return Long.parseLong(shown.replace(",", ""));
  }
}
