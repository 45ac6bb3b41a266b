package io.beamgrad.registry;

import io.beamgrad.report.NumberText;
import io.beamgrad.report.PageFile;
import io.beamgrad.report.RegistryPage;
import io.beamgrad.report.ReportPage;
import java.nio.file.Files;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;

/**
 * Writes {@code index.html}, which follows from the history and the versions and may be written
 * again at any time.
 */
final class IndexPage {
  private static final int MOST_DECISIONS = 1000;

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
            : "Version %d is in service.".formatted(current),
        List.of(
            new ReportPage.Tile(
                "in service", current == 0 ? "-" : Integer.toString(current), "version"),
            new ReportPage.Tile("versions", NumberText.count(versions.size()), "that are there"),
            new ReportPage.Tile(
                "last decision", last.kind().words(), NumberText.time(last.time().toString()))),
        RegistryPage.charts(scores),
        reports,
        DecisionTable.of(registry, newest, false),
        newest.size() == decisions.size()
            ? ""
            : "The newest %s of %s; the others are in the folder history."
                .formatted(NumberText.count(newest.size()), NumberText.count(decisions.size())));
  }
}
