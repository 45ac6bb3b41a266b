package io.beamgrad.retrain;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.beamgrad.cli.Cli;
import io.beamgrad.registry.Decision;
import io.beamgrad.registry.ModelRegistry;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Random;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Files that a check has set aside, until they or the spec change. */
class SetAsideTest {
  @TempDir Path folder;
  private Path told;
  private Path prometheus;

  private void day(int day, int rows, String kind) throws IOException {
    Random random = new Random(day);
    StringBuilder text = new StringBuilder("x,seen,kind,y\n");
    for (int i = 0; i < rows; i++) {
      int x = random.nextInt(100);
      text.append(
          String.format(
              Locale.ROOT, "%d,%02d.11.2026,%s,%s%n", x, 1 + i % 28, kind, x > 50 ? "a" : "b"));
    }
    Path of = Files.createDirectories(folder.resolve("data/day=2026-11-0" + day));
    Files.writeString(of.resolve("rows.csv"), text);
  }

  @BeforeEach
  void writeSpecAndDays() throws IOException {
    told = folder.resolve("told.json");
    prometheus = folder.resolve("table.prom");
    Files.writeString(
        folder.resolve("table.yaml"),
        """
        data:
          dir: %s
          train: "day=*/*.csv"
          features: [x]
          target: y
        model: [{linear: {out: 1}}]
        loss: binary_cross_entropy
        optimizer: {sgd: {lr: 0.001}}
        batch: 20
        epochs: 1
        retrain:
          select: sinceLast
          holdout: 0.3
          gate: {maxLoss: 1, test: none}
          checks: {psi: {stop: null}, classes: {stop: null}, rowsOfLast: {warn: null}, duplicates: {warn: null}}
          notify: {command: [sh, -c, "cat > %s"]}
          prometheus: %s
        """
            .formatted(folder.resolve("data"), told, prometheus));
    day(1, 100, "p");
    day(2, 100, "p");
  }

  private String end(int exitCode, String... more) {
    List<String> words =
        new ArrayList<>(
            List.of(
                "retrain",
                folder.resolve("table.yaml").toString(),
                "--registry",
                folder.resolve("registry").toString()));
    for (String set : more) {
      words.addAll(set.startsWith("-") ? List.of(set.split(" ")) : List.of("--set", set));
    }
    Cli.Result result = Cli.run(words.toArray(new String[0]));
    assertEquals(exitCode, result.exitCode(), result.out() + result.err());
    return result.out();
  }

  private Decision last() {
    List<Decision> history = ModelRegistry.open(folder.resolve("registry"), "table").history();
    return history.get(history.size() - 1);
  }

  private void assertSaysInPrometheus(String line) throws IOException {
    List<String> lines = Files.readAllLines(prometheus);
    assertTrue(lines.contains("beamgrad_retrain_" + line), String.join("\n", lines));
  }

  @Test
  void aMendedColumnListMakesThemNewWithAllChecksAndTheGate() throws IOException {
    end(13, "data.features=[x,kind]"); // kind is no number
    assertTrue(
        end(13, "data.features=[x,kind]").contains("\nnothing new: what there is is set aside\n"));
    String mended = end(0);
    assertTrue(
        mended.contains("\n  data       2 files (day=2026-11-01/rows.csv, day=2026-11-02"), mended);
    assertTrue(mended.contains("\n  checks     nothing found\n"), mended);
    assertTrue(mended.contains("\n  verdict    "), mended);
    assertEquals(Decision.Kind.PUBLISHED, last().kind());
    assertEquals(200, last().rows().read());
    assertTrue(end(10).contains("\nnothing new: version 1 has seen all files\n"));
  }

  @Test
  void aMendedPatternMakesThemNew() {
    String wrong = "data.columns={seen: {date: {pattern: MM/dd/yyyy}}}";
    end(13, "data.features=[x,seen]", wrong);
    end(13, "data.features=[x,seen]", wrong);
    end(0, "data.features=[x,seen]", wrong.replace("MM/dd/yyyy", "dd.MM.yyyy"));
  }

