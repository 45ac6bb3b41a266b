package io.beamgrad.cli.registry;

import io.beamgrad.failure.WrongInputException;
import io.beamgrad.registry.Decision;
import io.beamgrad.registry.ModelRegistry;
import io.beamgrad.registry.RegistryLock;
import io.beamgrad.terminal.Terminal;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.Callable;
import java.util.stream.Collectors;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** Removes old versions. */
@Command(
    name = "prune",
    description = {
      "Removes all versions but the newest ones, the one in service, the one that was in service"
          + " before it, and those that are pinned."
    })
final class RegistryPruneCommand implements Callable<Integer> {
  private static final Duration LEASE = Duration.ofMinutes(1);

  @Mixin private RegistryOption choice;

  @Option(
      names = "--keep",
      required = true,
      paramLabel = "N",
      description = "How many of the newest versions to keep, at least 1.")
  private int keep;

  @Option(names = "--reason", paramLabel = "TEXT", description = "Kept in the history.")
  private String reason;

  private final Terminal terminal;

  RegistryPruneCommand(Terminal terminal) {
    this.terminal = terminal;
  }

  @Override
  public Integer call() {
    if (keep < 1) {
      throw new WrongInputException("--keep must be at least 1, was " + keep);
    }
    ModelRegistry registry = choice.open();
    try (RegistryLock lock = registry.lock(LEASE)) {
      Optional<Decision> made = lock.prune(keep, reason);
      if (made.isEmpty()) {
        terminal.line("nothing to remove");
        return 0;
      }
      RegistryOption.tell(
          terminal,
          registry,
          made.get(),
          "removed version%s %s"
              .formatted(
                  made.get().pruned().size() == 1 ? "" : "s",
                  made.get().pruned().stream()
                      .map(String::valueOf)
                      .collect(Collectors.joining(", "))));
    }
    return 0;
  }
}
