package io.beamgrad.cli;

import io.beamgrad.failure.WrongInputException;
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

  @Option(
      names = "--sweep",
      paramLabel = "KEY=V1,V2",
      description =
          "Trains a trial for each of these values of a key, and with several of these for each"
              + " combination; the best on the validation rows is the model.")
  private List<String> swept = new ArrayList<>();

  /** The request to train; with {@code detach} it does not wait for a cluster's job. */
  TrainRequest request(
      @Nullable Path out, @Nullable String work, boolean detach, boolean resume, boolean keepWork) {
    List<String> all = new ArrayList<>(overrides);
    swept.forEach(values -> all.add(override(values)));
    return new TrainRequest(spec, all, on.settings(detach), out, work, resume, keepWork);
  }

  private static String override(String values) {
    int equals = values.indexOf('=');
    if (equals < 1) {
      throw new WrongInputException(
          "--sweep %s: must be KEY=VALUES, such as optimizer.lr=0.001,0.01".formatted(values));
    }
    return "sweep.grid.%s=[%s]"
        .formatted(values.substring(0, equals), values.substring(equals + 1));
  }
}
