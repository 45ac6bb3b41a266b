package io.beamgrad.runner;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.beamgrad.data.files.Storage;
import io.beamgrad.failure.JobFailedException;
import io.beamgrad.failure.WrongInputException;
import io.beamgrad.rundir.RunFolder;
import io.beamgrad.terminal.Terminal;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.function.Function;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.apache.beam.runners.flink.FlinkPipelineOptions;
import org.apache.beam.sdk.Pipeline;
import org.apache.beam.sdk.options.PipelineOptions;
import org.checkerframework.checker.nullness.qual.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A job on a Flink cluster, which runs whether it is followed or not. Its progress comes from the
 * files that it writes, its state from the cluster's REST interface.
 */
public final class ClusterRun {
  private static final Logger LOG = LoggerFactory.getLogger(ClusterRun.class);
  private static final long LOOK_MILLIS = 100;
  private static final int CANCEL_LOOKS = 50;
  private static final long ASK_NANOS = TimeUnit.MILLISECONDS.toNanos(500);
  private static final long SILENCE_NANOS = TimeUnit.SECONDS.toNanos(60);
  private static final Pattern BEAMGRAD_EXCEPTION =
      Pattern.compile("(?m)^(?:Caused by: )?io\\.beamgrad\\.\\w+\\.(\\w+): (.*)$");

  private final FlinkRest rest;
  private final String id;
  private final Notes notes;
  private final Terminal terminal;
  private final long started = System.nanoTime();
  private long lastAnswer = started;
  private long lastFailureMillis;

  private ClusterRun(FlinkRest rest, String id, Notes notes, Terminal terminal) {
    this.rest = rest;
    this.id = id;
    this.notes = notes;
    this.terminal = terminal;
  }

  /**
   * The job of this cluster that works in a run's folder, or has trained the model there since it
   * was last followed; empty where a new job is needed, as after a failure.
   *
   * @throws WrongInputException where a job of another cluster works in the folder
   */
  public static Optional<ClusterRun> attach(
      FlinkCluster cluster, RunFolder folder, Terminal terminal) throws InterruptedException {
    Optional<ClusterJob> noted = ClusterJob.read(folder.clusterJob());
    if (noted.isEmpty()) {
      return Optional.empty();
    }
    try {
      Optional<String> id = cluster.rest().find(noted.get().name());
      if (id.isEmpty()) {
        noted.get().requireEnded(Terminal.shown(Path.of(folder.path())));
        return Optional.empty();
      }
      Optional<FlinkRest.Job> job = cluster.rest().job(id.get());
      while (job.isPresent() && job.get().state().equals("CANCELLING")) {
        TimeUnit.MILLISECONDS.sleep(LOOK_MILLIS);
        job = cluster.rest().job(id.get());
      }
      return job.filter(
              found ->
                  !found.hasEnded() || (found.state().equals("FINISHED") && folder.hasSucceeded()))
          .map(found -> new ClusterRun(cluster.rest(), found.id(), Notes.of(folder), terminal));
    } catch (IOException e) {
      throw unreachable(cluster.rest(), Notes.of(folder), e);
    }
  }

  /**
   * The files that workers leave for a launcher that follows the job.
   *
   * @param plainKernels the file that a worker without vector kernels writes
   * @param dataIsRead the file that says that no source file has to be read again; null for none
   * @param isResumable whether {@code --resume} resumes the job
   */
  public record Notes(String plainKernels, @Nullable String dataIsRead, boolean isResumable) {
    public static Notes of(RunFolder folder) {
      return new Notes(folder.plainKernelsNote(), folder.manifest(), true);
    }

    /** How to resume the job; empty where it cannot be resumed. */
    private String hint(String resume) {
      return isResumable ? resume : "";
    }
  }

