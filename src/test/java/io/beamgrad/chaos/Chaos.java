package io.beamgrad.chaos;

import io.beamgrad.data.files.Storage;
import io.beamgrad.runner.TestCluster;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.Random;

/** Kills trainings at random moments; {@code scripts/chaos} starts it in the project's folder. */
public final class Chaos {
  private static final int TRIES = 4;
  private static final List<Stage> STAGES =
      List.of(Stage.INGEST, Stage.BLOCKS, Stage.EPOCH, Stage.BETWEEN_EPOCHS, Stage.SINKS);
  private static final String FORMAT = "%3s  %-14s  %-16s  %7s  %6s  %-7s  %-6s  %-6s  %-5s%n";

  private record Kill(Victim victim, Stage stage) {

    /** Each process in each stage that it has a part in. */
    static List<Kill> all() {
      List<Kill> all = new ArrayList<>();
      for (Victim victim : Victim.values()) {
        STAGES.forEach(stage -> all.add(new Kill(victim, stage)));
        if (victim.isLauncher()) {
          all.add(new Kill(victim, Stage.CLEAN_UP));
        }
      }
      return all;
    }
  }

  private final Training training;
  private final Path folder;
  private final Random random;
  private TestCluster cluster;

  Chaos(Training training, Path folder, long seed) {
    this.training = training;
    this.folder = folder;
    this.random = new Random(seed);
  }

  /**
   * Runs the matrix.
   *
   * @param given {@code retrain} to kill retrains and no trainings; {@code --kills N}, {@code
   *     --seed S}, {@code --mnist DIR}
   */
  public static void main(String[] given) throws Exception {
    boolean isRetrain = given.length > 0 && given[0].equals("retrain");
    String[] args = isRetrain ? Arrays.copyOfRange(given, 1, given.length) : given;
    int kills = isRetrain ? 30 : Kill.all().size();
    long seed = System.currentTimeMillis() % 100_000;
    Path mnist = Path.of("data/mnist");
    for (int i = 0; i < args.length; i += 2) {
      if (i + 1 == args.length) {
        fail(args[i] + " needs a value");
      }
      try {
        switch (args[i]) {
          case "--kills" -> kills = Integer.parseInt(args[i + 1]);
          case "--seed" -> seed = Long.parseLong(args[i + 1]);
          case "--mnist" -> mnist = Path.of(args[i + 1]);
          default -> fail("expected --kills, --seed or --mnist, found " + args[i]);
        }
      } catch (NumberFormatException e) {
        fail("%s must be a number, was %s".formatted(args[i], args[i + 1]));
      }
    }
    if (isRetrain) {
      System.exit(RetrainChaos.run(kills, seed) ? 0 : 1);
    }
    Path folder = Path.of("target/chaos").toAbsolutePath();
    Storage.delete(folder.toString());
    Training training =
        Files.isDirectory(mnist)
            ? Training.mnist(mnist.toAbsolutePath())
            : Training.digits(folder.resolve("digits"));
    System.out.printf("%s, %d kills, seed %d%n", training.arguments().get(1), kills, seed);
    System.exit(new Chaos(training, folder, seed).run(kills) ? 0 : 1);
  }

  private static void fail(String message) {
    System.err.println("chaos: " + message);
    System.exit(2);
  }

  /** True where nothing was lost. */
  private boolean run(int kills) throws IOException, InterruptedException {
    Path undisturbed = undisturbed();
    System.out.printf(
        FORMAT,
        "",
        "process",
        "killed in",
        "seconds",
        "epochs",
        "ingest",
        "epochs",
        "files",
        "same");
    System.out.printf(FORMAT, "", "", "", "", "lost", "", "once", "whole", "bits");
    List<Integer> failed = new ArrayList<>();
    int missed = 0;
    List<Kill> plan = plan(kills);
    try {
      for (int i = 0; i < plan.size(); i++) {
        Victim victim = plan.get(i).victim();
        Moment moment = Moment.random(plan.get(i).stage(), training, victim, random);
        Optional<KillCase.Finding> finding = kill(victim, moment, "kill-" + (i + 1), undisturbed);
        print(i + 1, plan.get(i), finding);
        if (finding.isEmpty()) {
          missed++;
        } else if (!finding.get().failures().isEmpty()) {
          failed.add(i + 1);
        }
      }
    } finally {
      close();
    }
    System.out.printf(
        "%d kills, %d failed%s%s%n",
        plan.size() - missed,
        failed.size(),
        failed.isEmpty() ? "" : " " + failed,
        missed == 0 ? "" : ", %s came too late".formatted(missed));
    return failed.isEmpty();
  }

  /** Each process in each stage, in a random order, as often as it takes. */
  private List<Kill> plan(int kills) {
    List<Kill> plan = new ArrayList<>();
    while (plan.size() < kills) {
      List<Kill> all = Kill.all();
      Collections.shuffle(all, random);
      plan.addAll(all);
    }
    return plan.subList(0, kills);
  }

  /** The folder of a run that nobody kills. */
  Path undisturbed() throws IOException, InterruptedException {
    Path out = folder.resolve("undisturbed");
    int exitCode = training.start(out, folder.resolve("undisturbed.log"), List.of()).waitFor();
    if (exitCode != 0) {
      throw new IllegalStateException("exit code %s; see %s.log".formatted(exitCode, out));
    }
    return out;
  }

  /** Kills; where the stage was over before the kill came, once more and earlier. */
  Optional<KillCase.Finding> kill(Victim victim, Moment first, String name, Path undisturbed)
      throws IOException, InterruptedException {
    if (victim.isOnCluster() && cluster == null) {
      cluster = TestCluster.start("chaos-cluster");
    }
    Moment moment = first;
    Optional<KillCase.Finding> finding = Optional.empty();
    for (int i = 0; i < TRIES && finding.isEmpty(); i++) {
      Path out = folder.resolve(name + (i == 0 ? "" : "-" + (i + 1)));
      finding = new KillCase(training, victim, moment, out, cluster).run(undisturbed);
      moment = moment.earlier();
    }
    return finding;
  }

  void close() throws IOException, InterruptedException {
    if (cluster != null) {
      cluster.close();
    }
  }

  private static void print(int number, Kill kill, Optional<KillCase.Finding> found) {
    if (found.isEmpty()) {
      System.out.printf(
          FORMAT, number, kill.victim(), kill.stage(), "too late", "", "", "", "", "");
      return;
    }
    KillCase.Finding finding = found.get();
    System.out.printf(
        FORMAT,
        number,
        kill.victim(),
        finding.hit(),
        String.format(Locale.ROOT, "%.1f", finding.seconds()),
        finding.epochsLost(),
        finding.ingest(),
        finding.epochsOnce() ? "yes" : "NO",
        finding.filesWhole() ? "yes" : "NO",
        finding.sameBits() ? "yes" : "NO");
    finding.failures().forEach(failure -> System.out.println("     " + failure));
  }
}
