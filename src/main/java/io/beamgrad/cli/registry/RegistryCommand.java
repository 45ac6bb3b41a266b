package io.beamgrad.cli.registry;

import io.beamgrad.terminal.Terminal;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Spec;

/** Looks after the versions of a model; each of its commands is a class of its own. */
@Command(
    name = "registry",
    description = "Shows and changes which versions of a model there are and which is in service.",
    subcommands = {
      RegistryListCommand.class,
      RegistryShowCommand.class,
      RegistryDiffCommand.class,
      RegistryRollbackCommand.class,
      RegistryPinCommand.class,
      RegistryUnpinCommand.class,
      RegistryPruneCommand.class,
      RegistryVerifyCommand.class
    })
public final class RegistryCommand implements Runnable {
  @Spec private CommandSpec spec;

  private final Terminal terminal;

  RegistryCommand(Terminal terminal) {
    this.terminal = terminal;
  }

  @Override
  public void run() {
    spec.commandLine().usage(terminal.outWriter());
  }
}
