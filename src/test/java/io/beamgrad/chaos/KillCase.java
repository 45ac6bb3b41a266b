package io.beamgrad.chaos;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.beamgrad.data.files.RecordFile;
import io.beamgrad.runner.TestCluster;
import io.beamgrad.schema.MetricRow;
import io.beamgrad.schema.Split;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.IntStream;

/** One training, one kill, and what came of it. */
final class KillCase {

  /**
   * What was seen.
   *
   * @param hit what the run was doing when the process was killed
   * @param seconds from the start of the command to the kill
   * @param epochsLost how many epochs were begun again
   * @param ingest what became of the reading of the data
   * @param failures what should not be; empty in a good case
   */
  record Finding(
      RunState hit,
      double seconds,
      int epochsLost,
      Ingest ingest,
      boolean epochsOnce,
      boolean filesWhole,
      boolean sameBits,
      List<String> failures) {}

  /** What a kill did to the ingest. */
  enum Ingest {
    /** It was not done, and a job went on with it. */
    WENT_ON("went on"),
    /** It was not done, and begun again. */
    LOST("lost"),
    /** It was done, and not repeated. */
    SKIPPED("skipped"),
    /** It was done, and repeated all the same. */
    REPEATED("again");

    private final String text;

    Ingest(String text) {
      this.text = text;
    }

    @Override
    public String toString() {
      return text;
    }
  }

  private static final Pattern JOB = Pattern.compile("(?m)^  job +([0-9a-f]{32})$");
  private static final long PATIENCE_MINUTES = 5;

  private final Training training;
  private final Victim victim;
  private final Moment moment;
  private final Path out;
  private final Path said;
  private final TestCluster cluster; // null where the victim is not on one
  private final List<String> failures = new ArrayList<>();

  /**
   * @param out the run's folder, not there yet; what the launcher says goes beside it
   */
  KillCase(Training training, Victim victim, Moment moment, Path out, TestCluster cluster) {
    this.training = training;
    this.victim = victim;
    this.moment = moment;
    this.out = out;
    this.said = out.resolveSibling(out.getFileName() + ".log");
    this.cluster = cluster;
  }

  /**
   * Runs the case.
   *
   * @param undisturbed the folder of a run of the same training that nobody killed
   * @return empty where the training was over before the moment came
   */
  Optional<Finding> run(Path undisturbed) throws IOException, InterruptedException {
    long started = System.nanoTime();
    Process command = training.start(out, said, where());
    try (RunWatch watch = RunWatch.start(out)) {
      Supplier<Optional<ProcessHandle>> target = target(command);
      if (!await(command, target)) {
        return Optional.empty();
      }
      Optional<ProcessHandle> process = target.get();
      if (process.isEmpty() || !process.get().destroyForcibly()) {
        return Optional.empty();
      }
      // Not later: the workers of a dead JobManager go on for some seconds.
      RunState hit = RunState.of(out, training.epochs());
      boolean jobGoesOn = victim == Victim.LAUNCHER && job().isPresent();
      process.get().onExit().join();
      long killed = System.nanoTime();
      goOn(command);
      watch.close();
      int again = watch.writtenAgain("work/checkpoints", killed);
      if (again > 0) {
        failures.add(again + " finished epochs were trained again");
      }
      failures.addAll(watch.offences());
      Ingest ingest = jobGoesOn ? Ingest.WENT_ON : Ingest.LOST;
      if (watch.isWrittenAgain("work/manifest.avro", killed)) {
        ingest = Ingest.REPEATED;
        failures.add("the data was read again though all of it was in blocks");
      } else if (hit.stage().compareTo(Stage.PLAN) >= 0) {
        ingest = Ingest.SKIPPED;
      }
      boolean isMidEpoch = hit.stage() == Stage.EPOCH || hit.stage() == Stage.BETWEEN_EPOCHS;
      return Optional.of(
          new Finding(
              hit,
              (killed - started) / 1e9,
              again + (isMidEpoch && victim != Victim.LAUNCHER ? 1 : 0),
              ingest,
              hasEachEpochOnce(),
              watch.offences().isEmpty() && hasTheFilesOf(undisturbed),
              hasTheBitsOf(undisturbed),
              failures));
    } finally {
      command.destroyForcibly().waitFor();
    }
  }

