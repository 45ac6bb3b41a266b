package io.beamgrad.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;

import io.beamgrad.job.TinyDigits;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class ScheduleCommandTest {
  @TempDir Path folder;

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '`',
      textBlock =
          """
          --zone Europe/Berln  | --zone Europe/Berln is not a time zone; did you mean Europe/Berlin?
          --zone nowhere       | --zone nowhere is not a time zone
          --time-limit 2       | invalid value for option '--time-limit': must be like 90s, 30m, 2h or 7d, was 2; see beamgrad schedule --help
          --time-limit 0s      | --time-limit must be at least 1s, was 0s
          --time-limit nine    | invalid value for option '--time-limit': must be like 90s, 30m, 2h or 7d, was nine; see beamgrad schedule --help
          --retry 0s           | --retry must be at least 1s, was 0s
          --retry 2h           | --retry-max must be at least that of --retry, was 3600s
          --port 70000         | --port must be in [0, 65535], was 70000
          """)
  void wrongOptionsAreOneLineAndExitCodeTwo(String options, String message) throws IOException {
    Path spec = TinyDigits.write(folder);
    assertRefused(message, spec, "0 3 * * *", options.split(" "));
  }

  @Test
  void aWrongExpressionOrSpecIsFoundAtOnce() throws IOException {
    Path spec = TinyDigits.write(folder);
    assertRefused("--cron '0 25 * * *': the hour must be in [0, 23], was 25", spec, "0 25 * * *");
    Path none = folder.resolve("none.yaml");
    assertRefused(none + ": no such file", none, "0 3 * * *");
  }

  private static void assertRefused(String message, Path spec, String cron, String... options) {
    List<String> arguments =
        new ArrayList<>(
            List.of("schedule", spec.toString(), "--cron", cron, "--registry", "models"));
    arguments.addAll(List.of(options));
    Cli.Result result = Cli.run(arguments.toArray(String[]::new));
    assertEquals("beamgrad: " + message + "\n", result.err());
    assertEquals("", result.out());
    assertEquals(2, result.exitCode());
  }
}
