package io.beamgrad.job;

import java.util.List;
import org.apache.beam.runners.direct.DirectOptions;
import org.apache.beam.runners.direct.DirectRunner;
import org.apache.beam.runners.flink.FlinkPipelineOptions;
import org.apache.beam.runners.flink.FlinkRunner;
import org.apache.beam.sdk.options.PipelineOptions;
import org.apache.beam.sdk.options.PipelineOptionsFactory;

/** Beam's options for each runner, with what beamgrad needs of it set. */
final class RunnerOptions {
  private RunnerOptions() {}

  /**
   * @param runner {@code direct} or {@code flink}; Flink without an address is the embedded one
   * @param parallelism how many workers; 0 for one for each core
   * @param beamOptions further options, in Beam's own words, which win
   * @throws WrongInputException where Beam does not know an option
   */
  static PipelineOptions of(String runner, int parallelism, List<String> beamOptions) {
    PipelineOptions options = parse(beamOptions);
    int workers = parallelism > 0 ? parallelism : Runtime.getRuntime().availableProcessors();
    switch (runner) {
      case "direct" -> {
        DirectOptions direct = options.as(DirectOptions.class);
        direct.setRunner(DirectRunner.class);
        direct.setTargetParallelism(workers);
        // The runner's checks of every element are for tests: they more than double a job's time.
        direct.setEnforceImmutability(false);
        direct.setEnforceEncodability(false);
      }
      case "flink" -> {
        FlinkPipelineOptions flink = options.as(FlinkPipelineOptions.class);
        flink.setRunner(FlinkRunner.class);
        if (beamOptions.stream().noneMatch(option -> option.startsWith("--flinkMaster"))) {
          flink.setFlinkMaster("[local]");
        }
        flink.setParallelism(workers);
        // References and chunks are written once and never changed.
        flink.setObjectReuse(true);
      }
      default ->
          throw new WrongInputException(
              "--runner must be direct or flink, was '%s'".formatted(runner));
    }
    return options;
  }

  private static PipelineOptions parse(List<String> beamOptions) {
    try {
      return PipelineOptionsFactory.fromArgs(beamOptions.toArray(new String[0])).create();
    } catch (IllegalArgumentException e) {
      throw new WrongInputException("Beam's options after --: " + e.getMessage(), e);
    }
  }
}
