package io.beamgrad.cli;

import io.beamgrad.terminal.Terminal;
import java.lang.reflect.Constructor;
import java.util.List;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.IFactory;

/** Constructs the commands, each with the terminal. */
final class CommandFactory implements IFactory {
  /** The names of the commands that take options for Beam, which runs or reads for them. */
  static final List<String> WITH_BEAM =
      List.of("train", "retrain", "predict", "evaluate", "show", "init");

  /** The name of the command that passes options on to the command that it starts. */
  static final String STARTER = "schedule";

  private final Terminal terminal;
  private final PassedOptions passed;

  CommandFactory(Terminal terminal, List<String> passed) {
    this.terminal = terminal;
    this.passed = new PassedOptions(passed);
  }

  @Override
  public <K> K create(Class<K> type) throws Exception {
    if (type == PassedOptions.class) {
      return type.cast(passed);
    }
    if (type.isAnnotationPresent(Command.class)) {
      Constructor<K> constructor = type.getDeclaredConstructor(Terminal.class);
      constructor.setAccessible(true); // the commands of the registry are in another package
      return constructor.newInstance(terminal);
    }
    return CommandLine.defaultFactory().create(type);
  }
}
