package io.beamgrad.cli;

import io.beamgrad.job.RunsJob;
import io.beamgrad.terminal.Terminal;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** Reads the arguments of {@code beamgrad runs}; {@link RunsJob} does the work. */
@Command(
    name = "runs",
    description = "Lists runs: how far each has come, how good it is, how long it took.")
final class RunsCommand implements Callable<Integer> {
  @Parameters(
      index = "0",
      arity = "0..1",
      paramLabel = "DIR",
      description = "The folder to look through, with all that are in it; default runs.")
  private Path folder;

  @Option(
      names = "--job",
      paramLabel = "NAME",
      description = "Only runs of this job; * and ? stand for any characters and any one.")
  private String job;

  @Option(
      names = "--status",
      paramLabel = "STATUS",
      split = ",",
      description = "Only those that are finished, at-work, unfinished, failed or damaged.")
  private List<String> statuses = new ArrayList<>();

  @Option(names = "--last", paramLabel = "N", description = "Only the N that were begun last.")
  private Integer last;

  @Option(
      names = "--sort",
      paramLabel = "BY",
      defaultValue = "started",
      description =
          "started (the default), run, job, status, epochs, validation, test or time;"
              + " the newest, best and longest come last.")
  private String order;

  @Option(names = "--reverse", description = "The other way round.")
  private boolean isReversed;

  @Option(names = "--json", description = "Print one JSON object a line.")
  private boolean json;

  private final Terminal terminal;

  RunsCommand(Terminal terminal) {
    this.terminal = terminal;
  }

  @Override
  public Integer call() throws IOException, InterruptedException {
    new RunsJob(folder, job, statuses, last, order, isReversed, json, terminal).run();
    return 0;
  }
}
