package io.beamgrad.schedule;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.beamgrad.cli.Cli;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** {@code scripts/schedule/crontab}, read as cron does; {@link CronDaemonIT} has a real one. */
class CrontabTest {
  private static final Pattern VARIABLE = Pattern.compile("(\\w+)=(.*)");
  private static final Pattern JOB = Pattern.compile("((?:\\S+ ){4}\\S+) (.*)");

  /** Cron's own limit of a command. */
  private static final int MOST_CHARACTERS = 999;

  @TempDir Path folder;
  private ScheduleFile file;
  private final List<String> variables = new ArrayList<>();
  private String times;
  private String command;

  @BeforeEach
  void readAsCronDoes() throws IOException {
    file = new ScheduleFile(folder, "crontab");
    for (String line : file.text().lines().toList()) {
      Matcher variable = VARIABLE.matcher(line);
      Matcher job = JOB.matcher(line);
      if (line.startsWith("#")) {
        continue;
      }
      if (variable.matches()) {
        variables.add(line);
      } else if (job.matches() && times == null) {
        times = job.group(1);
        command = job.group(2);
      } else {
        throw new AssertionError("a second job, or none: " + line);
      }
    }
  }

  @Test
  void theLineIsOneThatCronTakes() {
    assertEquals(
        Instant.parse("2026-11-24T03:00:00Z"),
        CronTimes.of(times, ZoneOffset.UTC).next(Instant.parse("2026-11-23T12:00:00Z")));
    assertTrue(command.length() <= MOST_CHARACTERS, command);
    assertFalse(command.contains("%"), "cron takes it for the end of the line");
    assertTrue(file.text().endsWith("\n"), "cron leaves out a last line without its end");
  }

  @ParameterizedTest
  @ValueSource(ints = {0, 10, 11, 12})
  void whatIsNoFailureSaysNothing(int exitCode) throws Exception {
    Cli.Result result = run("exit " + exitCode);
    assertEquals(new Cli.Result(0, "", ""), result);
    assertEquals("a word\n", Files.readString(folder.resolve("beamgrad-retrain.log")));
    assertEquals(
        "retrain pipelines/digits-daily.yaml --registry %s/models".formatted(folder),
        file.arguments());
  }

  @ParameterizedTest
  @CsvSource({"1", "2", "13", "124"})
  void aFailureSaysWhatTheLogEndsWith(int exitCode) throws Exception {
    Cli.Result result = run("echo what was wrong >&2; exit " + exitCode);
    assertEquals(
        "retrain ended with exit code %s; %s/beamgrad-retrain.log ends:\na word\nwhat was wrong\n"
            .formatted(exitCode, folder),
        result.out());
    assertEquals("", result.err());
  }

  private Cli.Result run(String launcher) throws Exception {
    file.endWith(launcher);
    List<String> all = new ArrayList<>(List.of("env"));
    all.addAll(variables);
    all.addAll(List.of("sh", "-c", command));
    return ScheduleFile.run(all);
  }
}
