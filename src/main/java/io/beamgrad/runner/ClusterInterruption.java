package io.beamgrad.runner;

import io.beamgrad.rundir.RunFolder;
import io.beamgrad.terminal.Terminal;
import java.io.IOException;
import java.nio.file.Path;
import java.util.concurrent.TimeUnit;

/**
 * Ends an interrupted launcher's job on a cluster: on a terminal it asks first, in a pipe it
 * cancels the job. It is run as the process ends.
 */
public record ClusterInterruption(
    ClusterRun job, RunFolder folder, String address, Terminal terminal) implements Runnable {
  private static final long PATIENCE_MILLIS = TimeUnit.SECONDS.toMillis(60);

  @Override
  public void run() {
    String out = Terminal.shown(Path.of(folder.path()));
    try {
      if (terminal.isInteractive() && !isToBeCancelled()) {
        terminal.error(
            "job %s goes on at %s; the same command with --out %s follows it"
                .formatted(job.id(), address, out));
        return;
      }
      job.cancel();
      terminal.error(
          ("interrupted, job %s is cancelled; the same command with --out %s continues after the"
                  + " last epoch")
              .formatted(job.id(), out));
    } catch (IOException e) {
      terminal.error(
          "job %s may go on, as %s does not answer: %s"
              .formatted(job.id(), address, FlinkRest.reason(e)));
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  private boolean isToBeCancelled() throws IOException, InterruptedException {
    String answer =
        terminal.ask(
            "\ncancel the job on the cluster, or leave it running? [c/L] ", PATIENCE_MILLIS);
    return answer.startsWith("c") || answer.startsWith("C");
  }
}
