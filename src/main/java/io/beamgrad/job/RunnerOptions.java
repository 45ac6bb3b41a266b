package io.beamgrad.job;

import java.util.ArrayList;
import java.util.List;
import org.apache.beam.sdk.options.PipelineOptions;
import org.apache.beam.sdk.options.PipelineOptionsFactory;

/** Beam's options for each runner, with what beamgrad needs of it set. */
final class RunnerOptions {
  private RunnerOptions() {}

  /**
   * The options of a pipeline.
   *
   * @param workers how many work at once
   * @param beamOptions further options, in Beam's own words, which win
   * @throws WrongInputException where Beam does not know an option
   */
  static PipelineOptions of(TrainRequest.Runner runner, int workers, List<String> beamOptions) {
    List<String> options = new ArrayList<>(beamOptions);
    for (String ours : ours(runner, workers)) {
      String name = ours.substring(0, ours.indexOf('=') + 1);
      if (beamOptions.stream().noneMatch(option -> option.startsWith(name))) {
        options.add(ours);
      }
    }
    try {
      return PipelineOptionsFactory.fromArgs(options.toArray(new String[0])).create();
    } catch (IllegalArgumentException e) {
      throw new WrongInputException("Beam's options after --: " + e.getMessage(), e);
    }
  }

  private static List<String> ours(TrainRequest.Runner runner, int workers) {
    return switch (runner) {
      // The runner's checks of every element are for tests: they more than double a job's time.
      case DIRECT ->
          List.of(
              "--runner=DirectRunner",
              "--targetParallelism=" + workers,
              "--enforceImmutability=false",
              "--enforceEncodability=false");
      // Without an address Flink is the embedded one. Elements are written once and never changed.
      case FLINK ->
          List.of(
              "--runner=FlinkRunner",
              "--flinkMaster=[local]",
              "--parallelism=" + workers,
              "--objectReuse=true");
    };
  }
}
