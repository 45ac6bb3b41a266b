package io.beamgrad.registry;

import io.beamgrad.failure.BrokenFileException;
import io.beamgrad.metrics.Metric;
import io.beamgrad.metrics.RunJson;
import io.beamgrad.report.BaselineText;
import io.beamgrad.report.NumberText;
import io.beamgrad.report.PageFile;
import io.beamgrad.report.RegistryPage;
import io.beamgrad.report.ReportPage;
import io.beamgrad.schema.MetricRow;
import io.beamgrad.schema.Split;
import java.nio.file.Files;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Objects;
import java.util.Optional;

/**
 * Writes {@code index.html}, which follows from the history and the versions and may be written
 * again at any time.
 */
final class IndexPage {
  private static final int MOST_DECISIONS = 1000;
  private static final int DATE = "2026-11-23".length();

  private IndexPage() {}

  static void write(RegistrySnapshot registry) {
    PageFile.write(registry.registry().paths().page().toString(), page(registry));
  }

  private static RegistryPage page(RegistrySnapshot registry) {
    List<Decision> decisions = registry.decisions();
    List<RegistryPage.Score> scores = new ArrayList<>();
    for (Decision decision : decisions) {
      if (decision.scores() != null) {
        scores.add(
            new RegistryPage.Score(
                decision.time(),
                decision.scores().metric(),
                decision.scores().challenger(),
                decision.scores().current(),
                decision.fresh().map(Decision.Fresh::current).orElse(null),
                decision.kind().isPublish()));
      }
    }
    List<RegistryPage.Report> reports = new ArrayList<>();
    List<Version> versions = registry.versions();
    for (Version version : versions) {
      if (Files.exists(version.report())) {
        reports.add(
            new RegistryPage.Report(
                version.number(),
                "versions/" + RegistryPaths.digits(version.number()) + "/report.html"));
      }
    }
    List<Decision> newest =
        new ArrayList<>(
            decisions.subList(Math.max(0, decisions.size() - MOST_DECISIONS), decisions.size()));
    Collections.reverse(newest);
    int current = registry.inService();
    Decision last = decisions.get(decisions.size() - 1);
    return new RegistryPage(
        registry.registry().model(),
        current == 0
            ? "No version is in service yet."
            : "Version %s is in service.".formatted(current),
        tiles(registry, last),
        RegistryPage.charts(scores),
        String.join(" ", DecisionTable.legend(decisions)),
        reports,
        DecisionTable.of(registry, newest, false),
        newest.size() == decisions.size()
            ? ""
            : "The newest %s of %s; the others are in the folder history."
                .formatted(NumberText.count(newest.size()), NumberText.count(decisions.size())));
  }

  private static List<ReportPage.Tile> tiles(RegistrySnapshot registry, Decision last) {
    int current = registry.inService();
    List<ReportPage.Tile> tiles = new ArrayList<>();
    tiles.add(
        new ReportPage.Tile(
            "in service", current == 0 ? "-" : Integer.toString(current), "version"));
    for (Decision decision : registry.decisions()) {
      if (decision.kind().isPublish()
          && decision.version() == current
          && decision.scores() != null) {
        Decision.Scores scores = decision.scores();
        tiles.add(
            new ReportPage.Tile(
                "%s when published".formatted(scores.metric()),
                NumberText.number(scores.challenger()),
                "by the rows that judged"
                    + (decision.judging() == null ? "" : ": " + decision.judging().rows())));
      }
    }
    lastFresh(registry).ifPresent(tiles::add);
    baseline(registry).ifPresent(tiles::add);
    tiles.add(
        new ReportPage.Tile(
            "versions", NumberText.count(registry.versions().size()), "that are there"));
    tiles.add(
        new ReportPage.Tile(
            "last decision", last.kind().words(), NumberText.time(last.time().toString())));
    return tiles;
  }

  /** What the version in service has to beat on the test rows of its own run. */
  private static Optional<ReportPage.Tile> baseline(RegistrySnapshot registry) {
    for (Version version : registry.versions()) {
      if (version.number() == registry.inService() && Files.exists(version.run())) {
        try {
          return RunJson.read(version.run()).getMetrics().stream()
              .filter(row -> row.getSplit() == Split.TEST && row.getBaseline() != null)
              .findFirst()
              .flatMap(row -> baseline(version, row));
        } catch (BrokenFileException e) {
          return Optional.empty(); // the check of the registry says so
        }
      }
    }
    return Optional.empty();
  }

  private static Optional<ReportPage.Tile> baseline(Version version, MetricRow row) {
    return Metric.main(row)
        .map(
            metric ->
                new ReportPage.Tile(
                    BaselineText.name(row.getBaseline()),
                    NumberText.metric(metric, BaselineText.value(metric, row.getBaseline())),
                    "%s on the test rows of version %s, which has %s"
                        .formatted(
                            metric.heading(),
                            version.number(),
                            NumberText.metric(metric, metric.in(row)))));
  }

  /** The newest score of the version in service on fresh rows. */
  private static Optional<ReportPage.Tile> lastFresh(RegistrySnapshot registry) {
    Optional<ReportPage.Tile> newest = Optional.empty();
    for (Decision decision : registry.decisions()) {
      Decision.Fresh fresh = decision.fresh().orElse(null);
      boolean isIts = decision.kind().isPublish() && decision.version() == registry.inService();
      boolean isAfter = Objects.equals(decision.parent(), registry.inService());
      if (fresh != null && (isIts || (isAfter && fresh.current() != null))) {
        double score = isIts ? fresh.challenger() : fresh.current();
        newest =
            Optional.of(
                new ReportPage.Tile(
                    "%s, fresh".formatted(decision.scores().metric()),
                    NumberText.number(score),
                    "on %s rows of %s that nobody has chosen by"
                        .formatted(
                            NumberText.count(fresh.rows()),
                            NumberText.time(decision.time()).substring(0, DATE))));
      }
    }
    return newest;
  }
}
