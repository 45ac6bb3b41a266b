package io.beamgrad.job;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.beamgrad.data.files.Storage;
import io.beamgrad.runner.ClusterJob;
import io.beamgrad.runner.ClusterRun;
import io.beamgrad.runner.FlinkCluster;
import io.beamgrad.schema.FileRange;
import io.beamgrad.terminal.Terminal;
import io.beamgrad.transforms.PrepareWorkers;
import java.util.List;
import java.util.UUID;
import org.apache.beam.sdk.Pipeline;
import org.apache.beam.sdk.options.PipelineOptions;
import org.apache.beam.sdk.values.KV;

/**
 * A folder that the workers of a Flink cluster share with this process, for a job on units of files
 * that nobody resumes.
 *
 * @param content of the mark, by which workers know the folder
 */
record ClusterWork(String folder, String content) {

  /** Makes the pipeline of a job, whose workers are prepared first. */
  @FunctionalInterface
  interface Units {
    Pipeline pipeline(
        PipelineOptions options, PrepareWorkers<KV<Integer, List<FileRange>>> prepare);
  }

  /** The folder, with its mark in it. */
  static ClusterWork in(String folder) {
    ClusterWork work = new ClusterWork(folder, UUID.randomUUID().toString());
    Storage.write(work.mark(), file -> file.write(work.content.getBytes(UTF_8)));
    return work;
  }

  private String mark() {
    return folder + "/mark";
  }

  /** Submits a job, and returns while it runs. */
  ClusterRun submit(
      FlinkCluster cluster, String name, Units units, PipelineOptions options, Terminal terminal)
      throws InterruptedException {
    ClusterRun.Notes notes = new ClusterRun.Notes(folder + "/plain-kernels", null, false);
    ClusterJob job = ClusterJob.of(cluster.rest().address(), name);
    return ClusterRun.submit(
        cluster,
        job,
        with -> units.pipeline(with, PrepareWorkers.of(mark(), content, notes.plainKernels())),
        options,
        notes,
        terminal);
  }
}
