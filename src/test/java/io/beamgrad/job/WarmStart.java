package io.beamgrad.job;

import io.beamgrad.data.files.RecordFile;
import io.beamgrad.registry.Version;
import io.beamgrad.schema.MetricRow;
import io.beamgrad.schema.Split;
import java.time.LocalDate;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;

/**
 * How soon a warm start has the score that a cold start has in the end, on the holdout that neither
 * has trained on.
 *
 * @param warm the first as good, or the last that was tried
 */
public record WarmStart(LocalDate day, Reached cold, Reached warm) {
  private static final String FORMAT = "%-10s  %12s  %7s  %6s  %12s  %7s  %6s";

  /**
   * What a training has come to.
   *
   * @param seconds of training alone
   * @param score the accuracy on the rows that judge
   * @param rows how many judge
   */
  public record Reached(int epochs, double seconds, double score, long rows) {
    public static Reached by(Version version) {
      List<MetricRow> trained =
          RecordFile.of(MetricRow.class).read(version.metrics().toString()).stream()
              .filter(row -> row.getSplit() == Split.TRAIN && row.getEpoch() > 0)
              .toList();
      return new Reached(
          trained.size(),
          trained.stream().mapToDouble(MetricRow::getSeconds).sum(),
          version.decision().scores().challenger(),
          version.decision().scores().holdoutRows());
    }

    /** Whether the score is at most its standard error below another. */
    public boolean isAsGoodAs(Reached other) {
      return score >= other.score - Math.sqrt(other.score * (1 - other.score) / other.rows);
    }
  }

  public static List<String> table(List<WarmStart> starts) {
    List<String> lines = new ArrayList<>();
    lines.add("");
    lines.add(
        FORMAT.formatted(
            "day", "cold: epochs", "seconds", "score", "warm: epochs", "seconds", "score"));
    for (WarmStart start : starts) {
      lines.add(
          FORMAT.formatted(
              start.day,
              start.cold.epochs,
              String.format(Locale.ROOT, "%.2f", start.cold.seconds),
              String.format(Locale.ROOT, "%.4f", start.cold.score),
              start.warm.epochs,
              String.format(Locale.ROOT, "%.2f", start.warm.seconds),
              String.format(Locale.ROOT, "%.4f", start.warm.score)));
    }
    double cold = starts.stream().mapToDouble(start -> start.cold.seconds).sum();
    double warm = starts.stream().mapToDouble(start -> start.warm.seconds).sum();
    lines.add(
        String.format(
            Locale.ROOT, "warm starts took %.2f of the time of the cold ones in all", warm / cold));
    return lines;
  }

  /** What is wrong where a warm start is not as good in a third of the epochs of a cold one. */
  public Optional<String> fault() {
    return warm.isAsGoodAs(cold) && 3 * warm.epochs <= cold.epochs
        ? Optional.empty()
        : Optional.of(
            String.format(
                Locale.ROOT,
                "%s: after %d epochs a warm start has %.4f, a cold one %.4f after %d",
                day,
                warm.epochs,
                warm.score,
                cold.score,
                cold.epochs));
  }
}
