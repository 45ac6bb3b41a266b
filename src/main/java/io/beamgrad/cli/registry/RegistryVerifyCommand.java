package io.beamgrad.cli.registry;

import io.beamgrad.failure.Failure;
import io.beamgrad.registry.ModelRegistry;
import io.beamgrad.registry.RegistryCheck;
import io.beamgrad.terminal.Terminal;
import java.util.List;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;

/** Checks every file of a registry. */
@Command(
    name = "verify",
    description = {
      "Checks every checksum, that no decision is missing, the version in service, and what was left"
          + " over; changes nothing. Ends with 1 where there is a finding."
    })
final class RegistryVerifyCommand implements Callable<Integer> {
  @Mixin private RegistryOption choice;

  private final Terminal terminal;

  RegistryVerifyCommand(Terminal terminal) {
    this.terminal = terminal;
  }

  @Override
  public Integer call() {
    ModelRegistry registry = choice.open();
    List<String> findings = RegistryCheck.findings(registry);
    findings.forEach(terminal::line);
    if (!findings.isEmpty()) {
      return Failure.JOB_FAILED;
    }
    terminal.line(
        "%s: %s and %s as written"
            .formatted(
                registry.model(),
                counted(registry.versions().size(), "version"),
                counted(registry.history().size(), "decision")));
    return 0;
  }

  private static String counted(int number, String what) {
    return "%,d %s%s".formatted(number, what, number == 1 ? "" : "s");
  }
}
