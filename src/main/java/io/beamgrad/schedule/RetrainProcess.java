package io.beamgrad.schedule;

import io.beamgrad.failure.Failure;
import io.beamgrad.retrain.RetrainOutcome;
import java.io.File;
import java.io.IOException;
import java.time.Duration;
import java.time.LocalDate;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import java.util.function.UnaryOperator;
import java.util.stream.Stream;
import org.checkerframework.checker.nullness.qual.Nullable;

/**
 * Runs a retrain in a process of its own, so that its leaks and its crash end with it. It writes to
 * the same output as this process. At its time limit, or when the schedule is stopped, it and the
 * processes that it started get SIGTERM, and after a grace period SIGKILL.
 */
public final class RetrainProcess implements Scheduler.Retrain {

  /** Hears of a run that failed and could not say so itself. */
  @FunctionalInterface
  public interface FailureListener {
    /**
     * @param exitCode null where the schedule ended the run, or it did not start
     * @param message what happened, in a line
     */
    void failed(RetrainOutcome end, @Nullable Integer exitCode, String message)
        throws InterruptedException;
  }

  private final UnaryOperator<List<String>> command;
  private final Optional<Duration> limit;
  private final Duration grace;
  private final Consumer<String> log;
  private final FailureListener listener;

  /**
   * @param command gives the command of a run; its argument is the options that say the run's day
   */
  public RetrainProcess(
      UnaryOperator<List<String>> command,
      Optional<Duration> limit,
      Duration grace,
      Consumer<String> log,
      FailureListener listener) {
    this.command = command;
    this.limit = limit;
    this.grace = grace;
    this.log = log;
    this.listener = listener;
  }

  @Override
  public RetrainOutcome run(LocalDate day) throws InterruptedException {
    Process process;
    try {
      process =
          new ProcessBuilder(command.apply(List.of("--date", day.toString())))
              .redirectInput(ProcessBuilder.Redirect.from(new File("/dev/null")))
              .redirectOutput(ProcessBuilder.Redirect.INHERIT)
              .redirectError(ProcessBuilder.Redirect.INHERIT)
              .start();
    } catch (IOException e) {
      String message = "retrain cannot be started: " + e.getMessage();
      log.accept(message);
      listener.failed(RetrainOutcome.FAILED, null, message);
      return RetrainOutcome.FAILED;
    }
    try {
      if (hasEnded(process)) {
        return ended(process.exitValue());
      }
      String message = "retrain has reached its time limit of " + limit.get().toSeconds() + " s";
      log.accept(message);
      end(process);
      listener.failed(RetrainOutcome.TIMED_OUT, null, message);
      return RetrainOutcome.TIMED_OUT;
    } catch (InterruptedException e) {
      endUninterrupted(process);
      throw e;
    }
  }

  /** Waits for the end of a process; false where it is at its limit. */
  private boolean hasEnded(Process process) throws InterruptedException {
    if (limit.isPresent()) {
      return process.waitFor(limit.get().toMillis(), TimeUnit.MILLISECONDS);
    }
    process.waitFor();
    return true;
  }

  private RetrainOutcome ended(int exitCode) throws InterruptedException {
    RetrainOutcome end = RetrainOutcome.of(exitCode);
    if (end == RetrainOutcome.FAILED && exitCode != Failure.JOB_FAILED) {
      listener.failed(end, exitCode, "retrain was killed or crashed: exit code " + exitCode);
    }
    return end;
  }

  private void end(Process process) throws InterruptedException {
    List<ProcessHandle> all =
        Stream.concat(Stream.of(process.toHandle()), process.descendants()).toList();
    all.forEach(ProcessHandle::destroy);
    if (!process.waitFor(grace.toMillis(), TimeUnit.MILLISECONDS)) {
      log.accept("retrain does not end by itself; killed");
    }
    // Processes that it started after the SIGTERM, or that outlived it, are killed too.
    Stream.concat(all.stream(), process.descendants()).forEach(ProcessHandle::destroyForcibly);
    process.waitFor();
  }

  /** Ends the process, whatever interrupts come meanwhile. */
  private void endUninterrupted(Process process) {
    while (true) {
      try {
        end(process);
        return;
      } catch (InterruptedException again) {
        // the process is still to be ended
      }
    }
  }
}
