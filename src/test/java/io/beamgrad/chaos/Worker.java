package io.beamgrad.chaos;

import io.beamgrad.runner.TestCluster;
import java.io.IOException;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.function.BooleanSupplier;

/** Follows which TaskManager works on a job; asking takes longer than some stages do. */
final class Worker {

  /** The job's id, once there is one. */
  interface Job {
    Optional<String> id() throws IOException;
  }

  private volatile ProcessHandle last;

  private Worker() {}

  static Worker follow(TestCluster cluster, Job job, Process command) {
    Worker worker = new Worker();
    Thread thread = new Thread(() -> worker.follow(cluster, job, command::isAlive), "worker");
    thread.setDaemon(true);
    thread.start();
    return worker;
  }

  private void follow(TestCluster cluster, Job job, BooleanSupplier isAlive) {
    while (isAlive.getAsBoolean()) {
      try {
        Optional<String> id = job.id();
        if (id.isPresent()) {
          last = cluster.worker(id.get());
        }
        TimeUnit.MILLISECONDS.sleep(50);
      } catch (IOException | RuntimeException e) {
        // No task of it runs just now, or the cluster does not answer.
      } catch (InterruptedException e) {
        return;
      }
    }
  }

  Optional<ProcessHandle> last() {
    return Optional.ofNullable(last);
  }
}
