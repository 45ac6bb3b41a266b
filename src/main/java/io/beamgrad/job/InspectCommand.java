package io.beamgrad.job;

import java.util.concurrent.Callable;
import picocli.CommandLine.Command;

/** Placeholder. */
@Command(name = "inspect", description = "To come.")
final class InspectCommand implements Callable<Integer> {
  InspectCommand(Terminal terminal) {}

  @Override
  public Integer call() {
    throw new UnsupportedOperationException("to come");
  }
}
