package io.beamgrad.benchmarks;

import io.beamgrad.data.sources.DataPaths;
import io.beamgrad.data.sources.SourceFiles;
import io.beamgrad.data.split.SplitRule;
import io.beamgrad.data.split.SplitSettings;
import io.beamgrad.transforms.RankBlocks;
import io.beamgrad.transforms.ReadExamples;
import io.beamgrad.transforms.ShuffleSettings;
import io.beamgrad.transforms.StartIngest;
import io.beamgrad.transforms.WriteBlocks;
import io.beamgrad.transforms.WriteManifest;
import java.io.BufferedOutputStream;
import java.io.DataOutputStream;
import java.io.File;
import java.io.IOException;
import java.io.OutputStream;
import java.lang.management.ManagementFactory;
import java.math.BigDecimal;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Random;
import java.util.logging.LogManager;
import java.util.stream.Stream;
import org.apache.beam.sdk.Pipeline;
import org.apache.beam.sdk.options.PipelineOptionsFactory;

/**
 * Rows a second from plain IDX files of 28 x 28 pixels to ranked blocks, on embedded Flink. What
 * the same pipeline takes for a handful of rows, its start, is taken off.
 */
final class IngestBenchmark {
  private static final int PIXELS = 28 * 28;
  private static final int FEW_ROWS = 100;
  private static final int ROUNDS = 3;
  private static final int WARM_UP_ROWS = 600_000;
  private static final int WARM_UP_ROUNDS = 5;

  record Cost(double wallSeconds, double cpuSeconds) {}

  private IngestBenchmark() {}

  /** Measures each number of rows with one slot and with two. */
  static void run(List<Integer> sizes) throws IOException {
    LogManager.getLogManager().reset(); // Flink tells of every task
    Table table = new Table("rows", "slots", "seconds", "rows/s", "CPU us/row");
    Path folder = Files.createTempDirectory(Path.of("target"), "ingest");
    try {
      warmUp(folder);
      for (int rows : sizes) {
        Path few = write(folder.resolve("few"), FEW_ROWS);
        Path many = write(folder.resolve("many"), rows);
        for (int slots = 1; slots <= 2; slots++) {
          List<Double> seconds = new ArrayList<>();
          List<Double> cpu = new ArrayList<>();
          for (int i = 0; i < ROUNDS; i++) {
            Cost start = ingest(few, folder.resolve("work"), slots);
            Cost all = ingest(many, folder.resolve("work"), slots);
            seconds.add(all.wallSeconds - start.wallSeconds);
            cpu.add(all.cpuSeconds - start.cpuSeconds);
          }
          double median = Statistics.median(seconds);
          table.add(
              Table.number(rows, 0),
              Integer.toString(slots),
              Table.number(median, 2),
              Table.number(rows / median, 0),
              Table.number(Statistics.median(cpu) / rows * 1e6, 2));
        }
        delete(few);
        delete(many);
      }
    } finally {
      delete(folder);
    }
    System.out.printf(
        "ingest: plain IDX files to ranked blocks on embedded Flink, start-up taken off, medians of"
            + " %d%n",
        ROUNDS);
    table.print();
  }

  /** Java compiles for some seconds, which is start-up too, and would be charged to the first. */
  private static void warmUp(Path folder) throws IOException {
    Path data = write(folder.resolve("warm-up"), WARM_UP_ROWS);
    for (int i = 0; i < WARM_UP_ROUNDS; i++) {
      ingest(data, folder.resolve("work"), 2);
    }
    delete(data);
  }

  private static Cost ingest(Path data, Path work, int slots) throws IOException {
    SplitRule rule = SplitRule.random(new BigDecimal("0.2"));
    SourceFiles source = SourceFiles.idx(DataPaths.of(data, "train"));
    ShuffleSettings shuffle =
        ShuffleSettings.forBytes(source.columns(), rule, 42, source.dataBytes(), work + "/blocks")
            .withClasses(10);
    SplitSettings split = new SplitSettings("bench", source.columns(), rule, BigDecimal.ZERO, 10);
    Pipeline pipeline =
        Pipeline.create(
            PipelineOptionsFactory.fromArgs(
                    "--runner=FlinkRunner",
                    "--flinkMaster=[local]",
                    "--objectReuse=true",
                    "--parallelism=" + slots)
                .create());
    pipeline
        .apply("Start", StartIngest.of(source.units()))
        .get(StartIngest.RANGES)
        .apply("Read", ReadExamples.of(shuffle))
        .apply("WriteBlocks", WriteBlocks.of(shuffle))
        .apply("Rank", RankBlocks.of(split, List.of("bench")))
        .get(RankBlocks.MANIFESTS)
        .apply("Manifest", WriteManifest.to(work + "/manifest.avro"));
    long cpu = cpuNanos();
    long start = System.nanoTime();
    pipeline.run().waitUntilFinish();
    Cost cost = new Cost((System.nanoTime() - start) * 1e-9, (cpuNanos() - cpu) * 1e-9);
    if (!Files.exists(work.resolve("manifest.avro"))) {
      throw new IOException("the ingest left no manifest");
    }
    delete(work);
    return cost;
  }

  static long cpuNanos() {
    return ((com.sun.management.OperatingSystemMXBean) ManagementFactory.getOperatingSystemMXBean())
        .getProcessCpuTime();
  }

  /** Random pixels: what they show makes no difference to an ingest. */
  static Path write(Path folder, int rows) throws IOException {
    Files.createDirectories(folder);
    byte[] pixels = new byte[1 << 20];
    new Random(1).nextBytes(pixels);
    try (DataOutputStream images = create(folder.resolve("train-images-idx3-ubyte"));
        DataOutputStream labels = create(folder.resolve("train-labels-idx1-ubyte"))) {
      images.writeInt(0x803);
      images.writeInt(rows);
      images.writeInt(28);
      images.writeInt(28);
      labels.writeInt(0x801);
      labels.writeInt(rows);
      for (int row = 0; row < rows; row++) {
        images.write(pixels, (int) (row * 7919L % (pixels.length - PIXELS)), PIXELS);
        labels.write(row % 10);
      }
    }
    return folder;
  }

  private static DataOutputStream create(Path file) throws IOException {
    OutputStream out = Files.newOutputStream(file);
    return new DataOutputStream(new BufferedOutputStream(out, 1 << 20));
  }

  static void delete(Path folder) throws IOException {
    if (Files.exists(folder)) {
      try (Stream<Path> files = Files.walk(folder)) {
        files.sorted(Comparator.reverseOrder()).map(Path::toFile).forEach(File::delete);
      }
    }
  }
}
