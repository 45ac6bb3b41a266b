package io.beamgrad.cli;

import io.beamgrad.job.ShowDataJob;
import io.beamgrad.terminal.Terminal;
import java.nio.file.Path;
import java.util.List;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** The group of commands that show something; so far data. */
@Command(name = "show", description = "Shows the data of a job.")
final class ShowCommand implements Runnable {
  @Spec private CommandSpec spec;

  private final Terminal terminal;

  ShowCommand(Terminal terminal) {
    this.terminal = terminal;
  }

  @Override
  public void run() {
    throw new ParameterException(spec.commandLine(), "missing what to show: data");
  }

  @Command(
      name = "data",
      description =
          "Shows the data of a job: the first rows, or a picture of the first images, and of all"
              + " rows the classes, ranges, holes and rejects.")
  int data(
      @Parameters(
              index = "0",
              paramLabel = "SPEC.yaml",
              description = "The job; see beamgrad explain.")
          Path job,
      @Option(
              names = "--rows",
              paramLabel = "N",
              description = "How many of the first rows; default 10, of images 100.")
          Integer rows,
      @Option(
              names = "--out",
              paramLabel = "FILE.png",
              description = "Where to draw images; default NAME-data.png.")
          Path out,
      @Option(
              names = "--set",
              paramLabel = "KEY=VALUE",
              description = "Overrides a key of the spec, such as data.dir=DIR; may be repeated.")
          List<String> overrides,
      @Mixin PassedOptions beamOptions) {
    new ShowDataJob(
            job, rows, out, overrides == null ? List.of() : overrides, beamOptions.list(), terminal)
        .run();
    return 0;
  }
}
