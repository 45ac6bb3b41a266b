package io.beamgrad.schedule;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.beamgrad.failure.WrongInputException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.time.ZoneId;
import java.time.format.DateTimeFormatter;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;

/**
 * Expressions, and their times as Debian's cron itself has them; see the README beside the table.
 */
class CronTableTest {
  private static final Path TABLE = Path.of("src/test/resources/cron/debian-cron.tsv");
  private static final Pattern CLOCKS = Pattern.compile("# zone (\\S+), from (\\S+) to (\\S+)");
  private static final DateTimeFormatter TIME =
      DateTimeFormatter.ofPattern("uuuu-MM-dd'T'HH:mmxx", Locale.ROOT);

  @Test
  void theTimesOfEachExpressionAreThoseOfDebiansCron() throws IOException {
    List<String> wrong = new ArrayList<>();
    int rows = 0;
    Matcher clocks = null;
    for (String line : Files.readAllLines(TABLE)) {
      Matcher found = CLOCKS.matcher(line);
      if (found.matches()) {
        clocks = found;
      } else {
        rows++;
        String expression = line.substring(0, line.indexOf('\t'));
        String expected = line.substring(line.indexOf('\t') + 1);
        String times =
            times(
                expression,
                ZoneId.of(clocks.group(1)),
                Instant.parse(clocks.group(2)),
                Instant.parse(clocks.group(3)));
        if (!times.equals(expected)) {
          wrong.add("%s: cron %s, beamgrad %s".formatted(expression, expected, times));
        }
      }
    }
    assertTrue(rows > 300, "only %s expressions".formatted(rows));
    assertEquals("", String.join("\n", wrong));
  }

  /** The first three times; {@code bad} where there is no such expression. */
  private static String times(String expression, ZoneId zone, Instant from, Instant to) {
    CronTimes times;
    try {
      times = CronTimes.of(expression, zone);
    } catch (WrongInputException e) {
      return e.getMessage().endsWith("there is no such date") ? "" : "bad";
    }
    List<String> found = new ArrayList<>();
    for (Instant next = times.next(from);
        found.size() < 3 && !next.isAfter(to);
        next = times.next(next)) {
      found.add(TIME.format(next.atZone(zone)));
    }
    return String.join(",", found);
  }
}