  private List<String> where() {
    return switch (victim) {
      case DIRECT_RUNNER -> List.of();
      case EMBEDDED_FLINK -> List.of("--runner", "flink");
      default -> List.of("--runner", "flink", "--flink-master", cluster.address());
    };
  }

  /** Waits for the moment and the process; false where the command has ended before. */
  private boolean await(Process command, Supplier<Optional<ProcessHandle>> target)
      throws IOException, InterruptedException {
    while (!hasSubmitted()
        || target.get().isEmpty()
        || !moment.hasCome(RunState.of(out, training.epochs()))) {
      if (!command.isAlive()) {
        return false;
      }
      TimeUnit.MILLISECONDS.sleep(1);
    }
    TimeUnit.MILLISECONDS.sleep(moment.delayMillis());
    return command.isAlive();
  }

  /** A launcher is killed before, too; a cluster's processes have nothing to lose before. */
  private boolean hasSubmitted() throws IOException {
    return !victim.isOnCluster() || victim == Victim.LAUNCHER || job().isPresent();
  }

  private Optional<String> job() throws IOException {
    Matcher line = JOB.matcher(Files.exists(said) ? Files.readString(said) : "");
    return line.find() ? Optional.of(line.group(1)) : Optional.empty();
  }

  /** Finds the process to kill beforehand where that takes time. */
  private Supplier<Optional<ProcessHandle>> target(Process command) throws IOException {
    return switch (victim) {
      case TASK_MANAGER -> Worker.follow(cluster, this::job, command)::last;
      case JOB_MANAGER -> {
        ProcessHandle jobManager = cluster.jobManager();
        yield () -> Optional.of(jobManager);
      }
      default -> () -> Optional.of(command.toHandle());
    };
  }

  /** Does what a person would do. */
  private void goOn(Process command) throws IOException, InterruptedException {
    if (victim == Victim.TASK_MANAGER || victim == Victim.JOB_MANAGER) {
      cluster.startAgain();
      require(command.waitFor(PATIENCE_MINUTES, TimeUnit.MINUTES), "the launcher does not end");
    }
    if (victim == Victim.TASK_MANAGER) {
      require(command.exitValue() == 0, "exit code " + command.exitValue());
      return;
    }
    boolean hasWork = Files.exists(out.resolve("work"));
    if (Files.exists(out.resolve("run.json")) && !hasWork) {
      return;
    }
    List<String> more = new ArrayList<>(where());
    if (hasWork) {
      more.add("--resume");
    }
    Process again = training.start(out, said, more);
    try {
      boolean hasEnded = again.waitFor(PATIENCE_MINUTES, TimeUnit.MINUTES);
      require(hasEnded, "the resumed command does not end");
      require(!hasEnded || again.exitValue() == 0, "the resumed command's exit code is not 0");
    } finally {
      again.destroyForcibly().waitFor();
    }
  }

  private void require(boolean condition, String failure) {
    if (!condition) {
      failures.add(failure + "; see " + said);
    }
  }

  private boolean hasEachEpochOnce() {
    Path metrics = out.resolve("metrics.avro");
    List<Integer> epochs =
        !Files.exists(metrics)
            ? List.of()
            : RecordFile.of(MetricRow.class).read(metrics.toString()).stream()
                .filter(row -> row.getSplit() == Split.TRAIN)
                .map(MetricRow::getEpoch)
                .toList();
    boolean isOnce =
        epochs.equals(IntStream.rangeClosed(0, training.epochs()).boxed().toList())
            && report(out).path("metrics").size() == 2 * training.epochs() + 3;
    require(isOnce, "epochs in the metrics: " + epochs);
    return isOnce;
  }

  private boolean hasTheFilesOf(Path undisturbed) {
    List<String> expected = RunState.names(undisturbed);
    List<String> found = RunState.names(out);
    boolean isSame = found.equals(expected);
    require(isSame, "files: " + found);
    return isSame;
  }

  private boolean hasTheBitsOf(Path undisturbed) {
    String expected = report(undisturbed).path("weightsSha256").asText("none");
    String found = report(out).path("weightsSha256").asText();
    require(found.equals(expected), "SHA-256 of the weights: " + found);
    return found.equals(expected);
  }

  private static JsonNode report(Path run) {
    try {
      return new ObjectMapper().readTree(run.resolve("run.json").toFile());
    } catch (IOException e) {
      return new ObjectMapper().nullNode();
    }
  }
}
