package io.beamgrad.cli;

import io.beamgrad.report.PageFile;
import io.beamgrad.report.RunFiles;
import io.beamgrad.report.RunPage;
import io.beamgrad.terminal.Terminal;
import java.nio.file.Path;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** Writes the page of a finished run again. */
@Command(name = "report", description = "Makes the page of a finished run, of its files alone.")
final class ReportCommand implements Callable<Integer> {
  @Parameters(index = "0", paramLabel = "RUN", description = "The folder of the run.")
  private Path run;

  @Option(
      names = "--out",
      paramLabel = "FILE.html",
      description = "Where to write it; default RUN/report.html.")
  private Path out;

  private final Terminal terminal;

  ReportCommand(Terminal terminal) {
    this.terminal = terminal;
  }

  @Override
  public Integer call() {
    Path page = out == null ? run.resolve("report.html") : out;
    PageFile.write(page.toString(), RunPage.of(RunFiles.read(run)));
    terminal.line("wrote " + Terminal.shown(page));
    return 0;
  }
}
