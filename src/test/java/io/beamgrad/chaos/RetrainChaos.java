package io.beamgrad.chaos;

import io.beamgrad.data.files.Storage;
import io.beamgrad.retrain.DailyDigits;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;

/** Kills retrains at random moments; {@code scripts/chaos retrain} starts it. */
final class RetrainChaos {
  private static final String FIRST = "2026-11-01";
  private static final String SECOND = "2026-11-02";

  /** From the first sign of a new version to the end of the process it takes about as long. */
  private static final int PUBLISH_MICROS = 60_000;

  /** Its epochs take about as long. */
  private static final int TRAINING_MICROS = 500_000;

  private static final String FORMAT = "%3s  %-22s  %s%n";

  private RetrainChaos() {}

  /** The job of the kills, whose data is written to a folder. */
  static RetrainKills kills(List<String> program, Path folder)
      throws IOException, InterruptedException {
    DailyDigits digits = new DailyDigits(folder);
    digits.day(1, 1000);
    digits.day(2, 1000);
    // Whatever the second day is like, it is published.
    Path spec =
        digits.spec(40, "start: warm, gate: {maxLoss: 1, test: none}, checks: {psi: {stop: null}}");
    RetrainKills kills = new RetrainKills(program, spec, folder);
    kills.prepare(FIRST, SECOND);
    return kills;
  }

  /** One of the kills: in turns at any moment, in an epoch, and while a version is published. */
  static RetrainKills.Finding kill(RetrainKills kills, int number, Random random)
      throws IOException, InterruptedException {
    String name = "kill-" + number;
    return switch (number % 3) {
      case 0 -> kills.killInPublish(random.nextLong(PUBLISH_MICROS), name, SECOND);
      case 1 -> kills.killAfter(random.nextLong(kills.undisturbedMillis()), name, SECOND);
      default -> kills.killInTraining(random.nextLong(TRAINING_MICROS), name, SECOND);
    };
  }

  /** True where nothing was lost. */
  static boolean run(int kills, long seed) throws IOException, InterruptedException {
    Path folder = Path.of("target/chaos-retrain").toAbsolutePath();
    Storage.delete(folder.toString());
    System.out.printf("retrain, %d kills, seed %d%n", kills, seed);
    RetrainKills retrains = kills(List.of("scripts/beamgrad"), folder);
    Random random = new Random(seed);
    List<Integer> failed = new ArrayList<>();
    System.out.printf(FORMAT, "", "killed in", "the same as undisturbed");
    for (int i = 1; i <= kills; i++) {
      RetrainKills.Finding finding = kill(retrains, i, random);
      System.out.printf(FORMAT, i, finding.hit(), finding.failures().isEmpty() ? "yes" : "NO");
      finding.failures().forEach(failure -> System.out.println("     " + failure));
      if (!finding.failures().isEmpty()) {
        failed.add(i);
      }
    }
    System.out.printf(
        "%d kills, %d failed%s%n", kills, failed.size(), failed.isEmpty() ? "" : " " + failed);
    return failed.isEmpty();
  }
}
