package io.beamgrad.benchmarks;

import java.io.IOException;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Function;

/** Whole programs that do the same work, in turns; the first is compared with each other. */
final class Contest {
  /** A program that can be run again. */
  interface Entry {
    Run run() throws IOException, InterruptedException;
  }

  /**
   * One run of it.
   *
   * @param scores what it says of itself, as many numbers as the contest names; NaN where it does
   *     not say
   */
  record Run(Program program, List<Double> scores) {}

  private final List<String> scores;
  private final Map<String, Entry> entries = new LinkedHashMap<>();
  private final Map<String, List<Run>> runs = new LinkedHashMap<>();

  Contest(String... scores) {
    this.scores = List.of(scores);
  }

  void add(String name, Entry entry) {
    entries.put(name, entry);
    runs.put(name, new ArrayList<>());
  }

  void run(int rounds) throws IOException, InterruptedException {
    for (int i = 0; i < rounds; i++) {
      for (Map.Entry<String, Entry> entry : entries.entrySet()) {
        runs.get(entry.getKey()).add(entry.getValue().run());
      }
    }
  }

  /** Seconds of each run. */
  List<Double> seconds(String name) {
    return each(name, run -> run.program().wallSeconds());
  }

  /** CPU seconds of each run. */
  List<Double> cpuSeconds(String name) {
    return each(name, run -> run.program().cpuSeconds());
  }

  /** The median of a score. */
  double score(String name, int score) {
    return Statistics.median(each(name, run -> run.scores().get(score)));
  }

  /** The first of what each run says of itself. */
  List<Double> firstScores(String name) {
    return each(name, run -> run.scores().get(0));
  }

  /** The median of the runs' most memory. */
  double peakMegabytes(String name) {
    return Statistics.median(each(name, run -> run.program().peakMegabytes()));
  }

  private List<Double> each(String name, Function<Run, Number> of) {
    return runs.get(name).stream().map(run -> of.apply(run).doubleValue()).toList();
  }

  /** Medians, with the least and the most; a ratio is that of the first's median to this one's. */
  void print() {
    List<String> heading = new ArrayList<>(List.of("program", "seconds", "", "CPU s", "peak MB"));
    heading.addAll(scores);
    heading.add("ratio");
    Table table = new Table(heading.toArray(new String[0]));
    double first = Double.NaN;
    for (String name : entries.keySet()) {
      double seconds = Statistics.median(seconds(name));
      List<String> cells = new ArrayList<>(List.of(name, Table.number(seconds, 2)));
      cells.add(Statistics.spread(seconds(name), 2));
      cells.add(Table.number(Statistics.median(cpuSeconds(name)), 1));
      cells.add(Table.number(peakMegabytes(name), 0));
      for (int i = 0; i < scores.size(); i++) {
        double median = score(name, i);
        cells.add(Double.isNaN(median) ? "" : Table.number(median, 4));
      }
      cells.add(Double.isNaN(first) ? "" : Table.number(first / seconds, 2));
      first = Double.isNaN(first) ? seconds : first;
      table.add(cells.toArray(new String[0]));
    }
    table.print();
  }
}
