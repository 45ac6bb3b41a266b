package io.beamgrad.job;

import java.util.concurrent.Callable;
import picocli.CommandLine.Command;

/** Placeholder. */
@Command(name = "digits", description = "To come.")
final class DigitsCommand implements Callable<Integer> {
  DigitsCommand(Terminal terminal) {}

  @Override
  public Integer call() {
    throw new UnsupportedOperationException("to come");
  }
}
