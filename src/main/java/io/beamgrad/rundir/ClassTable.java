package io.beamgrad.rundir;

import io.beamgrad.data.rows.RejectText;
import io.beamgrad.report.NumberText;
import io.beamgrad.schema.ClassScores;
import io.beamgrad.schema.Confusion;
import io.beamgrad.schema.RunEvaluation;
import io.beamgrad.schema.Split;
import io.beamgrad.terminal.Terminal;
import io.beamgrad.train.ClassCounts;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.stream.IntStream;
import org.checkerframework.checker.nullness.qual.Nullable;

/** How well a model tells classes apart, one by one, as text and as a record. */
public record ClassTable(List<String> labels, ClassCounts counts) {
  private static final int MOST_LISTED = 20;
  private static final int MOST_CONFUSED = 10;
  private static final int MOST_TOP = 5;
  private static final int MOST_PAIRS = 10;
  private static final int LONGEST_LABEL = 20;

  static ClassTable of(Confusion confusion) {
    long[][] counts =
        confusion.getCounts().stream().map(ClassTable::toLongs).toArray(long[][]::new);
    long[] ranks = toLongs(confusion.getRanks());
    boolean areUnknown = !confusion.getUnknown().isEmpty();
    long[] unknown = areUnknown ? toLongs(confusion.getUnknown()) : new long[ranks.length];
    if (confusion.getWeights() == null) {
      return new ClassTable(
          confusion.getLabels(), new ClassCounts(counts, ranks, unknown, null, null, null));
    }
    return new ClassTable(
        confusion.getLabels(),
        new ClassCounts(
            counts,
            ranks,
            unknown,
            confusion.getWeights().stream().map(ClassTable::toDoubles).toArray(double[][]::new),
            toDoubles(confusion.getRankWeights()),
            areUnknown ? toDoubles(confusion.getUnknownWeights()) : new double[ranks.length]));
  }

  private static long[] toLongs(List<Long> numbers) {
    return numbers.stream().mapToLong(Long::longValue).toArray();
  }

  private static double[] toDoubles(List<Double> numbers) {
    return numbers.stream().mapToDouble(Double::doubleValue).toArray();
  }

  /**
   * Precision, recall and F1 of each class, then the confusion matrix in rows, while they are few;
   * where that does not fit, what was confused most often.
   */
  public List<String> lines(Terminal terminal) {
    List<String> lines = new ArrayList<>();
    if (labels.size() > MOST_LISTED) {
      lines.add(
          String.format(
              Locale.ROOT,
              "%,d classes%s",
              labels.size(),
              counts.hasPairs() ? "; --json lists each" : ""));
      return lines;
    }
    int longest = labels.stream().mapToInt(label -> shown(label).length()).max().orElse(0);
    int width = Math.max("class".length(), longest);
    boolean isNarrow = !terminal.hasRoomFor(width + 44 + weightWidth());
    String words = isNarrow ? "%s %7s%s %9s %7s %7s" : "%s  %9s%s  %9s  %9s  %9s";
    String numbers = isNarrow ? "%s %,7d%s %9.4f %7.4f %7.4f" : "%s  %,9d%s  %9.4f  %9.4f  %9.4f";
    String first = padded("class", width);
    String weight = weightCell("weight");
    lines.add(
        String.format(Locale.ROOT, words, first, "rows", weight, "precision", "recall", "f1"));
    for (int c = 0; c < labels.size(); c++) {
      lines.add(
          String.format(
              Locale.ROOT,
              numbers,
              padded(shown(labels.get(c)), width),
              counts.rows(c),
              weightCell(NumberText.brief(counts.weight(c))),
              counts.precision(c),
              counts.recall(c),
              counts.f1(c)));
    }
    if (labels.size() <= MOST_CONFUSED) {
      addConfusion(lines, width, terminal);
    }
    return lines;
  }

  private int weightWidth() {
    return weightCell("").length();
  }

