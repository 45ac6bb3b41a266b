package io.beamgrad.retrain;

import io.beamgrad.failure.BrokenFileException;
import io.beamgrad.failure.Failure;
import io.beamgrad.failure.LockedException;
import io.beamgrad.failure.RefusedDecisionException;
import io.beamgrad.failure.WrongInputException;
import io.beamgrad.job.DigitsOnFirstUse;
import io.beamgrad.registry.Decision;
import io.beamgrad.registry.ModelRegistry;
import io.beamgrad.registry.RegistryLock;
import io.beamgrad.registry.Version;
import io.beamgrad.rundir.RunLog;
import io.beamgrad.runner.RemoteAccess;
import io.beamgrad.spec.JobSpec;
import io.beamgrad.terminal.Terminal;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.channels.ClosedByInterruptException;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Callable;

/**
 * Retrains a model on its newest data: selects files, checks them, trains, judges, and publishes or
 * not. The same command resumes a killed run, and gives the same bits.
 */
public final class RetrainJob {
  private static final Duration LEASE = Duration.ofMinutes(2);

  /** How often a run tries to decide where a person changes the registry while it trains. */
  private static final int TRIES = 3;

  private final RetrainRequest request;
  private final Terminal terminal;
  private final RetrainOutput output;
  private final Instant started = Instant.now();
  private final JobSpec spec;
  private final RetrainMetrics metrics;
  private Optional<ModelRegistry> opened = Optional.empty();
  private Optional<Decision> stoppedBy = Optional.empty();
  private volatile int exitCode = Failure.INTERRUPTED;

  public RetrainJob(RetrainRequest request, Terminal terminal) {
    this.request = request;
    this.terminal = terminal;
    this.output = new RetrainOutput(terminal, request.json());
    this.spec = JobSpec.loadToRetrain(request.training().spec(), request.training().overrides());
    this.metrics = new RetrainMetrics(spec.name());
  }

  /**
   * Retrains once.
   *
   * @return the exit code
   * @throws LockedException where another run is at work
   */
  public int run() throws IOException, InterruptedException {
    Optional<Decision> decision;
    try {
      decision = retrain();
    } catch (LockedException | InterruptedException e) {
      throw e; // a run that is locked out or interrupted writes no metrics
    } catch (IOException | RuntimeException | Error e) {
      if (exitCode == Failure.INTERRUPTED && isInterrupted(e)) {
        throw (InterruptedException) new InterruptedException().initCause(e);
      }
      failed(Failure.of(e, RunLog.path()));
      throw e;
    }
    RetrainOutcome end = end(decision);
    decision.ifPresent(output::decided);
    writeMetrics(end);
    decision
        .or(() -> stoppedBy)
        .ifPresent(
            made ->
                tell(
                    () ->
                        RetrainNotice.ofDecision(
                            spec.retrain().notification(), spec.name(), made)));
    output.end(end);
    return end.exitCode();
  }

  /**
   * The exit code of a process that is asked to end now: that of an interrupt until the run has
   * decided or failed, and then its own.
   */
  public int exitCode() {
    return exitCode;
  }

  private static boolean isInterrupted(Throwable thrown) {
    for (Throwable cause = thrown; cause != null; cause = cause.getCause()) {
      if (cause instanceof ClosedByInterruptException || cause instanceof InterruptedException) {
        return true;
      }
    }
    return Thread.currentThread().isInterrupted();
  }

  private void failed(Failure failure) {
    decided(failure.exitCode());
    RetrainOutcome end = RetrainOutcome.of(exitCode);
    writeMetrics(end);
    Instant now = Instant.now();
    double seconds = Duration.between(started, now).toMillis() / 1e3;
    RunFailure told = new RunFailure(spec.name(), end, exitCode, failure.line(), now, seconds);
    tell(() -> RetrainNotice.ofFailure(spec.retrain().notification(), told));
  }

  /** An interrupt from here on changes nothing but how long others are told. */
  private void decided(int code) {
    exitCode = code;
    Thread.interrupted();
  }

  private void tell(Callable<List<String>> notice) {
    try {
      notice.call().forEach(terminal::error);
    } catch (InterruptedException e) {
      terminal.error("retrain.notify: interrupted");
    } catch (Exception e) {
      terminal.error("retrain.notify: " + Failure.of(e, RunLog.path()).line());
    }
  }

  /** What has stopped a run stays an alert until somebody has acted. */
  private RetrainOutcome end(Optional<Decision> decision) {
    return decision
        .map(RetrainJob::end)
        .orElse(stoppedBy.isPresent() ? RetrainOutcome.STOPPED : RetrainOutcome.NOTHING_NEW);
  }

  private static RetrainOutcome end(Decision decision) {
    return switch (decision.kind()) {
      case PUBLISHED, FORCED -> RetrainOutcome.PUBLISHED;
      case STOPPED -> RetrainOutcome.STOPPED;
      default -> RetrainOutcome.NOT_BETTER;
    };
  }

  private Optional<Decision> retrain() throws IOException, InterruptedException {
    DigitsOnFirstUse.generate(spec, output.ofTraining());
    RemoteAccess.open(List.of(spec.data().dir()), request.training().on().beamOptions());
    ModelRegistry registry = ModelRegistry.create(request.registry(), spec.name());
    opened = Optional.of(registry);
    try (RegistryLock lock = registry.lock(LEASE)) {
      output.title(spec.name());
      QueriedRows rows = QueriedRows.of(spec, registry, output.ofTraining());
      try {
        Optional<Decision> decision = decided(registry, lock, rows.spec());
        cleanUp(rows);
        return decision;
      } catch (WrongInputException | BrokenFileException e) {
        rows.delete(); // the same rows would end the same; after all else, the next run has them
        throw e;
      }
    } finally {
      registry.notes().forEach(note -> output.line("note", note));
    }
  }

  /** What cannot be removed is only said, as the decision has been made. */
  private void cleanUp(QueriedRows rows) {
    try {
      rows.delete();
    } catch (UncheckedIOException e) {
      output.line("note", e.getMessage());
    }
  }

  private Optional<Decision> decided(ModelRegistry registry, RegistryLock lock, JobSpec job)
      throws IOException, InterruptedException {
    for (int attempt = 1; ; attempt++) {
      try {
        RetrainRun run = new RetrainRun(request, job, registry, lock, output, metrics);
        stoppedBy = run.stoppedBy();
        Optional<Decision> decision = run.decide();
        decided(end(decision).exitCode());
        return decision;
      } catch (RefusedDecisionException e) {
        if (attempt == TRIES || !lock.isHeld()) {
          throw e;
        }
        output.line("again", e.getMessage());
      }
    }
  }

  private void writeMetrics(RetrainOutcome end) {
    if (spec.retrain().prometheus() == null) {
      return;
    }
    Instant now = Instant.now();
    metrics.ended(end, now, Duration.between(started, now));
    try {
      opened.ifPresent(
          registry -> metrics.set("version", registry.current().map(Version::number).orElse(0)));
      metrics.write(spec.retrain().prometheus());
    } catch (RuntimeException e) {
      // A failure to write metrics does not fail the run.
      terminal.error("retrain.prometheus: " + Failure.of(e, RunLog.path()).line());
    }
  }
}
