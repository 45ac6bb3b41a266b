package io.beamgrad.retrain;

import static org.junit.jupiter.api.Assertions.assertEquals;

import io.beamgrad.cli.Cli;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Retrains, day by day; {@code scripts/month} has each in a process of its own. */
class MonthIT {
  @TempDir Path folder;

  @Test
  void aWeekEndsAsItShould() throws Exception {
    assertEquals(List.of(), month().run(MonthDay.week(), List.of(2)));
  }

  @Test
  @Tag("full")
  void aMonthEndsAsItShould() throws Exception {
    assertEquals(List.of(), month().run(MonthDay.month(), List.of(2, 5, 10, 15, 20, 25, 30)));
  }

  private Month month() {
    return new Month(folder.resolve("month"), 1, MonthIT::run, System.out::println);
  }

  private static int run(List<String> arguments) {
    Cli.Result result = Cli.run(arguments.toArray(String[]::new));
    if (result.exitCode() != 0) {
      System.out.print(result.err());
    }
    return result.exitCode();
  }
}
