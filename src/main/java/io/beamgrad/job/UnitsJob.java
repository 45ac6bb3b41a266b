package io.beamgrad.job;

import io.beamgrad.data.files.Storage;
import io.beamgrad.failure.BrokenFileException;
import io.beamgrad.failure.JobFailedException;
import io.beamgrad.failure.MissingDataException;
import io.beamgrad.rundir.WorkPlace;
import io.beamgrad.runner.ClusterRun;
import io.beamgrad.runner.FlinkCluster;
import io.beamgrad.runner.FlinkRest;
import io.beamgrad.runner.RunnerOptions;
import io.beamgrad.runner.RunnerSettings;
import io.beamgrad.schema.FileRange;
import io.beamgrad.terminal.ProgressBar;
import io.beamgrad.terminal.Terminal;
import io.beamgrad.transforms.ProcessUnits;
import io.beamgrad.transforms.StartUnits;
import io.beamgrad.transforms.UnitTask;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.apache.avro.specific.SpecificRecord;
import org.apache.beam.sdk.Pipeline;
import org.apache.beam.sdk.io.FileSystems;
import org.apache.beam.sdk.options.PipelineOptions;

/**
 * Does a task with units of ranges of files: on the workers of the Flink cluster that a job runs
 * on, else on all processors of this machine, where a pipeline would take longer to start than most
 * data to read. What comes of it is in the order of the units, the same everywhere.
 *
 * @param on who runs the job
 * @param folder for what workers of a cluster find; deleted before and after
 * @param addresses of the data
 */
public record UnitsJob(
    RunnerSettings on, String folder, List<String> addresses, Terminal terminal) {
  public UnitsJob {
    addresses = List.copyOf(addresses);
  }

  /** On all processors of this machine, whatever runs the job. */
  public static UnitsJob here(Terminal terminal) {
    return new UnitsJob(
        new RunnerSettings(null, null, null, RunnerSettings.SLOT_SECONDS, false, List.of()),
        "",
        List.of(),
        terminal);
  }

  /**
   * Does the task.
   *
   * @param name of the task, as the progress and the cluster show it
   * @throws BrokenFileException where the data of a unit, the first of such, cannot be used
   * @throws MissingDataException where a file is gone
   * @throws JobFailedException where the cluster's job failed
   */
  public <R extends SpecificRecord> List<R> process(
      String name, UnitTask<R> task, Class<R> type, List<List<FileRange>> units)
      throws InterruptedException {
    Optional<FlinkCluster> cluster = units.isEmpty() ? Optional.empty() : on.cluster();
    try {
      return cluster.isEmpty()
          ? here(name, task, units)
          : on(cluster.get(), name, task, type, units);
    } finally {
      terminal.clearStatus();
    }
  }

  private <R> List<R> here(String name, UnitTask<R> task, List<List<FileRange>> units)
      throws InterruptedException {
    ExecutorService threads =
        Executors.newFixedThreadPool(
            Runtime.getRuntime().availableProcessors(),
            work -> {
              Thread thread = new Thread(work, name);
              thread.setDaemon(true);
              return thread;
            });
    try {
      List<Future<List<R>>> parts = new ArrayList<>();
      units.forEach(unit -> parts.add(threads.submit(() -> task.of(unit))));
      List<R> all = new ArrayList<>();
      for (int i = 0; i < parts.size(); i++) {
        show(name, i, parts.size());
        if (Thread.interrupted()) { // which a part that is done already does not look at
          throw new InterruptedException(name + " was interrupted");
        }
        all.addAll(parts.get(i).get());
      }
      return all;
    } catch (ExecutionException e) {
      if (e.getCause() instanceof RuntimeException thrown) {
        throw thrown;
      }
      if (e.getCause() instanceof Error thrown) {
        throw thrown;
      }
      throw new IllegalStateException(e.getCause());
    } finally {
      threads.shutdownNow();
    }
  }

  private void show(String name, int done, int units) {
    if (terminal.isLive()) {
      terminal.status(ProgressBar.text(name, done, units, 0, terminal.width()));
    }
  }

  private <R extends SpecificRecord> List<R> on(
      FlinkCluster cluster,
      String name,
      UnitTask<R> task,
      Class<R> type,
      List<List<FileRange>> units)
      throws InterruptedException {
    List<String> places = new ArrayList<>(addresses);
    places.add(folder);
    PipelineOptions options =
        RunnerOptions.of(
            on.runner(),
            on.workers(Optional.of(cluster)),
            WorkPlace.beamOptions(places, on.beamOptions()));
    if (places.stream().anyMatch(Storage::isRemote)) {
      FileSystems.setDefaultPipelineOptions(options);
    }
    Storage.delete(folder);
    try {
      ClusterWork work = ClusterWork.in(folder);
      ClusterRun run =
          work.submit(
              cluster,
              name,
              (with, prepare) -> {
                Pipeline pipeline = Pipeline.create(with);
                pipeline
                    .apply("StartUnits", StartUnits.of(units))
                    .apply("PrepareWorkers", prepare)
                    .apply("ProcessUnits", ProcessUnits.of(task, type, folder + "/units"));
                return pipeline;
              },
              options,
              terminal);
      follow(run, name, units.size());
      return ProcessUnits.read(type, folder + "/units", units.size());
    } finally {
      Storage.delete(folder);
    }
  }

  private void follow(ClusterRun run, String name, int units) throws InterruptedException {
    try {
      run.follow(() -> look(name, units), on.slotSeconds());
    } catch (InterruptedException e) {
      cancel(run);
      throw e;
    }
  }

  private void look(String name, int units) {
    if (terminal.isLive() && !Storage.isRemote(folder)) {
      show(name, Storage.list(folder + "/units").size(), units);
    }
  }

  private void cancel(ClusterRun run) {
    try {
      run.cancel();
    } catch (IOException e) {
      terminal.error("job %s may go on: %s".formatted(run.id(), FlinkRest.reason(e)));
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }
}
