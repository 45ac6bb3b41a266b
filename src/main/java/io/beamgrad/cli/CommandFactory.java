package io.beamgrad.cli;

import io.beamgrad.terminal.Terminal;
import java.lang.reflect.Constructor;
import java.util.List;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.IFactory;

/** Makes the commands, each of which takes a terminal. */
final class CommandFactory implements IFactory {
  /** The names of those that take options for Beam. */
  static final List<String> WITH_PIPELINES = List.of("train", "retrain", "predict");

  /** The name of the one that takes options for the command that it starts. */
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
      constructor.setAccessible(true); // those of the registry are in a package of their own
      return constructor.newInstance(terminal);
    }
    return CommandLine.defaultFactory().create(type);
  }
}
