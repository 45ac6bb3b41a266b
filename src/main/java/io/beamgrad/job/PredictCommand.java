package io.beamgrad.job;

import java.util.concurrent.Callable;
import picocli.CommandLine.Command;

/** Placeholder. */
@Command(name = "predict", description = "To come.")
final class PredictCommand implements Callable<Integer> {
  PredictCommand(Terminal terminal) {}

  @Override
  public Integer call() {
    throw new UnsupportedOperationException("to come");
  }
}
