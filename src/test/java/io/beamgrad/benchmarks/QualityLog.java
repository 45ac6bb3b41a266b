package io.beamgrad.benchmarks;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.List;
import org.checkerframework.checker.nullness.qual.Nullable;

/** The scores that are there, also in a file where one is named, so that a bench can go on. */
final class QualityLog {
  private final @Nullable Path file;
  private final List<QualityScore> scores = new ArrayList<>();

  /**
   * Begins with the scores of a file, if it is there.
   *
   * @throws IllegalArgumentException where it holds something else
   */
  QualityLog(@Nullable Path file) throws IOException {
    this.file = file;
    if (file != null && Files.exists(file)) {
      List<String> lines = Files.readAllLines(file);
      if (lines.isEmpty() || !lines.get(0).equals(QualityScore.HEADER)) {
        throw new IllegalArgumentException(file + ": holds no scores of scripts/bench quality");
      }
      lines.stream().skip(1).map(QualityScore::of).forEach(scores::add);
    } else if (file != null) {
      Files.writeString(file, QualityScore.HEADER + "\n");
    }
  }

  void add(QualityScore score) throws IOException {
    scores.add(score);
    if (file != null) {
      Files.writeString(file, score.line() + "\n", StandardOpenOption.APPEND);
    }
  }

  boolean has(String table, int split, String program) {
    return scores.stream()
        .anyMatch(
            score ->
                score.table().equals(table)
                    && score.split() == split
                    && score.program().equals(program));
  }

  /** Those of some tables and of the first splits. */
  List<QualityScore> scores(List<String> tables, int splits) {
    return scores.stream()
        .filter(score -> tables.contains(score.table()) && score.split() < splits)
        .toList();
  }
}
