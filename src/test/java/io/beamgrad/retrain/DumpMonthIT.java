package io.beamgrad.retrain;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.beamgrad.cli.Cli;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Daily dumps of a table; {@code scripts/month --dumps} has each run in a process of its own. */
class DumpMonthIT {
  @TempDir Path folder;

  @Test
  void theGateOfEachOfTenDaysIsWithinThreeStandardErrorsOfTheTruth() throws Exception {
    for (DumpMonth.Day day : days(DumpMonth.Plan.TEN_DAYS, 1)) {
      assertTrue(Math.abs(day.off()) <= 3 * day.error(), day.toString());
    }
  }

  @Test
  @Tag("full")
  void theGatesOfTenMonthsAreTheTruthInTheMeanAndWhatIsTrulyBetterIsPublished() throws Exception {
    List<DumpMonth.Day> all = new ArrayList<>();
    for (int seed = 1; seed <= 10; seed++) {
      all.addAll(days(DumpMonth.Plan.MONTH, seed));
    }
    double mean = all.stream().mapToDouble(DumpMonth.Day::off).average().orElseThrow();
    assertTrue(Math.abs(mean) < 0.005, "the gate is off by " + mean);
    assertEquals(List.of(), all.stream().filter(DumpMonth.Day::isBetterModelRefused).toList());
  }

  private List<DumpMonth.Day> days(DumpMonth.Plan plan, long seed) throws Exception {
    DumpMonth month =
        new DumpMonth(folder.resolve("dumps"), seed, DumpMonthIT::run, System.out::println);
    List<DumpMonth.Day> days = month.run(plan);
    assertEquals(List.of(), month.faults());
    return days;
  }

  private static int run(List<String> arguments) {
    Cli.Result result = Cli.run(arguments.toArray(String[]::new));
    if (result.exitCode() != 0) {
      System.out.print(result.err());
    }
    return result.exitCode();
  }
}
