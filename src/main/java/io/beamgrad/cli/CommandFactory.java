package io.beamgrad.cli;

import io.beamgrad.terminal.Terminal;
import java.lang.reflect.Constructor;
import java.util.List;
import picocli.CommandLine;
import picocli.CommandLine.IFactory;

/** Makes the commands with what they need. */
final class CommandFactory implements IFactory {
  /** The names of those that take options for Beam. */
  static final List<String> WITH_PIPELINES = List.of("train", "retrain", "predict");

  /** The name of the one that takes options for the command that it starts. */
  static final String STARTER = "schedule";

  private final Terminal terminal;
  private final List<String> beamOptions;

  CommandFactory(Terminal terminal, List<String> beamOptions) {
    this.terminal = terminal;
    this.beamOptions = beamOptions;
  }

  @Override
  public <K> K create(Class<K> type) throws Exception {
    if (type == TrainCommand.class) {
      return type.cast(new TrainCommand(terminal, beamOptions));
    }
    if (type == PredictCommand.class) {
      return type.cast(new PredictCommand(terminal, beamOptions));
    }
    if (type == ScheduleCommand.class) {
      return type.cast(new ScheduleCommand(terminal, beamOptions));
    }
    if (type == RetrainCommand.class) {
      return type.cast(new RetrainCommand(terminal, beamOptions));
    }
    if (type.getName().endsWith("Command")) {
      Constructor<K> constructor = type.getDeclaredConstructor(Terminal.class);
      constructor.setAccessible(true); // those of the registry are in a package of their own
      return constructor.newInstance(terminal);
    }
    return CommandLine.defaultFactory().create(type);
  }
}
