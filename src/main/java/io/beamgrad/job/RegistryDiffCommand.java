package io.beamgrad.job;

import io.beamgrad.registry.Decision;
import io.beamgrad.registry.ModelRegistry;
import io.beamgrad.registry.Version;
import io.beamgrad.report.Comparison;
import io.beamgrad.report.Shown;
import io.beamgrad.report.Table;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.concurrent.Callable;
import java.util.function.Function;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Parameters;

/** Shows in what two versions differ. */
@Command(
    name = "diff",
    description = "Shows in what two versions differ: scores, rows, metrics and specs.")
final class RegistryDiffCommand implements Callable<Integer> {
  @Parameters(index = "0", paramLabel = "N", description = "A version.")
  private int one;

  @Parameters(index = "1", paramLabel = "M", description = "Another one.")
  private int other;

  @Mixin private RegistryChoice choice;

  private final Terminal terminal;

  RegistryDiffCommand(Terminal terminal) {
    this.terminal = terminal;
  }

  @Override
  public Integer call() {
    ModelRegistry registry = choice.open();
    if (one == other) {
      throw new WrongInputException("diff: expected two versions, found %d twice".formatted(one));
    }
    List<Version> versions = List.of(registry.version(one), registry.version(other));
    TextTable.print(terminal, decisions(versions));
    List<Comparison.Run> runs =
        versions.stream()
            .map(
                version ->
                    Comparison.Run.read(
                        name(version), version.folder(), ResolvedSpec.keys(version.folder())))
            .toList();
    Comparison comparison = new Comparison(runs);
    terminal.line("");
    TextTable.print(terminal, comparison.runs());
    terminal.line("");
    if (comparison.differences().isEmpty()) {
      terminal.line("the same spec, data, version and weights");
    } else {
      TextTable.print(terminal, comparison.differences());
    }
    return 0;
  }

  private static String name(Version version) {
    return "version " + version.number();
  }

  /** A row for each thing that was noted when they were published. */
  private static Table decisions(List<Version> versions) {
    List<Decision> decisions = versions.stream().map(Version::decision).toList();
    List<List<String>> rows = new ArrayList<>();
    add(rows, "published", decisions, made -> Shown.time(made.time().toString()));
    add(rows, "after version", decisions, made -> String.valueOf(made.parent()));
    add(
        rows,
        "score then",
        decisions,
        made ->
            made.scores() == null
                ? null
                : made.scores().metric() + " " + Shown.number(made.scores().challenger()));
    add(rows, "held-out rows", decisions, RegistryDiffCommand::heldOut);
    addRows(rows, "rows read", decisions, Decision.Rows::read);
    addRows(rows, "trained", decisions, Decision.Rows::trained);
    addRows(rows, "validated", decisions, Decision.Rows::validated);
    addRows(rows, "rejected", decisions, Decision.Rows::rejected);
    add(rows, "data files", decisions, made -> Shown.count(made.dataFiles().size()));
    add(
        rows,
        "seconds",
        decisions,
        made -> made.seconds() == null ? null : Shown.number(made.seconds()));
    return new Table(
        Set.of(0, 1, 2), List.of("", name(versions.get(0)), name(versions.get(1))), rows);
  }

  private static String heldOut(Decision made) {
    return made.scores() == null ? null : Shown.count(made.scores().holdoutRows());
  }

  private static void addRows(
      List<List<String>> rows,
      String name,
      List<Decision> decisions,
      Function<Decision.Rows, Long> of) {
    add(
        rows,
        name,
        decisions,
        made -> made.rows() == null ? null : Shown.count(of.apply(made.rows())));
  }

  /** Nothing where neither has it. */
  private static void add(
      List<List<String>> rows,
      String name,
      List<Decision> decisions,
      Function<Decision, String> value) {
    List<String> row = new ArrayList<>(List.of(name));
    for (Decision decision : decisions) {
      String found = value.apply(decision);
      row.add(found == null || found.equals("null") ? "-" : found);
    }
    if (!row.subList(1, row.size()).stream().allMatch("-"::equals)) {
      rows.add(row);
    }
  }
}