  /**
   * Submits a job, and returns while it runs.
   *
   * @param job the job's name, which has been noted in the run's folder
   * @throws JobFailedException where the cluster refuses the job
   */
  public static ClusterRun submit(
      FlinkCluster cluster,
      ClusterJob job,
      Function<PipelineOptions, Pipeline> pipeline,
      PipelineOptions options,
      Notes notes,
      Terminal terminal)
      throws InterruptedException {
    FlinkPipelineOptions flink = options.as(FlinkPipelineOptions.class);
    flink.setFlinkMaster("[auto]");
    flink.setJobName(job.name());
    flink.setAttachedMode(false);
    try (ClusterEnvironments environments = ClusterEnvironments.of(cluster)) {
      pipeline.apply(options).run();
      String id = cluster.rest().find(job.name()).orElseThrow();
      LOG.info("submitted job {} to {}", id, cluster.rest().address());
      return new ClusterRun(cluster.rest(), id, notes, terminal);
    } catch (IOException e) {
      throw unreachable(cluster.rest(), notes, e);
    } catch (RuntimeException e) {
      LOG.error("the job was not submitted", e);
      throw new JobFailedException(
          "the Flink cluster at %s did not take the job: %s"
              .formatted(cluster.rest().address(), rootMessage(e)),
          e);
    }
  }

  public String id() {
    return id;
  }

  /** Asks the cluster to cancel the job, and waits a little until it does so. */
  public void cancel() throws IOException, InterruptedException {
    rest.cancel(id);
    for (int i = 0; i < CANCEL_LOOKS; i++) {
      Optional<FlinkRest.Job> job = rest.job(id);
      if (job.isEmpty() || job.get().hasEnded() || job.get().state().equals("CANCELLING")) {
        return;
      }
      TimeUnit.MILLISECONDS.sleep(LOOK_MILLIS);
    }
  }

  /**
   * Looks at the progress again and again until the job has ended, and once more after it.
   *
   * @param startSeconds how long the job may wait for its first slot
   * @throws WrongInputException where the cluster's workers do not find a folder or a file
   * @throws JobFailedException where the job failed, was cancelled, got no slot, or the cluster is
   *     gone
   */
  public void follow(Runnable look, int startSeconds) throws InterruptedException {
    long asked = System.nanoTime() - ASK_NANOS;
    boolean hasEnded = false;
    boolean hasStarted = false;
    boolean saidPlain = false;
    while (!hasEnded) {
      TimeUnit.MILLISECONDS.sleep(LOOK_MILLIS);
      if (System.nanoTime() - asked > ASK_NANOS) {
        asked = System.nanoTime();
        Optional<FlinkRest.Job> job = ask();
        hasEnded = job.filter(FlinkRest.Job::hasEnded).isPresent();
        hasStarted |= job.filter(FlinkRest.Job::hasStarted).isPresent();
        if (!hasStarted && !hasEnded) {
          requireSlots(startSeconds);
        }
        if (hasEnded) {
          requireFinished(job.get().state());
        }
        if (!saidPlain) {
          saidPlain = sayPlain(notes.plainKernels());
        }
      }
      look.run();
    }
  }

  /**
   * Asks for the job's state, and reports new failures; empty where the cluster does not answer
   * now.
   */
  private Optional<FlinkRest.Job> ask() throws InterruptedException {
    try {
      Optional<FlinkRest.Job> job = rest.job(id);
      if (job.isEmpty()) {
        throw new JobFailedException(
            "the Flink cluster at %s does not know job %s any more%s"
                .formatted(rest.address(), id, notes.hint("; --resume starts it again")));
      }
      if (!job.get().hasEnded()) {
        reportRestart();
      }
      lastAnswer = System.nanoTime();
      return job;
    } catch (IOException e) {
      LOG.warn("{} does not answer: {}", rest.address(), FlinkRest.reason(e));
      if (System.nanoTime() - lastAnswer > SILENCE_NANOS) {
        throw unreachable(rest, notes, e);
      }
      return Optional.empty();
    }
  }

