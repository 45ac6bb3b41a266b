package io.beamgrad.job;

import io.beamgrad.data.DigitsWriter;
import java.nio.file.Path;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** Draws a data set of handwritten digits. */
@Command(
    name = "digits",
    description = "Draws handwritten digits, in MNIST's own files and format.")
final class DigitsCommand implements Callable<Integer> {
  @Option(
      names = "--rows",
      required = true,
      paramLabel = "N",
      description = "How many to train on; a sixth of it is added to test on.")
  private int rows;

  @Option(
      names = "--seed",
      paramLabel = "S",
      defaultValue = "1",
      description = "The same seed draws the same digits; default 1.")
  private long seed;

  @Option(
      names = "--out",
      required = true,
      paramLabel = "DIR",
      description = "A folder that does not exist yet, or is empty.")
  private Path out;

  private final Terminal terminal;

  DigitsCommand(Terminal terminal) {
    this.terminal = terminal;
  }

  @Override
  public Integer call() {
    try (StageBar bar = new StageBar(terminal, "drawing")) {
      DigitsWriter.write(out, rows, seed, bar);
    }
    terminal.line(
        "wrote %,d digits to train on and %,d to test on to %s"
            .formatted(rows, DigitsWriter.testRows(rows), Terminal.shown(out)));
    return 0;
  }
}
