package io.beamgrad.cli;

import io.beamgrad.failure.Failure;
import io.beamgrad.failure.WrongInputException;
import io.beamgrad.job.TrainRequest;
import io.beamgrad.retrain.DryRun;
import io.beamgrad.retrain.RetrainJob;
import io.beamgrad.retrain.RetrainRequest;
import io.beamgrad.terminal.ShutdownHook;
import io.beamgrad.terminal.Terminal;
import java.nio.file.Path;
import java.time.DateTimeException;
import java.time.Duration;
import java.time.LocalDate;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.ITypeConverter;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.TypeConversionException;

/** Reads the arguments of {@code beamgrad retrain}; {@link RetrainJob} does the work. */
@Command(
    name = "retrain",
    description = "Trains on new data, and publishes the model if it is better.",
    customSynopsis = "beamgrad retrain SPEC.yaml --registry DIR [OPTIONS] [-- BEAM OPTIONS]",
    footer = {
      "",
      "Exit codes: 0 published; 10 nothing new; 11 not better; 12 another run is at work; 13 stopped"
          + " by a data check; 1 failed; 2 the input was wrong; 130 interrupted. With --dry-run 0"
          + " says that it would train."
    })
final class RetrainCommand implements Callable<Integer> {
  private static final Duration PATIENCE = Duration.ofSeconds(30);

  @Mixin private TrainingArguments training;

  @Option(
      names = "--registry",
      paramLabel = "DIR",
      required = true,
      description = "The folder with the versions of the model; it is made where there is none.")
  private Path registry;

  @Option(
      names = "--work",
      paramLabel = "DIR",
      description =
          "Where blocks and checkpoints go until the training is whole, if not into the registry: a"
              + " folder or an address (s3://, gs://, hdfs://) that all workers see.")
  private String work;

  @Option(
      names = "--force",
      description = "Publish whatever checks and gate say; with --reason, which is recorded.")
  private boolean force;

  @Option(names = "--reason", paramLabel = "TEXT", description = "Why --force is right.")
  private String reason;

  @Option(
      names = "--date",
      paramLabel = "YYYY-MM-DD",
      converter = Day.class,
      description =
          "The day of the run; files of later days are not there yet. Default today in --zone.")
  private LocalDate date;

  @Mixin private ZoneOption zone;

  @Option(
      names = "--dry-run",
      description =
          "Say what would be trained, checked and judged, and on how many rows; write nothing.")
  private boolean dryRun;

  @Option(names = "--json", description = "Print one JSON object.")
  private boolean json;

  private final Terminal terminal;

  RetrainCommand(Terminal terminal) {
    this.terminal = terminal;
  }

  @Override
  public Integer call() throws Exception {
    if (force && reason == null) {
      throw new WrongInputException("--force needs --reason, which the history keeps");
    }
    if (reason != null && !force) {
      throw new WrongInputException("--reason is for --force");
    }
    if (date != null && zone.get().isPresent()) {
      throw new WrongInputException("--zone says whose today it is, so it is not for --date");
    }
    LocalDate day = date != null ? date : zone.get().map(LocalDate::now).orElse(null);
    TrainRequest request = training.request(null, work, false, false, false);
    RetrainRequest retrain = new RetrainRequest(request, registry, day, reason, json);
    return dryRun ? new DryRun(retrain, terminal).run() : run(retrain);
  }

  private int run(RetrainRequest request) throws Exception {
    RetrainJob job = new RetrainJob(request, terminal);
    ShutdownHook hook = ShutdownHook.interrupting(PATIENCE, job::exitCode);
    try {
      return job.run();
    } catch (InterruptedException e) {
      terminal.error("interrupted; the same command goes on after the last epoch");
      return Failure.INTERRUPTED;
    } finally {
      hook.close(); // after the line is written, as the process may end now
    }
  }

  private static final class Day implements ITypeConverter<LocalDate> {
    @Override
    public LocalDate convert(String text) {
      try {
        return LocalDate.parse(text);
      } catch (DateTimeException e) {
        throw new TypeConversionException("must be a day such as 2026-11-23, was " + text);
      }
    }
  }
}
