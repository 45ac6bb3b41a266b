package io.beamgrad.cli.registry;

import io.beamgrad.failure.Failure;
import io.beamgrad.failure.WrongInputException;
import io.beamgrad.registry.Decision;
import io.beamgrad.registry.ModelRegistry;
import io.beamgrad.registry.RegistryCheck;
import io.beamgrad.registry.RegistryLock;
import io.beamgrad.registry.RegistrySnapshot;
import io.beamgrad.terminal.Terminal;
import java.lang.reflect.Method;
import java.time.Duration;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.stream.Collectors;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/**
 * The commands on the versions of a model. A command that prints more than a line is a class of its
 * own.
 */
@Command(
    name = "registry",
    description = "Shows and changes which versions of a model there are and which is in service.",
    subcommands = {RegistryListCommand.class, RegistryShowCommand.class, RegistryDiffCommand.class},
    addMethodSubcommands = false)
public final class RegistryCommand implements Runnable {
  private static final Duration LEASE = Duration.ofMinutes(1);

  private final Terminal terminal;
  private CommandSpec spec;

  RegistryCommand(Terminal terminal) {
    this.terminal = terminal;
  }

  /**
   * Adds the commands that are methods, in the order of the help, as Java gives methods in any
   * order.
   */
  @Spec
  void setSpec(CommandSpec registry) {
    spec = registry;
    for (String name : List.of("rollback", "pin", "unpin", "prune", "verify")) {
      Method method = CommandLine.getCommandMethods(RegistryCommand.class, name).get(0);
      registry.addSubcommand(name, new CommandLine(method));
    }
  }

  @Override
  public void run() {
    spec.commandLine().usage(terminal.outWriter());
  }

  @Command(
      name = "rollback",
      description = "Puts an older version into service again, also while a run trains.")
  int rollback(
      @Mixin RegistryOption choice,
      @Option(
              names = "--to",
              paramLabel = "N",
              description = "The version; default is the one that the version in service replaced.")
          Integer to,
      @Option(
              names = "--reason",
              required = true,
              paramLabel = "TEXT",
              description = "Kept in the history.")
          String reason) {
    ModelRegistry registry = choice.open();
    Decision made = registry.rollBack(Optional.ofNullable(to), reason);
    return tell(
        registry,
        made,
        "version %s is in service, version %s was".formatted(made.version(), made.parent()));
  }

  @Command(name = "pin", description = "Keeps a version from being pruned.")
  int pin(
      @Mixin RegistryOption choice,
      @Parameters(paramLabel = "N", description = "The version.") int version,
      @Option(names = "--reason", paramLabel = "TEXT", description = "Kept in the history.")
          String reason) {
    ModelRegistry registry = choice.open();
    return tell(registry, registry.pin(version, reason), "version %s is pinned".formatted(version));
  }

  @Command(name = "unpin", description = "Lets a pinned version be pruned again.")
  int unpin(
      @Mixin RegistryOption choice,
      @Parameters(paramLabel = "N", description = "The version.") int version,
      @Option(names = "--reason", paramLabel = "TEXT", description = "Kept in the history.")
          String reason) {
    ModelRegistry registry = choice.open();
    return tell(
        registry,
        registry.unpin(version, reason),
        "version %s is not pinned any more".formatted(version));
  }

  @Command(
      name = "prune",
      description = {
        "Removes all versions but the newest ones, the one in service, the one that was in service"
            + " before it, and those that are pinned."
      })
  int prune(
      @Mixin RegistryOption choice,
      @Option(
              names = "--keep",
              required = true,
              paramLabel = "N",
              description = "How many of the newest versions to keep, at least 1.")
          int keep,
      @Option(names = "--reason", paramLabel = "TEXT", description = "Kept in the history.")
          String reason) {
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
      List<Integer> pruned = made.get().pruned();
      String numbers = pruned.stream().map(String::valueOf).collect(Collectors.joining(", "));
      return tell(
          registry,
          made.get(),
          "removed version%s %s".formatted(pruned.size() == 1 ? "" : "s", numbers));
    }
  }

  @Command(
      name = "verify",
      description = {
        "Checks every checksum, that no decision is missing, the version in service, and what was"
            + " left over; changes nothing. Ends with 1 where there is a finding."
      })
  int verify(@Mixin RegistryOption choice) {
    ModelRegistry registry = choice.open();
    List<String> findings = RegistryCheck.findings(registry);
    findings.forEach(terminal::line);
    if (!findings.isEmpty()) {
      return Failure.JOB_FAILED;
    }
    RegistrySnapshot now = registry.snapshot();
    terminal.line(
        "%s: %s and %s as written"
            .formatted(
                registry.model(),
                counted(now.versions().size(), "version"),
                counted(now.decisions().size(), "decision")));
    return 0;
  }

  private static String counted(int number, String what) {
    return String.format(Locale.ROOT, "%,d %s%s", number, what, number == 1 ? "" : "s");
  }

  /** Prints a decision, and the notes of the registry. */
  private int tell(ModelRegistry registry, Decision made, String what) {
    registry.notes().forEach(terminal::error);
    terminal.line("%s (decision %s)".formatted(what, made.number()));
    return 0;
  }
}
