package io.beamgrad.cli.registry;

import io.beamgrad.registry.Decision;
import io.beamgrad.registry.ModelRegistry;
import io.beamgrad.terminal.Terminal;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** Lets a pinned version be pruned again. */
@Command(name = "unpin", description = "Lets a pinned version be pruned again.")
final class RegistryUnpinCommand implements Callable<Integer> {
  @Parameters(paramLabel = "N", description = "The version.")
  private int version;

  @Mixin private RegistryOption choice;

  @Option(names = "--reason", paramLabel = "TEXT", description = "Kept in the history.")
  private String reason;

  private final Terminal terminal;

  RegistryUnpinCommand(Terminal terminal) {
    this.terminal = terminal;
  }

  @Override
  public Integer call() {
    ModelRegistry registry = choice.open();
    Decision made = registry.unpin(version, reason);
    RegistryOption.tell(
        terminal, registry, made, "version %d is not pinned any more".formatted(version));
    return 0;
  }
}
