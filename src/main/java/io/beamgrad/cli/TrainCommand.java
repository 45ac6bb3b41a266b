package io.beamgrad.cli;

import io.beamgrad.failure.WrongInputException;
import io.beamgrad.job.TrainJob;
import io.beamgrad.terminal.Terminal;
import java.nio.file.Path;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** Reads the arguments of {@code beamgrad train}; {@link TrainJob} does the work. */
@Command(
    name = "train",
    description = "Trains the model of a job spec.",
    customSynopsis = "beamgrad train SPEC.yaml [OPTIONS] [-- BEAM OPTIONS]")
final class TrainCommand implements Callable<Integer> {
  @Mixin private TrainingArguments training;

  @Option(
      names = "--out",
      paramLabel = "DIR",
      description = "The folder of the run; default runs/NAME/TIME. An unfinished run continues.")
  private Path out;

  @Option(
      names = "--work",
      paramLabel = "DIR",
      description =
          "Where blocks and checkpoints go until the run is whole, if not to OUT/work: a folder or"
              + " an address (s3://, gs://, hdfs://) that all workers see.")
  private String work;

  @Option(
      names = "--resume",
      description =
          "Go on with the unfinished run in --out, or else the newest of this job; one that is"
              + " still at work on a cluster is followed.")
  private boolean resume;

  @Option(
      names = "--detach",
      description = "Return as soon as the cluster has the job; --resume follows it later.")
  private boolean detach;

  @Option(names = "--keep-work", description = "Keep the work folder of a run that succeeds.")
  private boolean keepWork;

  @Option(
      names = "--find-lr",
      description =
          "Train no model: try rising learning rates on up to 200 batches, show the loss of each, and"
              + " suggest one; leaves nothing behind.")
  private boolean findLr;

  private final Terminal terminal;

  TrainCommand(Terminal terminal) {
    this.terminal = terminal;
  }

  @Override
  public Integer call() throws Exception {
    if (findLr) {
      if (out != null || detach || resume || keepWork) {
        throw new WrongInputException(
            "--find-lr: leaves no run, so that there is no --out, --detach, --resume or --keep-work");
      }
      TrainJob.findLr(training.request(null, work, false, false, false), terminal);
      return 0;
    }
    TrainJob.run(training.request(out, work, detach, resume, keepWork), terminal);
    return 0;
  }
}
