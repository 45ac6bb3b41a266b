package io.beamgrad.cli;

import io.beamgrad.terminal.Terminal;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** Shows things; so far data. */
@Command(
    name = "show",
    description = "Shows the data of a job.",
    subcommands = ShowDataCommand.class)
final class ShowCommand implements Runnable {
  @Spec private CommandSpec spec;

  ShowCommand(Terminal terminal) {}

  @Override
  public void run() {
    throw new ParameterException(spec.commandLine(), "missing what to show: data");
  }
}
