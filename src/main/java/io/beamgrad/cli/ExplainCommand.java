package io.beamgrad.cli;

import io.beamgrad.failure.WrongInputException;
import io.beamgrad.spec.Preset;
import io.beamgrad.spec.SpecKey;
import io.beamgrad.spec.SpecKeys;
import io.beamgrad.spec.SpecYaml;
import io.beamgrad.spec.Suggestion;
import io.beamgrad.terminal.Terminal;
import java.util.List;
import java.util.Set;
import java.util.concurrent.Callable;
import java.util.stream.Stream;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** Prints the keys of a job spec. */
@Command(
    name = "explain",
    description = "Prints the keys of a job spec, their defaults and meaning.")
final class ExplainCommand implements Callable<Integer> {
  /** Keys whose value is one of some kinds, or a list of them, and that have no default. */
  private static final Set<String> OF_REQUIRED = Set.of("model", "loss", "optimizer");

  @Parameters(
      index = "0",
      arity = "0..1",
      paramLabel = "KEY",
      defaultValue = "",
      description = "Only this key and those below it, such as optimizer.")
  private String prefix;

  @Option(
      names = "--preset",
      paramLabel = "NAME",
      description = "All keys that this preset gives, such as tabular-1.")
  private String preset;

  private final Terminal terminal;

  ExplainCommand(Terminal terminal) {
    this.terminal = terminal;
  }

  @Override
  public Integer call() {
    if (preset != null) {
      explainPreset();
      return 0;
    }
    List<SpecKey> matching = SpecKeys.ALL.stream().filter(this::isWanted).toList();
    if (matching.isEmpty()) {
      List<String> names =
          SpecKeys.ALL.stream().flatMap(key -> Stream.of(key.shownName(), key.name())).toList();
      String hint = Suggestion.of(prefix, names).map(n -> "; did you mean " + n + "?").orElse("");
      throw new WrongInputException(prefix + " is not a key of a job spec" + hint);
    }
    for (SpecKey key : matching) {
      terminal.heading(key.name(), ": " + values(key));
      terminal.line("    " + key.meaning());
    }
    return 0;
  }

  private void explainPreset() {
    if (!prefix.isEmpty()) {
      throw new WrongInputException("--preset and a KEY exclude each other, found " + prefix);
    }
    if (!Preset.NAMES.contains(preset)) {
      String hint =
          Suggestion.of(preset, Preset.NAMES)
              .map(name -> "; did you mean " + name + "?")
              .orElse("; there are " + String.join(", ", Preset.NAMES));
      throw new WrongInputException("--preset " + preset + " is not a preset" + hint);
    }
    keysOfPreset("classes", "a class", true);
    keysOfPreset("numbers", "numbers", false);
  }

  private void keysOfPreset(String title, String target, boolean isOfClasses) {
    terminal.heading(title, ": where the target is " + target);
    SpecYaml.write(Preset.of(preset).tree(isOfClasses))
        .lines()
        .forEach(line -> terminal.line("    " + line));
  }

  private boolean isWanted(SpecKey key) {
    return prefix.isEmpty()
        || key.name().equals(prefix)
        || key.name().startsWith(prefix + ".")
        || key.shownName().equals(prefix);
  }

  private static String values(SpecKey key) {
    if (key.isRequired()) {
      return key.allowed().words() + "; required";
    }
    if (key.fallback().isEmpty()) {
      boolean isOfRequired = OF_REQUIRED.contains(key.name().replaceFirst("\\..*", ""));
      return key.allowed().words() + (isOfRequired ? ", one of which is required" : "");
    }
    return key.allowed().words() + "; default " + key.fallback();
  }
}
