package io.beamgrad.benchmarks;

import io.beamgrad.data.sources.SourceFiles;
import io.beamgrad.data.split.SplitRule;
import io.beamgrad.data.split.SplitSettings;
import io.beamgrad.transforms.RankBlocks;
import io.beamgrad.transforms.ReadExamples;
import io.beamgrad.transforms.ShuffleSettings;
import io.beamgrad.transforms.StartIngest;
import io.beamgrad.transforms.WriteBlocks;
import io.beamgrad.transforms.WriteManifest;
import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.math.BigDecimal;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.logging.LogManager;
import org.apache.beam.sdk.Pipeline;
import org.apache.beam.sdk.options.PipelineOptionsFactory;

/** Pipelines on embedded Flink in this process, which has compiled them when they are measured. */
final class EmbeddedFlink {
  private EmbeddedFlink() {}

  /** Seconds of the clock, and of all threads' CPU. */
  record Cost(double wallSeconds, double cpuSeconds) {}

  /** A job that can be run again. */
  interface Job {
    Cost run() throws IOException;
  }

  /** What the rounds of a job took beyond the same job of a handful of rows, its start. */
  record Costs(List<Double> wallSeconds, List<Double> cpuSeconds) {
    static Costs of(int rounds, Job few, Job many) throws IOException {
      Costs costs = new Costs(new ArrayList<>(), new ArrayList<>());
      for (int i = 0; i < rounds; i++) {
        Cost start = few.run();
        Cost all = many.run();
        costs.wallSeconds.add(all.wallSeconds - start.wallSeconds);
        costs.cpuSeconds.add(all.cpuSeconds - start.cpuSeconds);
      }
      return costs;
    }

    double wall() {
      return Statistics.median(wallSeconds);
    }

    double cpu() {
      return Statistics.median(cpuSeconds);
    }

    /** Rows a second of the slowest round and of the fastest. */
    String rates(long rows) {
      return Statistics.spread(wallSeconds.stream().map(seconds -> rows / seconds).toList(), 0);
    }
  }

  static Pipeline pipeline(int slots) {
    LogManager.getLogManager().reset(); // Flink tells of every task
    return Pipeline.create(
        PipelineOptionsFactory.fromArgs(
                "--runner=FlinkRunner",
                "--flinkMaster=[local]",
                "--objectReuse=true",
                "--parallelism=" + slots)
            .create());
  }

  static Cost cost(Pipeline pipeline) {
    long cpu = cpuNanos();
    long start = System.nanoTime();
    pipeline.run().waitUntilFinish();
    return new Cost((System.nanoTime() - start) * 1e-9, (cpuNanos() - cpu) * 1e-9);
  }

  /**
   * From files to ranked blocks.
   *
   * @param classes as those of {@link SplitSettings}
   * @param work a folder, which is deleted
   */
  static Cost ingest(SourceFiles source, int classes, Path work, int slots) throws IOException {
    SplitRule rule = SplitRule.random(new BigDecimal("0.2"));
    ShuffleSettings shuffle =
        ShuffleSettings.forBytes(
                source.columns(), 0, rule, 42, source.dataBytes(), work + "/blocks")
            .withClasses(classes);
    SplitSettings split =
        new SplitSettings("bench", source.columns(), rule, BigDecimal.ZERO, classes);
    Pipeline pipeline = pipeline(slots);
    pipeline
        .apply("Start", StartIngest.of(source.units()))
        .get(StartIngest.RANGES)
        .apply("Read", ReadExamples.of(shuffle))
        .apply("WriteBlocks", WriteBlocks.of(shuffle))
        .apply("Rank", RankBlocks.of(split, List.of("bench")))
        .get(RankBlocks.MANIFESTS)
        .apply("Manifest", WriteManifest.to(work + "/manifest.avro"));
    Cost cost = cost(pipeline);
    if (!Files.exists(work.resolve("manifest.avro"))) {
      throw new IOException("the ingest left no manifest");
    }
    Folders.delete(work);
    return cost;
  }

  private static long cpuNanos() {
    return ((com.sun.management.OperatingSystemMXBean) ManagementFactory.getOperatingSystemMXBean())
        .getProcessCpuTime();
  }
}
