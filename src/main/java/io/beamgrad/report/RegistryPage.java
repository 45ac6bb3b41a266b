package io.beamgrad.report;

import io.beamgrad.metrics.Metric;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * The content of the page of a model's registry.
 *
 * @param model the name of the model
 * @param summary one sentence
 * @param scores a chart for each metric
 * @param scoresNote says what a score is worth; may be empty
 * @param reports the reports of the versions that have one
 * @param decisions the decisions, newest first
 * @param decisionsNote says that older decisions are left out; may be empty
 */
public record RegistryPage(
    String model,
    String summary,
    List<ReportPage.Tile> tiles,
    List<Chart> scores,
    String scoresNote,
    List<Report> reports,
    Table decisions,
    String decisionsNote) {

  /** The page of a version; the path is relative to this page. */
  public record Report(int version, String path) {}

  /**
   * The scores of one decision.
   *
   * @param inService the score of the version in service on the same rows; null where there was
   *     none
   * @param fresh its score on fresh rows; null where there were none
   * @param isPublished whether the challenger was published
   */
  public record Score(
      Instant time,
      String metric,
      double challenger,
      Double inService,
      Double fresh,
      boolean isPublished) {}

  /** A chart of each metric over time, from the first score on. */
  public static List<Chart> charts(List<Score> scores) {
    Map<String, List<Score>> byMetric = new LinkedHashMap<>();
    scores.forEach(
        score -> byMetric.computeIfAbsent(score.metric(), m -> new ArrayList<>()).add(score));
    List<Chart> charts = new ArrayList<>();
    byMetric.forEach((metric, of) -> charts.add(chart(metric, of)));
    return charts;
  }

  private static Chart chart(String metric, List<Score> scores) {
    Instant first = scores.stream().map(Score::time).min(Instant::compareTo).orElseThrow();
    Instant last = scores.stream().map(Score::time).max(Instant::compareTo).orElseThrow();
    Duration span = Duration.between(first, last);
    String unit = span.toDays() >= 2 ? "day" : span.toHours() >= 2 ? "hour" : "minute";
    double seconds = unit.equals("day") ? 86_400 : unit.equals("hour") ? 3_600 : 60;
    List<double[]> published = new ArrayList<>();
    List<double[]> inService = new ArrayList<>();
    List<double[]> refused = new ArrayList<>();
    List<double[]> fresh = new ArrayList<>();
    for (Score score : scores) {
      double x = Duration.between(first, score.time()).toMillis() / 1e3 / seconds;
      (score.isPublished() ? published : refused).add(new double[] {x, score.challenger()});
      if (score.inService() != null) {
        inService.add(new double[] {x, score.inService()});
      }
      if (score.fresh() != null) {
        fresh.add(new double[] {x, score.fresh()});
      }
    }
    Optional<Metric> known = Metric.of(metric);
    return Chart.over(
        unit,
        metric,
        List.of(
            new Chart.Series("published", 0, published),
            new Chart.Series("in service until then", 3, inService),
            new Chart.Series("not published", 1, refused),
            new Chart.Series("in service until then, on fresh rows", 2, fresh)),
        value -> known.map(its -> NumberText.metric(its, value)).orElse(NumberText.brief(value)),
        known.map(Chart.Scale::of).orElse(Chart.Scale.SIZE));
  }
}
