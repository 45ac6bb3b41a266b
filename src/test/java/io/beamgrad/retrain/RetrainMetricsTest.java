package io.beamgrad.retrain;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.beamgrad.metrics.Metric;
import io.beamgrad.registry.Decision;
import io.beamgrad.registry.gate.Verdict;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class RetrainMetricsTest {
  private static final Decision.Rows ROWS = new Decision.Rows(5_000, 4_500, 0, 500, 0);

  @TempDir Path folder;

  private static RetrainMetrics ended(RetrainOutcome end, String time) {
    RetrainMetrics metrics = new RetrainMetrics("digits");
    metrics.ended(end, Instant.parse(time), Duration.ofMillis(4250));
    return metrics;
  }

  @Test
  void theFileHasTheFormOfTheTextFileCollector() throws IOException {
    Path file = folder.resolve("metrics/digits.prom");
    RetrainMetrics metrics = ended(RetrainOutcome.PUBLISHED, "2026-11-23T03:00:05Z");
    metrics.set("version", 3);
    metrics.set("score", "of=\"challenger\",metric=\"accuracy\"", 0.9412);
    metrics.set("score", "of=\"in_service\",metric=\"accuracy\"", 1e-7);
    metrics.write(file);
    assertEquals(
        """
        # HELP beamgrad_retrain_last_run_timestamp_seconds When the last run ended.
        # TYPE beamgrad_retrain_last_run_timestamp_seconds gauge
        beamgrad_retrain_last_run_timestamp_seconds{model="digits"} 1795402805
        # HELP beamgrad_retrain_last_success_timestamp_seconds When a run last ended well: published, not better, or nothing new.
        # TYPE beamgrad_retrain_last_success_timestamp_seconds gauge
        beamgrad_retrain_last_success_timestamp_seconds{model="digits"} 1795402805
        # HELP beamgrad_retrain_duration_seconds How long the last run took.
        # TYPE beamgrad_retrain_duration_seconds gauge
        beamgrad_retrain_duration_seconds{model="digits"} 4.25
        # HELP beamgrad_retrain_exit_code Of the last run.
        # TYPE beamgrad_retrain_exit_code gauge
        beamgrad_retrain_exit_code{model="digits"} 0
        # HELP beamgrad_retrain_end 1 for how the last run ended, 0 for all other ends.
        # TYPE beamgrad_retrain_end gauge
        beamgrad_retrain_end{model="digits",end="published"} 1
        beamgrad_retrain_end{model="digits",end="nothing_new"} 0
        beamgrad_retrain_end{model="digits",end="not_better"} 0
        beamgrad_retrain_end{model="digits",end="stopped"} 0
        beamgrad_retrain_end{model="digits",end="failed"} 0
        beamgrad_retrain_end{model="digits",end="wrong_input"} 0
        # HELP beamgrad_retrain_version The version in service; 0 where there is none.
        # TYPE beamgrad_retrain_version gauge
        beamgrad_retrain_version{model="digits"} 3
        # HELP beamgrad_retrain_score Of the challenger and the version in service, when last judged.
        # TYPE beamgrad_retrain_score gauge
        beamgrad_retrain_score{model="digits",of="challenger",metric="accuracy"} 0.9412
        beamgrad_retrain_score{model="digits",of="in_service",metric="accuracy"} 1.0E-7
        """,
        Files.readString(file));
    try (Stream<Path> files = Files.list(file.getParent())) {
      assertEquals(List.of(file), files.toList());
    }
  }

  @Test
  void theFreshScoresAndTheShareOfCopiesStandBesideTheGates() throws IOException {
    Path file = folder.resolve("digits.prom");
    RetrainMetrics metrics = ended(RetrainOutcome.NOT_BETTER, "2026-11-23T03:00:05Z");
    Verdict verdict = new Verdict(false, false, List.of(), Metric.ACCURACY, 0.95, 0.96, 500, null);
    metrics.judged(judgement(verdict, new Decision.Fresh(120, 0.93, 0.91, 0.97)), ROWS);
    metrics.read(new Decision.Copies("content", List.of(), List.of(), 2_000, 10, 990));
    metrics.write(file);
    String of = "beamgrad_retrain_fresh_score{model=\"digits\",of=\"";
    String all = "beamgrad_retrain_score{model=\"digits\",of=\"";
    List<String> expected =
        List.of(
            all + "challenger\",metric=\"accuracy\"} 0.95",
            all + "in_service\",metric=\"accuracy\"} 0.96",
            of + "challenger\",metric=\"accuracy\"} 0.93",
            of + "in_service\",metric=\"accuracy\"} 0.91",
            of + "in_service_when_published\",metric=\"accuracy\"} 0.97",
            "beamgrad_retrain_copies_ratio{model=\"digits\",of=\"within\"} 0.005",
            "beamgrad_retrain_copies_ratio{model=\"digits\",of=\"across\"} 0.495",
            "beamgrad_retrain_fresh_rows{model=\"digits\"} 120");
    assertTrue(Files.readAllLines(file).containsAll(expected), Files.readString(file));

    RetrainMetrics without = ended(RetrainOutcome.NOT_BETTER, "2026-11-24T03:00:05Z");
    without.judged(judgement(verdict, null), ROWS);
    without.write(file);
    assertTrue(Files.readAllLines(file).containsAll(expected), "what was known stays");
  }

  private static Judge.Judgement judgement(Verdict verdict, Decision.Fresh fresh) {
    return new Judge.Judgement(
        verdict, new Decision.Judging("all", 0, false, null, fresh), Optional.empty());
  }

  @Test
  void aRunThatFailsKeepsTheLastSuccessAndWhatItDoesNotKnow() throws IOException {
    Path file = folder.resolve("digits.prom");
    RetrainMetrics good = ended(RetrainOutcome.NOT_BETTER, "2026-11-23T03:00:05Z");
    good.set("drift_max_psi", 0.05);
    good.write(file);
    ended(RetrainOutcome.FAILED, "2026-11-24T03:00:05Z").write(file);
    String text = Files.readString(file);
    String success =
        "beamgrad_retrain_last_success_timestamp_seconds{model=\"digits\"} 1795402805\n";
    assertTrue(text.contains(success), text);
    assertTrue(text.contains("last_run_timestamp_seconds{model=\"digits\"} 1795489205\n"), text);
    assertTrue(text.contains("exit_code{model=\"digits\"} 1\n"), text);
    assertTrue(text.contains("end{model=\"digits\",end=\"not_better\"} 0\n"), text);
    assertTrue(text.contains("end{model=\"digits\",end=\"failed\"} 1\n"), text);
    assertTrue(text.contains("drift_max_psi{model=\"digits\"} 0.05\n"), text);
  }

  @Test
  void whatWasInTheFileBeforeAndIsNotOursGoes() throws IOException {
    Path file = Files.write(folder.resolve("digits.prom"), new byte[] {(byte) 0xff, 'x'});
    ended(RetrainOutcome.NOTHING_NEW, "2026-11-23T03:00:05Z").write(file);
    assertTrue(Files.readString(file).startsWith("# HELP beamgrad_retrain_last_run"));
  }
}
