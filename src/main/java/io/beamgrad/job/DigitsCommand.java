package io.beamgrad.job;

import io.beamgrad.data.DigitsWriter;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** Draws a data set of handwritten digits. */
@Command(
    name = "digits",
    description = "Draws synthetic handwritten digits in MNIST's own files and format.")
final class DigitsCommand implements Callable<Integer> {
  @Option(
      names = "--rows",
      required = true,
      paramLabel = "N",
      description = "How many for training; a sixth as many are drawn for the test.")
  private int rows;

  @Option(names = "--seed", required = true, paramLabel = "S", description = "Decides every pixel.")
  private long seed;

  @Option(
      names = "--out",
      required = true,
      paramLabel = "DIR",
      description = "The folder of the four files; a new one.")
  private Path out;

  private final Terminal terminal;

  DigitsCommand(Terminal terminal) {
    this.terminal = terminal;
  }

  @Override
  public Integer call() throws IOException {
    if (rows < 1) {
      throw new WrongInputException("--rows must be at least 1, was " + rows);
    }
    if (Files.exists(out)) {
      throw new WrongInputException(out + ": is there already; choose a new --out");
    }
    DigitsWriter.write(out, rows, seed);
    terminal.line("wrote " + Terminal.shown(out));
    return 0;
  }
}