  /** A cell of what a class's rows weigh; empty where rows have no weights. */
  private String weightCell(String text) {
    return counts.isWeighted() ? String.format(Locale.ROOT, "  %9s", text) : "";
  }

  private void addConfusion(List<String> lines, int first, Terminal terminal) {
    List<List<String>> cells =
        IntStream.range(0, labels.size())
            .mapToObj(
                label ->
                    IntStream.range(0, labels.size())
                        .mapToObj(
                            taken -> String.format(Locale.ROOT, "%,d", counts.count(label, taken)))
                        .toList())
            .toList();
    List<String> names = labels.stream().map(ClassTable::shown).toList();
    int width =
        IntStream.concat(
                names.stream().mapToInt(String::length),
                cells.stream().flatMap(List::stream).mapToInt(String::length))
            .max()
            .orElse(1);
    if (!terminal.hasRoomFor(first + labels.size() * (2 + width))) {
      addConfused(lines);
      return;
    }
    lines.add(counts.isWeighted() ? "rows taken for" : "taken for");
    lines.add(row(padded("", first), names, width));
    for (int label = 0; label < labels.size(); label++) {
      lines.add(row(padded(names.get(label), first), cells.get(label), width));
    }
  }

  /** The pairs that were confused most often, a line each. */
  private void addConfused(List<String> lines) {
    record Pair(int label, int taken) {}
    IntStream.range(0, labels.size() * labels.size())
        .mapToObj(i -> new Pair(i / labels.size(), i % labels.size()))
        .filter(pair -> pair.label != pair.taken && counts.count(pair.label, pair.taken) > 0)
        .sorted(
            Comparator.comparingLong((Pair pair) -> -counts.count(pair.label, pair.taken))
                .thenComparingInt(Pair::label)
                .thenComparingInt(Pair::taken))
        .limit(MOST_PAIRS)
        .forEach(
            pair ->
                lines.add(
                    String.format(
                        Locale.ROOT,
                        "%s taken for %s: %,d",
                        shown(labels.get(pair.label)),
                        shown(labels.get(pair.taken)),
                        counts.count(pair.label, pair.taken))));
  }

  private static String row(String first, List<String> cells, int width) {
    StringBuilder line = new StringBuilder(first);
    cells.forEach(cell -> line.append("  ").append(" ".repeat(width - cell.length())).append(cell));
    return line.toString();
  }

  private static String padded(String text, int width) {
    return text + " ".repeat(width - text.length());
  }

  private static String shown(String label) {
    boolean isLong = label.length() > LONGEST_LABEL;
    return RejectText.onOneLine(isLong ? label.substring(0, LONGEST_LABEL - 3) + "..." : label);
  }

  /**
   * The record of it.
   *
   * @param split the rows; null for rows of files
   */
  public RunEvaluation toRecord(@Nullable Split split) {
    return new RunEvaluation(
        split,
        IntStream.rangeClosed(1, Math.min(MOST_TOP, labels.size()))
            .mapToObj(counts::topKAccuracy)
            .toList(),
        IntStream.range(0, labels.size()).mapToObj(this::scores).toList(),
        IntStream.range(0, labels.size()).mapToObj(this::takenFor).toList(),
        counts.isWeighted()
            ? IntStream.range(0, labels.size()).mapToObj(this::weightTakenFor).toList()
            : null,
        counts.unknown() == 0 ? null : counts.unknown(),
        counts.unknown() == 0 || !counts.isWeighted() ? null : counts.unknownWeight(),
        counts.balancedAccuracy());
  }

  private ClassScores scores(int label) {
    return new ClassScores(
        labels.get(label),
        counts.rows(label),
        counts.precision(label),
        counts.recall(label),
        counts.f1(label),
        counts.isWeighted() ? counts.weight(label) : null);
  }

  private List<Long> takenFor(int label) {
    return IntStream.range(0, labels.size()).mapToObj(c -> counts.count(label, c)).toList();
  }

  private List<Double> weightTakenFor(int label) {
    return IntStream.range(0, labels.size()).mapToObj(c -> counts.weight(label, c)).toList();
  }
}
