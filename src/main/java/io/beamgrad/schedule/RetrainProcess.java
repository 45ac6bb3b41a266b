package io.beamgrad.schedule;

import io.beamgrad.retrain.RetrainOutcome;
import java.io.File;
import java.io.IOException;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import java.util.stream.Stream;

/**
 * Runs a retrain in a process of its own, so that its leaks and its crash end with it. It writes to
 * the same output as this process. At its time limit, or when the schedule is stopped, it and the
 * processes that it started get SIGTERM, and after a grace period SIGKILL.
 */
public final class RetrainProcess implements Scheduler.Retrain {
  private final List<String> command;
  private final Optional<Duration> limit;
  private final Duration grace;
  private final Consumer<String> log;

  public RetrainProcess(
      List<String> command, Optional<Duration> limit, Duration grace, Consumer<String> log) {
    this.command = List.copyOf(command);
    this.limit = limit;
    this.grace = grace;
    this.log = log;
  }

  @Override
  public RetrainOutcome run() throws InterruptedException {
    Process process;
    try {
      process =
          new ProcessBuilder(command)
              .redirectInput(ProcessBuilder.Redirect.from(new File("/dev/null")))
              .redirectOutput(ProcessBuilder.Redirect.INHERIT)
              .redirectError(ProcessBuilder.Redirect.INHERIT)
              .start();
    } catch (IOException e) {
      log.accept("retrain cannot be started: " + e.getMessage());
      return RetrainOutcome.FAILED;
    }
    try {
      if (limit.isEmpty()) {
        return RetrainOutcome.of(process.waitFor());
      }
      if (process.waitFor(limit.get().toMillis(), TimeUnit.MILLISECONDS)) {
        return RetrainOutcome.of(process.exitValue());
      }
      log.accept("retrain has reached its time limit of %d s".formatted(limit.get().toSeconds()));
      end(process);
      return RetrainOutcome.TIMED_OUT;
    } catch (InterruptedException e) {
      endUninterrupted(process);
      throw e;
    }
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
