package io.beamgrad.retrain;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.beamgrad.cli.Cli;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Locale;
import java.util.Random;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Days of a table with a date, an id and a number of the day. */
class RetrainDaysTest {
  private static final int ROWS = 150;

  @TempDir Path folder;

  /** Writes the rows of a day of November 2026; the format takes its number, with two digits. */
  private void day(String file, int day, double times) throws IOException {
    Random random = new Random(day);
    StringBuilder rows = new StringBuilder("ordered,id,stamp,x,y\n");
    for (int i = 0; i < ROWS; i++) {
      double x = random.nextGaussian();
      rows.append(
          String.format(
              Locale.ROOT,
              "2026-11-%02d,%d,202611%02d,%.3f,%d%n",
              day,
              ROWS * day + i,
              day,
              times * x,
              x > 0 ? 1 : 0));
    }
    Path path = folder.resolve("data/" + String.format(Locale.ROOT, file, day));
    Files.createDirectories(path.getParent());
    Files.writeString(path, rows);
  }

  @BeforeEach
  void writeSpec() throws IOException {
    Files.writeString(
        folder.resolve("days.yaml"),
        """
        data:
          dir: %s
          train: ["**.csv"]
          features: [ordered, id, stamp, x]
          target: y
          columns: {ordered: date}
        split: {validation: 0}
        model: [{linear: {out: 1}}]
        loss: binary_cross_entropy
        optimizer: {sgd: {lr: 1e-20}}
        epochs: 1
        retrain: {start: warm, gate: {maxLoss: 1, test: none, rows: 1}}
        """
            .formatted(folder.resolve("data")));
  }

  private String end(int exitCode, int day, String... overrides) {
    String[] arguments = {
      "retrain",
      folder.resolve("days.yaml").toString(),
      "--registry",
      folder.resolve("registry").toString(),
      "--date",
      String.format(Locale.ROOT, "2026-11-%02d", day)
    };
    String[] all = new String[arguments.length + 2 * overrides.length];
    System.arraycopy(arguments, 0, all, 0, arguments.length);
    for (int i = 0; i < overrides.length; i++) {
      all[arguments.length + 2 * i] = "--set";
      all[arguments.length + 2 * i + 1] = overrides[i];
    }
    Cli.Result result = Cli.run(all);
    assertEquals(exitCode, result.exitCode(), result.out() + result.err());
    return result.out() + result.err();
  }

  @Test
  void datesAndWhatGrowsWithTimeStopNoDayAndAnotherUnitDoes() throws IOException {
    day("day=2026-11-%02d/p.csv", 1, 1);
    end(0, 1);
    for (int day = 2; day < 4; day++) {
      day("day=2026-11-%02d/p.csv", day, 1);
      String next = end(0, day);
      assertTrue(next.contains(" id: population stability index "), next);
      assertTrue(next.contains(" stamp: population stability index "), next);
      assertTrue(next.contains("; it grows with time\n"), next);
      assertFalse(next.contains(" ordered"), next);
      assertFalse(next.contains(" x: "), next);
    }
    day("day=2026-11-%02d/p.csv", 4, 1000);
    String stopped = end(13, 4);
    assertTrue(stopped.contains(" x: population stability index "), stopped);
  }

  @Test
  void aColumnThatMayDriftIsNamedAndOneThatIsNotThereIsAnError() throws IOException {
    day("day=2026-11-%02d/p.csv", 1, 1);
    end(0, 1);
    day("day=2026-11-%02d/p.csv", 2, 1000);
    String unknown = end(2, 2, "retrain.checks.ks.warn={X1: null}");
    assertTrue(
        unknown.endsWith(
            "retrain.checks.ks.warn must name columns that are compared, was \"X1\"; did you mean"
                + " x?\n"),
        unknown);
    String target = end(2, 2, "retrain.checks.psi.stop={y: 1}"); // which is a class
    assertTrue(target.contains(" was \"y\"; "), target);
    String published = end(0, 2, "retrain.checks.psi.stop={x: null}");
    assertTrue(published.contains(" x: population stability index "), published);
  }

  @ParameterizedTest
  @CsvSource({
    "year=2026/month=11/day=%d/p.csv",
    "2026/11/%02d/p.csv",
    "202611%02d/p.csv",
    "dt=2026-11-%02dT00/hour=07/p.csv",
    "orders_202611%02d.csv"
  })
  void theLastDaysAreTakenHoweverPathsNameThem(String file) throws IOException {
    for (int day = 1; day < 5; day++) {
      day(file, day, 1);
    }
    String found = end(0, 3, "retrain.select={days: 2}");
    assertTrue(
        found.contains(
            "  data       2 files (%s, %s); 1 file of later days\n"
                .formatted(
                    String.format(Locale.ROOT, file, 2), String.format(Locale.ROOT, file, 3))),
        found);
  }

  @Test
  void aFileWithoutADayIsNamedAndSoIsAGlobThatEntersNoFolder() throws IOException {
    day("orders_202699%02d.csv", 1, 1);
    String unknown = end(2, 3, "retrain.select={days: 2}");
    assertTrue(
        unknown.endsWith(
            "orders_20269901.csv: retrain.select by days needs a date in the path of each file, such"
                + " as day=2026-11-23, year=2026/month=11/day=23, 2026/11/23 or 20261123\n"),
        unknown);
    day("day=2026-11-%02d/p.csv", 1, 1);
    String unmatched = end(2, 3, "data.train=[\"p*.csv\"]");
    assertTrue(
        unmatched.endsWith(
            "data: no file matches p*.csv; p*.csv enters no folder, but there is"
                + " day=2026-11-01/p.csv: write **/p*.csv or day=*/p*.csv\n"),
        unmatched);
  }
}
