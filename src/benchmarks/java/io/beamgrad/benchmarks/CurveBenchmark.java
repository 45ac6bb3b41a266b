package io.beamgrad.benchmarks;

import io.beamgrad.Python;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.ToDoubleFunction;

/**
 * Quality against seconds of training on a drawn table of prices: the spec that {@code init}
 * writes, nothing edited but for test rows, which are files of their own; with one member and with
 * eight, in turns with the same recipe in PyTorch.
 */
final class CurveBenchmark {
  private static final int MEMBERS = 8;
  private static final String PEER = "scripts/bench_recipe.py";
  private static final String TARGET = "price";

  private final Path folder;
  private final int rows;
  private final Optional<Python> python;
  private final List<CurveRun> single = new ArrayList<>();
  private final List<CurveRun> torch = new ArrayList<>();

  private CurveBenchmark(Path folder, int rows, Optional<Python> python) {
    this.folder = folder;
    this.rows = rows;
    this.python = python;
  }

  static void run(List<Integer> sizes, int rounds) throws IOException, InterruptedException {
    for (int rows : sizes) {
      Path folder = Files.createTempDirectory(Path.of("target"), "curve");
      try {
        new CurveBenchmark(folder, rows, Python.with("pandas, torch")).run(rounds);
      } finally {
        Folders.delete(folder);
      }
    }
  }

  static long write(Path file, int rows, long seed) throws IOException {
    try (OutputStream out = Files.newOutputStream(file)) {
      return new PriceTable(seed).write(out, rows);
    }
  }

  private void run(int rounds) throws IOException, InterruptedException {
    write(folder.resolve("train.csv"), rows, 1);
    write(folder.resolve("test.csv"), Math.max(1, rows / 4), 2);
    Program.run(
        List.of(
            "scripts/beamgrad",
            "init",
            folder.resolve("train.csv").toString(),
            "--target",
            TARGET,
            "--out",
            spec().toString()));
    System.out.printf(
        "curve: %,d rows of %d columns, the spec that init writes; R2 on %,d other rows; medians of"
            + " %d%n",
        rows, PriceTable.COLUMNS, Math.max(1, rows / 4), rounds);
    for (int i = 0; i < rounds; i++) {
      single.add(ours(1));
      if (python.isPresent()) {
        torch.add(theirs(single.get(0).isRefit()));
      }
    }
    CurveRun eight = ours(MEMBERS);
    printCurve();
    System.out.println();
    printPrograms(eight);
    Peers.sayWhere(python, "pandas and PyTorch");
  }

  private Path spec() {
    return folder.resolve("curve.yaml");
  }

  private CurveRun ours(int members) throws IOException, InterruptedException {
    Path run = folder.resolve("run");
    try {
      TrainingRun training =
          TrainingRun.kept(
              run, spec(), "--set", "split.test=0", "--set", "ensemble.members=" + members);
      return CurveRun.ours(training, run, folder.resolve("test.csv"));
    } finally {
      Folders.delete(run);
    }
  }

  private CurveRun theirs(boolean isRefit) throws IOException, InterruptedException {
    List<String> command = new ArrayList<>(List.of(python.orElseThrow().command(), PEER));
    command.add(folder.resolve("train.csv").toString());
    command.add(folder.resolve("test.csv").toString());
    command.addAll(List.of(TARGET, "--numbers", "--curve"));
    if (isRefit) {
      command.add("--refit");
    }
    return CurveRun.theirs(Program.run(command), isRefit);
  }

  /** The validation rows' R2 after 1, 2, 4, ... epochs of the first runs. */
  private void printCurve() {
    CurveRun ours = single.get(0);
    Table table = new Table("epochs", "beamgrad s", "R2", "PyTorch s", "R2");
    for (int epoch = 1; epoch <= ours.points().size(); epoch *= 2) {
      CurveRun.Point point = ours.points().get(epoch - 1);
      List<String> cells = new ArrayList<>(List.of(Integer.toString(epoch)));
      cells.addAll(List.of(Table.number(point.seconds(), 1), Table.number(point.r2(), 4)));
      if (torch.isEmpty() || torch.get(0).points().size() < epoch) {
        cells.addAll(List.of("", ""));
      } else {
        CurveRun.Point theirs = torch.get(0).points().get(epoch - 1);
        cells.addAll(List.of(Table.number(theirs.seconds(), 1), Table.number(theirs.r2(), 4)));
      }
      table.add(cells.toArray(String[]::new));
    }
    table.print();
  }

  private void printPrograms(CurveRun eight) {
    double peak = Peak.gflopsOfAllCores();
    double one = seconds(single);
    Table table =
        new Table(
            "program", "seconds", "", "CPU s", "peak MB", "R2", "GFLOP/s", "of peak", "ratio");
    add(table, "1 member", single, peak, Double.NaN);
    add(table, MEMBERS + " members", List.of(eight), peak, eight.seconds() / one);
    if (!torch.isEmpty()) {
      add(table, "PyTorch, the recipe", torch, peak, one / seconds(torch));
    }
    table.print();
    System.out.printf(
        "  seconds are of the whole program, %s; %s GFLOP/s is the peak of all cores together;%n"
            + "  the ratios are that of eight members to one and that of one to PyTorch%n",
        single.get(0).isRefit() ? "with its refit" : "without a refit", Table.number(peak, 0));
  }

  private static void add(
      Table table, String name, List<CurveRun> runs, double peak, double ratio) {
    List<Double> seconds = runs.stream().map(CurveRun::seconds).toList();
    double gflops = runs.get(0).flops() * 1e-9 / Statistics.median(seconds);
    table.add(
        name,
        Table.number(Statistics.median(seconds), 1),
        Statistics.spread(seconds, 1),
        Table.number(median(runs, run -> run.program().cpuSeconds()), 1),
        Table.number(median(runs, run -> run.program().peakMegabytes()), 0),
        Table.number(median(runs, CurveRun::r2), 4),
        Double.isNaN(gflops) ? "" : Table.number(gflops, 1),
        Double.isNaN(gflops) ? "" : Table.number(100 * gflops / peak, 0) + "%",
        Double.isNaN(ratio) ? "" : Table.number(ratio, 2));
  }

  private static double seconds(List<CurveRun> runs) {
    return median(runs, CurveRun::seconds);
  }

  private static double median(List<CurveRun> runs, ToDoubleFunction<CurveRun> of) {
    return Statistics.median(runs.stream().map(run -> of.applyAsDouble(run)).toList());
  }
}
