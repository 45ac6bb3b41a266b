package io.beamgrad.cli;

import io.beamgrad.job.TrainRequest;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.checkerframework.checker.nullness.qual.Nullable;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** The arguments of every command that trains. */
final class TrainingArguments {
  @Parameters(index = "0", paramLabel = "SPEC.yaml", description = "The job; see beamgrad explain.")
  private Path spec;

  @Mixin private RunnerArguments on;

  @Option(
      names = "--set",
      paramLabel = "KEY=VALUE",
      description = "Overrides a key of the spec, such as optimizer.lr=0.1; may be repeated.")
  private List<String> overrides = new ArrayList<>();

  /** The request to train; with {@code detach} it does not wait for a cluster's job. */
  TrainRequest request(
      @Nullable Path out, @Nullable String work, boolean detach, boolean resume, boolean keepWork) {
    return new TrainRequest(spec, overrides, on.settings(detach), out, work, resume, keepWork);
  }
}
