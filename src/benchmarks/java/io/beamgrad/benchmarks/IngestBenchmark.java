package io.beamgrad.benchmarks;

import io.beamgrad.data.sources.DataPaths;
import io.beamgrad.data.sources.SourceFiles;
import java.io.BufferedOutputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Random;

/**
 * Rows a second from plain IDX files of 28 x 28 pixels to ranked blocks, on embedded Flink. What
 * the same pipeline takes for a handful of rows, its start, is taken off.
 */
final class IngestBenchmark {
  private static final int PIXELS = 28 * 28;
  private static final int FEW_ROWS = 100;
  private static final int WARM_UP_ROWS = 600_000;
  private static final int WARM_UP_ROUNDS = 5;

  private IngestBenchmark() {}

  /** Measures each number of rows with one slot and with two. */
  static void run(List<Integer> sizes, int rounds) throws IOException {
    Table table = new Table("rows", "slots", "seconds", "rows/s", "", "CPU us/row");
    Path folder = Files.createTempDirectory(Path.of("target"), "ingest");
    try {
      warmUp(folder);
      for (int rows : sizes) {
        Path few = write(folder.resolve("few"), FEW_ROWS);
        Path many = write(folder.resolve("many"), rows);
        for (int slots = 1; slots <= 2; slots++) {
          EmbeddedFlink.Costs costs =
              EmbeddedFlink.Costs.of(rounds, ingest(few, slots), ingest(many, slots));
          table.add(
              Table.number(rows, 0),
              Integer.toString(slots),
              Table.number(costs.wall(), 2),
              Table.number(rows / costs.wall(), 0),
              costs.rates(rows),
              Table.number(costs.cpu() / rows * 1e6, 2));
        }
        Folders.delete(few);
        Folders.delete(many);
      }
    } finally {
      Folders.delete(folder);
    }
    System.out.printf(
        "ingest: plain IDX files to ranked blocks on embedded Flink, start-up taken off, medians of"
            + " %d%n",
        rounds);
    table.print();
  }

  /** Java compiles for some seconds, which is start-up too, and would be charged to the first. */
  private static void warmUp(Path folder) throws IOException {
    Path data = write(folder.resolve("warm-up"), WARM_UP_ROWS);
    for (int i = 0; i < WARM_UP_ROUNDS; i++) {
      ingest(data, 2).run();
    }
    Folders.delete(data);
  }

  private static EmbeddedFlink.Job ingest(Path data, int slots) {
    SourceFiles source = SourceFiles.idx(DataPaths.of(data, "train"));
    return () -> EmbeddedFlink.ingest(source, 10, data.resolveSibling("work"), slots);
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
}
