package io.beamgrad.cli.registry;

import io.beamgrad.data.files.RecordFile;
import io.beamgrad.failure.WrongInputException;
import io.beamgrad.registry.Decision;
import io.beamgrad.registry.ModelRegistry;
import io.beamgrad.registry.Version;
import io.beamgrad.registry.gate.ColumnDrift;
import io.beamgrad.registry.gate.ProfileDrift;
import io.beamgrad.report.Comparison;
import io.beamgrad.report.NumberText;
import io.beamgrad.report.Table;
import io.beamgrad.schema.DataProfile;
import io.beamgrad.spec.ResolvedSpec;
import io.beamgrad.terminal.Terminal;
import io.beamgrad.terminal.TextTable;
import java.nio.file.Files;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Set;
import java.util.concurrent.Callable;
import java.util.function.Function;
import org.checkerframework.checker.nullness.qual.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Parameters;

/** Shows how two versions differ. */
@Command(
    name = "diff",
    description = "Shows in what two versions differ: scores, rows, metrics, specs and data.")
final class RegistryDiffCommand implements Callable<Integer> {
  private static final int MOST_MOVED = 10;

  @Parameters(index = "0", paramLabel = "N", description = "A version.")
  private int one;

  @Parameters(index = "1", paramLabel = "M", description = "Another one.")
  private int other;

  @Mixin private RegistryOption choice;

  private final Terminal terminal;

  RegistryDiffCommand(Terminal terminal) {
    this.terminal = terminal;
  }

  @Override
  public Integer call() {
    ModelRegistry registry = choice.open();
    if (one == other) {
      throw new WrongInputException("diff: expected two versions, found %s twice".formatted(one));
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
    if (versions.stream().allMatch(version -> Files.exists(version.profile()))) {
      terminal.line("");
      printDrift(profile(versions.get(0)), profile(versions.get(1)));
    }
    return 0;
  }

  private static String name(Version version) {
    return "version " + version.number();
  }

  private static DataProfile profile(Version version) {
    return RecordFile.of(DataProfile.class).read(version.profile().toString()).get(0);
  }

  /**
   * Prints the columns whose distributions differ by more than chance, the largest difference
   * first.
   */
  private void printDrift(DataProfile before, DataProfile after) {
    List<ColumnDrift> compared = ProfileDrift.of(before, after);
    List<ColumnDrift> moved =
        compared.stream()
            .filter(of -> of.drift().psi() > of.drift().psiByChance())
            .sorted(Comparator.comparingDouble((ColumnDrift of) -> of.drift().psi()).reversed())
            .toList();
    terminal.line(
        "data      %s of %s distributions differ by more than chance"
            .formatted(NumberText.count(moved.size()), NumberText.count(compared.size())));
    if (!moved.isEmpty()) {
      TextTable.print(
          terminal,
          new Table(
              Set.of(0),
              List.of("column", "PSI", "KS"),
              moved.stream()
                  .limit(MOST_MOVED)
                  .map(
                      of ->
                          List.of(
                              of.name(),
                              NumberText.number(of.drift().psi()),
                              NumberText.number(of.drift().ks())))
                  .toList()));
    }
  }

  /** A table of the facts noted when the versions were published, a row for each fact. */
  private static Table decisions(List<Version> versions) {
    List<Decision> decisions = versions.stream().map(Version::decision).toList();
    List<List<String>> rows = new ArrayList<>();
    add(rows, "published", decisions, made -> NumberText.time(made.time().toString()));
    add(rows, "after version", decisions, made -> String.valueOf(made.parent()));
    add(
        rows,
        "score then",
        decisions,
        made ->
            made.scores() == null
                ? null
                : made.scores().metric() + " " + NumberText.number(made.scores().challenger()));
    add(rows, "held-out rows", decisions, RegistryDiffCommand::heldOut);
    add(
        rows,
        "fresh score then",
        decisions,
        made -> made.fresh().map(of -> NumberText.number(of.challenger())).orElse(null));
    add(
        rows,
        "fresh rows",
        decisions,
        made -> made.fresh().map(of -> NumberText.count(of.rows())).orElse(null));
    addRows(rows, "rows read", decisions, Decision.Rows::read);
    addRows(rows, "trained", decisions, Decision.Rows::trained);
    add(
        rows,
        "copies",
        decisions,
        made -> made.copies() == null ? null : NumberText.percent(made.copies().share()));
    addRows(rows, "validated", decisions, Decision.Rows::validated);
    addRows(rows, "calibrated", decisions, Decision.Rows::calibrated);
    addRows(rows, "rejected", decisions, Decision.Rows::rejected);
    add(
        rows,
        "data files",
        decisions,
        made -> made.dataFiles() == null ? null : NumberText.count(made.dataFiles().count()));
    add(
        rows,
        "took",
        decisions,
        made -> made.seconds() == null ? null : NumberText.seconds(made.seconds()));
    return new Table(
        Set.of(0, 1, 2), List.of("", name(versions.get(0)), name(versions.get(1))), rows);
  }

  private static String heldOut(Decision made) {
    return made.scores() == null ? null : NumberText.count(made.scores().holdoutRows());
  }

  private static void addRows(
      List<List<String>> rows,
      String name,
      List<Decision> decisions,
      Function<Decision.Rows, @Nullable Long> of) {
    add(
        rows,
        name,
        decisions,
        made -> {
          Long count = made.rows() == null ? null : of.apply(made.rows());
          return count == null ? null : NumberText.count(count);
        });
  }

  /** Adds a row; none where neither version has the fact. */
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