  /** Reports a failure that a restart may heal; ends the job for any other. */
  private void reportRestart() throws IOException, InterruptedException {
    Optional<FlinkRest.TaskFailure> failure = rest.newestFailure(id);
    if (failure.isEmpty() || failure.get().timeMillis() <= lastFailureMillis) {
      return;
    }
    lastFailureMillis = failure.get().timeMillis();
    String trace = failure.get().trace();
    LOG.warn("a task of job {} failed: {}", id, trace);
    Optional<WrongInputException> wrong = wrongInput(trace);
    if (wrong.isPresent()) {
      cancel();
      throw wrong.get();
    }
    terminal.line(
        "a task failed and is started again%s: %s"
            .formatted(
                notes.dataIsRead() != null && Storage.exists(notes.dataIsRead())
                    ? ", with the data that is read already"
                    : "",
                said(trace)));
  }

  private void requireFinished(String state) throws InterruptedException {
    if (state.equals("FINISHED")) {
      return;
    }
    if (state.equals("CANCELED")) {
      throw new JobFailedException(
          "job %s was cancelled%s"
              .formatted(id, notes.hint("; --resume continues after the last epoch")));
    }
    String trace = "";
    try {
      trace = rest.newestFailure(id).map(FlinkRest.TaskFailure::trace).orElse("no reason given");
    } catch (IOException e) {
      LOG.warn("why the job failed is not known: {}", FlinkRest.reason(e));
    }
    LOG.error("job {} is {}: {}", id, state, trace);
    Optional<WrongInputException> wrong = wrongInput(trace);
    if (wrong.isPresent()) {
      throw wrong.get();
    }
    throw new JobFailedException("job %s failed: %s".formatted(id, said(trace)));
  }

  private void requireSlots(int seconds) throws InterruptedException {
    if (System.nanoTime() - started < TimeUnit.SECONDS.toNanos(seconds)) {
      return;
    }
    FlinkRest.Overview overview = rest.overview();
    try {
      cancel();
    } catch (IOException e) {
      throw unreachable(rest, notes, e);
    }
    throw new JobFailedException(
        ("the Flink cluster at %s had no free slots for the job within %s s (%s slots in"
                + " all); a smaller --parallelism needs fewer")
            .formatted(rest.address(), seconds, overview.slots()));
  }

  /** Says that a worker has no vector kernels; true where the worker has left the note. */
  private boolean sayPlain(String note) {
    Optional<byte[]> host = Storage.readIfThere(note);
    if (host.isEmpty()) {
      return false;
    }
    String said =
        ("%s with plain kernels, to the same bits but slower: Java on %s lacks"
                + " --add-modules=jdk.incubator.vector (Flink's env.java.opts.all)")
            .formatted(notes.isResumable() ? "trains" : "computes", new String(host.get(), UTF_8));
    LOG.warn("{}", said);
    terminal.line(said);
    return true;
  }

  /** The error in the input that a worker has found, which no restart heals. */
  private static Optional<WrongInputException> wrongInput(String trace) {
    Matcher exception = BEAMGRAD_EXCEPTION.matcher(trace);
    while (exception.find()) {
      if (exception.group(1).matches("(MissingData|BrokenFile|WrongInput)Exception")) {
        return Optional.of(new WrongInputException(exception.group(2)));
      }
    }
    return Optional.empty();
  }

  /** The innermost cause of a stack trace in one line. */
  static String said(String trace) {
    String[] causes = trace.lines().filter(line -> !line.startsWith("\t")).toArray(String[]::new);
    String last = trace.strip();
    for (String line : causes) {
      if (line.startsWith("Caused by: ")) {
        last = line.substring("Caused by: ".length());
      }
    }
    return last.lines()
        .findFirst()
        .orElse("")
        .replaceFirst("^(?:[a-z]\\w*\\.)+(?:\\w+\\$)?(\\w+): ", "$1: ");
  }

  private static JobFailedException unreachable(FlinkRest rest, Notes notes, IOException cause) {
    return new JobFailedException(
        "the Flink cluster at %s does not answer (%s); the job may go on there%s"
            .formatted(
                rest.address(), FlinkRest.reason(cause), notes.hint(", --resume follows it")),
        cause);
  }

  private static String rootMessage(Throwable thrown) {
    Throwable root = thrown;
    while (root.getCause() != null) {
      root = root.getCause();
    }
    return root.getMessage() == null
        ? root.getClass().getSimpleName()
        : root.getMessage().lines().findFirst().orElse("");
  }
}