  @Test
  void aCheckThatWasTooStrictMakesThemNewAndAlsoOneOnLaterDays() throws IOException {
    end(0);
    day(3, 50, "p");
    String strict = "retrain.checks.rows.stop=[80,null]";
    String stopped = end(13, strict);
    assertTrue(stopped.contains("50 rows, expected at least 80"), stopped);
    day(4, 100, "p");
    String next = end(0, strict);
    String aside = "1 file set aside, in a run that a check stopped (day=2026-11-03/rows.csv)";
    assertTrue(next.contains("\n  data       1 file (day=2026-11-04/rows.csv); " + aside), next);
    assertTrue(last().reasons().contains(aside), last().reasons().toString());
    assertSaysInPrometheus("set_aside_files{model=\"table\"} 1");
    assertSaysInPrometheus("end{model=\"table\",end=\"published\"} 1");
    end(13, strict);

    String mended = end(0, "retrain.checks.rows.stop=[40,null]");
    assertTrue(mended.contains("\n  data       1 file (day=2026-11-03/rows.csv)\n"), mended);
    assertSaysInPrometheus("set_aside_files{model=\"table\"} 0");
    assertTrue(end(10, strict).contains("has seen all files"));
  }

  @Test
  void whoIsToldOfItIsNoChangeOfTheSpec() {
    String strict = "retrain.checks.rows.stop=[80000,null]";
    end(13, strict);
    String again = end(13, strict, "retrain.notify.timeout=3", "retrain.prometheus=null");
    assertTrue(again.contains("\nnothing new: what there is is set aside\n"), again);
  }

  @Test
  void theAlertStaysUntilSomebodyHasActed() throws IOException {
    String strict = "retrain.checks.rows.stop=[80000,null]";
    end(13, strict);
    JsonNode first = new ObjectMapper().readTree(told.toFile());
    Files.delete(told);
    Files.delete(prometheus);
    String again = end(13, strict);
    assertTrue(
        again.contains(
            "\nstopped: 2 files set aside, in a run that a check stopped (day=2026-11-01/rows.csv,"
                + " day=2026-11-02/rows.csv) by decision 1: 200 rows, expected at least 80,000;"
                + " they are new once they or the spec change, and --force takes them\n"),
        again);
    assertEquals(1, last().number()); // nothing more was decided
    assertEquals(first, new ObjectMapper().readTree(told.toFile()));
    assertSaysInPrometheus("exit_code{model=\"table\"} 13");
    assertSaysInPrometheus("end{model=\"table\",end=\"stopped\"} 1");
    assertSaysInPrometheus("set_aside_files{model=\"table\"} 2");
    assertFalse(Files.readString(prometheus).contains("last_success_timestamp_seconds{"));

    JsonNode json = new ObjectMapper().readTree(end(13, strict, "--json"));
    assertEquals("stopped", json.get("end").asText());
    assertEquals(13, json.get("exitCode").asInt());
    assertTrue(json.get("decision").isNull());
    assertEquals("what there is is set aside", json.at("/reasons/0").asText());

    end(0, strict, "--force --reason small");
    assertSaysInPrometheus("set_aside_files{model=\"table\"} 0");
    Files.delete(told);
    end(10, strict);
    assertFalse(Files.exists(told));
  }

  @Test
  void aFileThatIsTakenAwayEndsTheAlert() throws IOException {
    end(0);
    day(3, 50, "p");
    end(13, "retrain.checks.rows.stop=[80,null]");
    Files.delete(folder.resolve("data/day=2026-11-03/rows.csv"));
    end(10, "retrain.checks.rows.stop=[80,null]");
  }

  @Test
  void aStopOnFilesThatHavePassedBeforeStaysAnAlertToo() throws IOException {
    String all = "retrain.select=all";
    end(0, all);
    end(13, all, "retrain.checks.rows.stop=[5000,null]"); // as if half of the files were lost
    String again = end(13, all, "retrain.checks.rows.stop=[5000,null]");
    assertTrue(again.contains("\nnothing new: files and spec are those of decision 2"), again);
    assertTrue(Files.exists(told));
  }
}
