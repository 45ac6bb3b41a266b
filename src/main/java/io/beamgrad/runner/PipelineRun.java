package io.beamgrad.runner;

import io.beamgrad.failure.Failure;
import io.beamgrad.failure.JobFailedException;
import io.beamgrad.failure.WrongInputException;
import io.beamgrad.rundir.RunLog;
import java.util.function.Function;
import org.apache.beam.sdk.Pipeline;
import org.apache.beam.sdk.options.PipelineOptions;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Runs a pipeline on a thread of its own, so that its progress can be followed. */
public final class PipelineRun {
  private static final Logger LOG = LoggerFactory.getLogger(PipelineRun.class);

  private final Thread thread;
  private volatile Throwable failure;

  private PipelineRun(Function<PipelineOptions, Pipeline> pipeline, PipelineOptions options) {
    thread = new Thread(() -> run(pipeline, options), "pipeline");
    thread.setDaemon(true);
  }

  public static PipelineRun start(
      Function<PipelineOptions, Pipeline> pipeline, PipelineOptions options) {
    PipelineRun run = new PipelineRun(pipeline, options);
    run.thread.start();
    return run;
  }

  private void run(Function<PipelineOptions, Pipeline> pipeline, PipelineOptions options) {
    try (EmbeddedFlink flink = EmbeddedFlink.configure(options)) {
      pipeline.apply(options).run().waitUntilFinish();
    } catch (Pipeline.PipelineExecutionException e) {
      LOG.error("the pipeline failed", e);
      failure = e.getCause() == null ? e : e.getCause();
    } catch (RuntimeException | Error e) {
      LOG.error("the pipeline failed", e);
      failure = e;
    }
  }

  /**
   * Looks at the progress again and again until the pipeline has ended, and once more after it.
   *
   * @throws JobFailedException where the pipeline threw
   */
  public void follow(Runnable look, long everyMillis) throws InterruptedException {
    while (thread.isAlive()) {
      thread.join(everyMillis);
      look.run();
    }
    look.run();
    if (failure != null) {
      Failure known = Failure.of(failure, RunLog.path());
      if (known.exitCode() == Failure.WRONG_INPUT) {
        throw new WrongInputException(known.line(), failure);
      }
      throw new JobFailedException(known.line(), failure);
    }
  }
}
