package io.beamgrad.job;

import java.util.concurrent.Callable;
import picocli.CommandLine.Command;

/** Placeholder. */
@Command(name = "evaluate", description = "To come.")
final class EvaluateCommand implements Callable<Integer> {
  EvaluateCommand(Terminal terminal) {}

  @Override
  public Integer call() {
    throw new UnsupportedOperationException("to come");
  }
}
