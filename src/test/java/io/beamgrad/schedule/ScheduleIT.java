package io.beamgrad.schedule;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.beamgrad.Jvms;
import io.beamgrad.job.TinyDigits;
import java.io.BufferedReader;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** {@code schedule} as a process; what it starts is a script in place of the launcher. */
@Tag("alone")
class ScheduleIT {
  private static final Pattern ADDRESS = Pattern.compile("http://\\S+?(?=/healthz)");

  @TempDir Path folder;
  private Path spec;

  @BeforeEach
  void writeSpec() throws IOException {
    spec = TinyDigits.write(folder);
  }

  @Test
  void aStopReachesTheRunAndIsWaitedFor() throws Exception {
    Process schedule =
        schedule(
            """
            trap 'sleep 0.3; touch %1$s/ended; exit 143' TERM
            echo at work: "$@"
            exec 2>/dev/null # the shell's word of a sleep that has ended too
            while :; do sleep 0.05; done
            """
                .formatted(folder));
    List<String> rest;
    try (BufferedReader lines = schedule.inputReader()) {
      Matcher address = ADDRESS.matcher(lines.readLine());
      assertTrue(address.find());
      String starts = lines.readLine();
      assertTrue(starts.endsWith("  retrain starts"), starts);
      String started = lines.readLine();
      String day = "(\\d{4}-\\d\\d-\\d\\d)"; // of the schedule's zone
      Matcher command =
          Pattern.compile(
                  "at work: retrain %s --registry %s/models --date %s --parallelism 1"
                      .formatted(spec, folder, day))
              .matcher(started);
      assertTrue(command.matches(), started);
      assertEquals(command.group(1), starts.substring(0, 10));

      assertTrue(get(address.group() + "/healthz").startsWith("ok; running since "));
      assertTrue(
          get(address.group() + "/metrics")
              .contains("\nbeamgrad_schedule_running{model=\"tiny\"} 1\n"));

      // The launcher becomes the Java process, so its number reaches it.
      assertTrue(schedule.toHandle().destroy());
      rest = lines.lines().toList();
    }

    assertEquals(0, schedule.waitFor());
    assertTrue(Files.exists(folder.resolve("ended")));
    assertEquals(1, rest.size(), rest.toString());
    assertTrue(rest.get(0).endsWith("  stopped"), rest.get(0));
    assertEquals("", new String(schedule.getErrorStream().readAllBytes(), UTF_8));
  }

  @Test
  void wrongInputOfTheFirstRunIsOneLineAndExitCodeTwo() throws Exception {
    Process schedule = schedule("echo beamgrad: what was wrong >&2; exit 2");

    List<String> lines;
    try (BufferedReader out = schedule.inputReader()) {
      lines = out.lines().toList();
    }
    assertEquals(2, schedule.waitFor());
    assertEquals(
        "beamgrad: what was wrong\n", new String(schedule.getErrorStream().readAllBytes(), UTF_8));
    assertTrue(
        lines.get(2).contains("  retrain ended: wrong input, 0 s; it was the first run, so"),
        lines.toString());
  }

  @Test
  void aRunAtItsTimeLimitIsToldOfByTheSchedule() throws Exception {
    Path told = folder.resolve("told");
    Process schedule =
        schedule(
            "exec sleep 100",
            List.of("--time-limit", "1s"),
            List.of(
                "--set",
                "retrain.notify.command=[sh, -c, 'cat >%1$s.new; mv %1$s.new %1$s']"
                    .formatted(told)));
    try (BufferedReader lines = schedule.inputReader()) {
      String line = lines.readLine();
      while (!line.contains("retrain ended: timed out")) {
        line = lines.readLine();
      }
      JsonNode failure = new ObjectMapper().readTree(told.toFile());
      assertEquals("failure", failure.get("event").asText());
      assertEquals("timed_out", failure.get("end").asText());
      assertTrue(failure.get("exitCode").isNull());
      assertEquals("retrain has reached its time limit of 1 s", failure.get("message").asText());
      assertTrue(schedule.toHandle().destroy());
      lines.lines().forEach(rest -> {});
    }
    assertEquals(0, schedule.waitFor());
  }

  private Process schedule(String script) throws IOException {
    return schedule(script, List.of(), List.of());
  }

  private Process schedule(String script, List<String> options, List<String> ofRetrain)
      throws IOException {
    Path launcher = folder.resolve("launcher");
    Files.writeString(launcher, "#!/bin/sh\n" + script);
    assertTrue(launcher.toFile().setExecutable(true));
    ProcessBuilder builder = new ProcessBuilder();
    builder.command(
        new ArrayList<>(
            List.of(
                Path.of("scripts/beamgrad").toAbsolutePath().toString(),
                "schedule",
                spec.toString(),
                "--cron",
                "0 3 * * *",
                "--zone",
                "Europe/Berlin",
                "--registry",
                folder.resolve("models").toString(),
                "--now")));
    builder.command().addAll(options);
    builder.command().addAll(List.of("--", "--parallelism", "1"));
    builder.command().addAll(ofRetrain);
    String ofJava = String.join(" ", Jvms.IN_ARABIC) + " -Dbeamgrad.launcher=" + launcher;
    builder.environment().put("BEAMGRAD_JAVA_OPTS", ofJava);
    return builder.start();
  }

  private static String get(String address) throws Exception {
    return HttpClient.newHttpClient()
        .send(HttpRequest.newBuilder(URI.create(address)).build(), BodyHandlers.ofString())
        .body();
  }
}
