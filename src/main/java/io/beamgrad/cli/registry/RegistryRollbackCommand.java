package io.beamgrad.cli.registry;

import io.beamgrad.registry.Decision;
import io.beamgrad.registry.ModelRegistry;
import io.beamgrad.terminal.Terminal;
import java.util.Optional;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** Puts an older version into service again. */
@Command(
    name = "rollback",
    description = "Puts an older version into service again, also while a run trains.")
final class RegistryRollbackCommand implements Callable<Integer> {
  @Mixin private RegistryOption choice;

  @Option(
      names = "--to",
      paramLabel = "N",
      description = "The version; default is the one that the version in service replaced.")
  private Integer to;

  @Option(
      names = "--reason",
      required = true,
      paramLabel = "TEXT",
      description = "Kept in the history.")
  private String reason;

  private final Terminal terminal;

  RegistryRollbackCommand(Terminal terminal) {
    this.terminal = terminal;
  }

  @Override
  public Integer call() {
    ModelRegistry registry = choice.open();
    Decision made = registry.rollBack(Optional.ofNullable(to), reason);
    RegistryOption.tell(
        terminal,
        registry,
        made,
        "version %d is in service, version %d was".formatted(made.version(), made.parent()));
    return 0;
  }
}
