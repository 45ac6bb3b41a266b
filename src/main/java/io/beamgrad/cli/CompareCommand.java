package io.beamgrad.cli;

import io.beamgrad.failure.WrongInputException;
import io.beamgrad.report.Comparison;
import io.beamgrad.report.PageFile;
import io.beamgrad.spec.ResolvedSpec;
import io.beamgrad.terminal.Terminal;
import io.beamgrad.terminal.TextTable;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** Compares finished runs. */
@Command(
    name = "compare",
    description = "Puts finished runs side by side: their metrics, curves and specs.")
final class CompareCommand implements Callable<Integer> {
  @Parameters(
      arity = "1..*",
      paramLabel = "RUN",
      description = "The folders of two or more finished runs.")
  private List<Path> folders;

  @Option(
      names = "--out",
      paramLabel = "FILE.html",
      defaultValue = "compare.html",
      description = "Where to write the page; default ${DEFAULT-VALUE}.")
  private Path out;

  private final Terminal terminal;

  CompareCommand(Terminal terminal) {
    this.terminal = terminal;
  }

  @Override
  public Integer call() throws IOException {
    List<String> names = names();
    List<Comparison.Run> runs = new ArrayList<>();
    for (int i = 0; i < names.size(); i++) {
      runs.add(
          Comparison.Run.read(names.get(i), folders.get(i), ResolvedSpec.keys(folders.get(i))));
    }
    Comparison comparison = new Comparison(runs);
    TextTable.print(terminal, comparison.runs());
    if (!comparison.note().isEmpty()) {
      terminal.line(comparison.note());
    }
    terminal.line("");
    if (comparison.differences().isEmpty()) {
      terminal.line("the same spec, data, version and weights");
    } else {
      TextTable.print(terminal, comparison.differences());
    }
    PageFile.write(out.toString(), comparison.page());
    terminal.line("wrote " + Terminal.shown(out));
    return 0;
  }

  /** The names of the runs: their folders' paths without the folders that all paths begin with. */
  private List<String> names() throws IOException {
    if (folders.size() < 2 || folders.size() > Comparison.MOST_RUNS) {
      throw new WrongInputException(
          "compare: expected 2 to %s runs, found %s"
              .formatted(Comparison.MOST_RUNS, folders.size()));
    }
    Set<Path> seen = new LinkedHashSet<>();
    for (Path folder : folders) {
      if (!Files.isDirectory(folder)) {
        throw new WrongInputException(folder + ": expected the folder of a finished run");
      }
      if (!seen.add(folder.toRealPath())) {
        throw new WrongInputException(folder + ": is given twice");
      }
    }
    List<Path> paths = List.copyOf(seen);
    int common = 0;
    while (isCommon(paths, common)) {
      common++;
    }
    int from = common;
    return paths.stream()
        .map(path -> path.subpath(Math.min(from, path.getNameCount() - 1), path.getNameCount()))
        .map(Path::toString)
        .toList();
  }

  private static boolean isCommon(List<Path> paths, int index) {
    return paths.stream().allMatch(path -> index < path.getNameCount() - 1)
        && paths.stream().map(path -> path.getName(index)).distinct().count() == 1;
  }
}
