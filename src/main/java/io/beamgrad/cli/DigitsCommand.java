package io.beamgrad.cli;

import io.beamgrad.data.digits.DigitsWriter;
import io.beamgrad.data.files.Storage;
import io.beamgrad.failure.WrongInputException;
import io.beamgrad.terminal.ProgressBar;
import io.beamgrad.terminal.Terminal;
import java.io.IOException;
import java.nio.file.Path;
import java.time.LocalDate;
import java.util.Locale;
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
      description =
          "How many to train on, with --days each day; without, a sixth is added to test on.")
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
      description =
          "A folder that does not exist yet, or is empty; with --days, days may be there.")
  private Path out;

  @Option(
      names = "--days",
      paramLabel = "D",
      description =
          "So many folders such as day=2026-11-01; days that are there are left as they are.")
  private Integer days;

  @Option(
      names = "--first",
      paramLabel = "YYYY-MM-DD",
      defaultValue = "2026-11-01",
      description = "The first day; default 2026-11-01.")
  private LocalDate first;

  @Option(
      names = "--drift",
      paramLabel = "DEGREES",
      defaultValue = "0",
      description =
          "By how much the digits of each day are turned more than those before; default 0.")
  private double drift;

  private final Terminal terminal;

  DigitsCommand(Terminal terminal) {
    this.terminal = terminal;
  }

  @Override
  public Integer call() throws IOException {
    if (days != null) {
      return drawDays();
    }
    if (drift != 0) {
      throw new WrongInputException("--drift is for --days");
    }
    try (ProgressBar bar = new ProgressBar(terminal, "drawing")) {
      DigitsWriter.write(out, rows, seed, bar);
    }
    terminal.line(
        String.format(
            Locale.ROOT,
            "wrote %,d digits to train on and %,d to test on to %s",
            rows,
            DigitsWriter.testRows(rows),
            Terminal.shown(out)));
    return 0;
  }

  private int drawDays() throws IOException {
    if (days < 1) {
      throw new WrongInputException("--days must be at least 1, was " + days);
    }
    int written = 0;
    for (int day = 0; day < days; day++) {
      Path folder = out.resolve("day=" + first.plusDays(day));
      if (Storage.isEmptyFolder(folder.toString())) {
        DigitsWriter.writeDay(folder, day, rows, seed, drift);
        written++;
      }
    }
    terminal.line(
        String.format(
            Locale.ROOT,
            "wrote %,d days of %,d digits to %s%s",
            written,
            rows,
            Terminal.shown(out),
            written < days ? String.format(Locale.ROOT, "; %,d were there", days - written) : ""));
    return 0;
  }
}
