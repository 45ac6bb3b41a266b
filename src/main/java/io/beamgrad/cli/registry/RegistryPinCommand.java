package io.beamgrad.cli.registry;

import io.beamgrad.registry.Decision;
import io.beamgrad.registry.ModelRegistry;
import io.beamgrad.terminal.Terminal;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** Keeps a version from being pruned. */
@Command(name = "pin", description = "Keeps a version from being pruned.")
final class RegistryPinCommand implements Callable<Integer> {
  @Parameters(paramLabel = "N", description = "The version.")
  private int version;

  @Mixin private RegistryOption choice;

  @Option(names = "--reason", paramLabel = "TEXT", description = "Kept in the history.")
  private String reason;

  private final Terminal terminal;

  RegistryPinCommand(Terminal terminal) {
    this.terminal = terminal;
  }

  @Override
  public Integer call() {
    ModelRegistry registry = choice.open();
    Decision made = registry.pin(version, reason);
    RegistryOption.tell(terminal, registry, made, "version %d is pinned".formatted(version));
    return 0;
  }
}
