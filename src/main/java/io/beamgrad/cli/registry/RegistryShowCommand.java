package io.beamgrad.cli.registry;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.beamgrad.failure.WrongInputException;
import io.beamgrad.registry.Decision;
import io.beamgrad.registry.DecisionTable;
import io.beamgrad.registry.ModelRegistry;
import io.beamgrad.registry.Version;
import io.beamgrad.report.KeysText;
import io.beamgrad.report.NumberText;
import io.beamgrad.report.RunFiles;
import io.beamgrad.schema.RunRecord;
import io.beamgrad.terminal.Terminal;
import java.nio.file.Files;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** Shows a version and the decision that published it. */
@Command(name = "show", description = "Shows one version and how it came to be.")
final class RegistryShowCommand implements Callable<Integer> {
  @Parameters(
      arity = "0..1",
      paramLabel = "N",
      description = "The version; default is the one in service.")
  private Integer number;

  @Mixin private RegistryOption choice;

  @Option(names = "--json", description = "Writes one JSON object.")
  private boolean isJson;

  private final Terminal terminal;

  RegistryShowCommand(Terminal terminal) {
    this.terminal = terminal;
  }

  @Override
  public Integer call() throws JsonProcessingException {
    ModelRegistry registry = choice.open();
    Version version =
        number == null
            ? registry
                .current()
                .orElseThrow(
                    () -> new WrongInputException(registry.folder() + ": has no version yet"))
            : registry.version(number);
    Decision decision = version.decision();
    String state = DecisionTable.state(registry, version.number());
    if (isJson) {
      ObjectNode tree = new ObjectMapper().createObjectNode();
      tree.put("version", version.number());
      tree.put("folder", version.folder().toString());
      tree.put("inService", state.contains("in service"));
      tree.put("pinned", registry.isPinned(version.number()));
      tree.set("decision", decision.toTree());
      terminal.line(new ObjectMapper().writeValueAsString(tree));
      return 0;
    }
    terminal.heading(
        "%s version %s".formatted(registry.model(), version.number()),
        state.isEmpty() ? "" : "  " + state);
    facts(decision).forEach(terminal::line);
    keys(version).forEach(terminal::line);
    fact("folder", version.folder().toString()).forEach(terminal::line);
    return 0;
  }

  /** What came of models by key; none where there is one model. */
  private static List<String> keys(Version version) {
    if (!Files.exists(version.run())) {
      return List.of();
    }
    RunRecord run = RunFiles.summary(version.folder());
    if (run.getEach() == null) {
      return List.of();
    }
    List<String> lines = new ArrayList<>();
    for (String line : KeysText.lines(run.getEach(), run.getCounts().getTrained())) {
      lines.addAll(fact(lines.isEmpty() ? "keys" : "", line));
    }
    return lines;
  }

  private static List<String> facts(Decision decision) {
    List<String> lines = new ArrayList<>();
    lines.addAll(
        fact(
            decision.kind().words(),
            "%s, decision %s%s"
                .formatted(
                    NumberText.time(decision.time().toString()),
                    decision.number(),
                    decision.parent() == null ? "" : ", after version " + decision.parent())));
    lines.addAll(fact("cause", decision.cause()));
    decision.reasons().forEach(reason -> lines.addAll(fact("why", reason)));
    lines.addAll(fact("score", DecisionTable.scores(decision)));
    lines.addAll(fact("judged by", DecisionTable.judgedBy(decision)));
    lines.addAll(fact("fresh", DecisionTable.freshScores(decision)));
    Decision.Test test = decision.test();
    if (test != null) {
      lines.addAll(
          fact(
              "test",
              String.format(
                  Locale.ROOT,
                  "%s, statistic %s, p %s, at a confidence of %s",
                  test.name(),
                  NumberText.number(test.statistic()),
                  NumberText.number(test.pValue()),
                  NumberText.brief(test.confidence()))));
    }
    for (Decision.Check check : decision.checks()) {
      lines.addAll(
          fact(
              "check",
              "%s%s %s, limit %s: %s"
                  .formatted(
                      check.name(),
                      check.column() == null ? "" : " of " + check.column(),
                      NumberText.number(check.value()),
                      NumberText.number(check.limit()),
                      check.action())));
    }
    Decision.Rows rows = decision.rows();
    if (rows != null) {
      lines.addAll(
          fact(
              "rows",
              "%s trained, %s validated, %s%s held out, %s rejected of %s read"
                  .formatted(
                      NumberText.count(rows.trained()),
                      NumberText.count(rows.validated()),
                      rows.calibrated() == null
                          ? ""
                          : NumberText.count(rows.calibrated()) + " calibrated, ",
                      NumberText.count(rows.heldOut()),
                      NumberText.count(rows.rejected()),
                      NumberText.count(rows.read()))));
    }
    if (decision.copies() != null) {
      lines.addAll(fact("held out", decision.copies().words()));
    }
    if (decision.fingerprints() != null) {
      lines.addAll(fact("weights", decision.fingerprints().weights()));
    }
    if (decision.seconds() != null) {
      lines.addAll(fact("took", NumberText.seconds(decision.seconds())));
    }
    return lines;
  }

  /** The line of a fact; none where its value is empty. */
  private static List<String> fact(String name, String value) {
    return value == null || value.isEmpty()
        ? List.of()
        : List.of("  %-10s  %s".formatted(name, value));
  }
}
