package io.beamgrad.schedule;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.beamgrad.cli.Cli;
import io.beamgrad.retrain.RetrainOutcome;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The units of {@code scripts/schedule}, by {@code systemd-analyze} where it is at hand. */
class SystemdUnitsTest {
  private static final String SERVICE = "beamgrad-retrain.service";
  private static final String TIMER = "beamgrad-retrain.timer";

  @TempDir Path folder;

  @Test
  void systemdTakesTheUnitsAndNotJustAnyUnits() throws Exception {
    assumeTrue(ScheduleFile.has("systemd-analyze", "systemd's units"));
    String service = new ScheduleFile(folder, SERVICE).text();
    String timer = new ScheduleFile(folder, TIMER).text();

    assertEquals("", verified(service, timer));

    assertSaid("Failed to parse value", verified(service.replace("10 11 12", "10 11 no"), timer));
    assertSaid("Restrat", verified(service.replace("Restart=", "Restrat="), timer));
    assertSaid("TimeoutStartSec", verified(service.replace("=2h", "=2hh"), timer));
    assertSaid("not executable", verified(service.replace("/scripts/", "/script/"), timer));
    assertSaid(
        "Failed to parse calendar", verified(service, timer.replace("03:00:00", "03:00:00:00")));
  }

  @Test
  void theTimerIsOfEachNightInBerlin() throws Exception {
    assumeTrue(ScheduleFile.has("systemd-analyze", "systemd's calendar"));
    String time = value(new ScheduleFile(folder, TIMER).text(), "OnCalendar");
    String shown =
        ScheduleFile.run(
                List.of("systemd-analyze", "calendar", "--base-time=2026-07-01 12:00:00 UTC", time))
            .out();
    assertSaid("(in UTC): Thu 2026-07-02 01:00:00 UTC", shown.replace("Next elapse:", "(in UTC):"));
  }

  /** Of the exit codes systemd knows what we say, not what we mean. */
  @Test
  void exitCodesAreThoseOfRetrain() throws IOException {
    String service = new ScheduleFile(folder, SERVICE).text();
    for (String code : value(service, "SuccessExitStatus").split(" ")) {
      assertTrue(RetrainOutcome.of(Integer.parseInt(code)).isGood(), code);
    }
    assertEquals("2 13", value(service, "RestartPreventExitStatus"));
    assertEquals(RetrainOutcome.WRONG_INPUT, RetrainOutcome.of(2));
    assertEquals(RetrainOutcome.STOPPED, RetrainOutcome.of(13));
    assertEquals(
        "%1$s/opt/scripts/beamgrad retrain pipelines/digits-daily.yaml --registry %1$s/models --zone Europe/Berlin"
            .formatted(folder),
        value(service, "ExecStart"));
  }

  private String verified(String service, String timer) throws Exception {
    Path units = Files.createDirectories(folder.resolve("units"));
    // The user is one of the machine that it is for.
    Files.writeString(units.resolve(SERVICE), service.replace("User=beamgrad\n", ""));
    Files.writeString(units.resolve(TIMER), timer);
    Cli.Result result =
        ScheduleFile.run(
            List.of(
                "systemd-analyze",
                "verify",
                "--man=no",
                units.resolve(SERVICE).toString(),
                units.resolve(TIMER).toString()));
    return result.out() + result.err();
  }

  private static void assertSaid(String part, String said) {
    assertTrue(said.contains(part), said);
  }

  private static String value(String unit, String key) {
    Matcher line = Pattern.compile("(?m)^" + key + "=(.*)$").matcher(unit);
    assertTrue(line.find(), key);
    return line.group(1);
  }
}
