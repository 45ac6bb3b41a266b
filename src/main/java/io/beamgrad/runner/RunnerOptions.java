package io.beamgrad.runner;

import io.beamgrad.failure.WrongInputException;
import io.beamgrad.rundir.WorkPlace;
import java.io.IOException;
import java.net.URL;
import java.util.ArrayList;
import java.util.Collections;
import java.util.Enumeration;
import java.util.List;
import org.apache.beam.runners.direct.DirectOptions;
import org.apache.beam.runners.flink.FlinkPipelineOptions;
import org.apache.beam.sdk.options.PipelineOptions;
import org.apache.beam.sdk.options.PipelineOptionsFactory;
import org.apache.beam.sdk.options.PipelineOptionsRegistrar;

/** Makes Beam's options for each runner, with the settings that beamgrad needs. */
public final class RunnerOptions {
  private static boolean onlyOurs;

  private RunnerOptions() {}

  /**
   * The options of a pipeline.
   *
   * @param workers how many workers run at once
   * @param beamOptions further options as Beam takes them, which override the others
   * @throws WrongInputException where Beam does not know an option
   */
  public static synchronized PipelineOptions of(
      Runner runner, int workers, List<String> beamOptions) {
    if (beamOptions.stream().anyMatch(option -> option.startsWith("--flinkMaster"))) {
      throw new WrongInputException(
          "Beam's options after --: --flinkMaster is given as --flink-master before --");
    }
    List<String> options = new ArrayList<>(beamOptions);
    for (String preset : preset(runner, workers)) {
      String name = preset.substring(0, preset.indexOf('=') + 1);
      if (beamOptions.stream().noneMatch(option -> option.startsWith(name))) {
        options.add(preset);
      }
    }
    if (beamOptions.isEmpty()) {
      register(runner);
    } else {
      registerAll();
    }
    try {
      return PipelineOptionsFactory.fromArgs(options.toArray(new String[0])).create();
    } catch (IllegalArgumentException e) {
      throw new WrongInputException("Beam's options after --: " + e.getMessage(), e);
    }
  }

  /**
   * How many workers suit this machine. The direct runner's own thread spins while a worker is
   * idle, which takes a core away from training and from the JIT.
   */
  public static int defaultWorkers(Runner runner) {
    int cores = Runtime.getRuntime().availableProcessors();
    return runner == Runner.DIRECT ? Math.max(1, cores - 1) : cores;
  }

  private static List<String> preset(Runner runner, int workers) {
    return switch (runner) {
      // The runner's checks of every element are for tests, and more than double a job's time.
      case DIRECT ->
          List.of(
              "--runner=DirectRunner",
              "--targetParallelism=" + workers,
              "--enforceImmutability=false",
              "--enforceEncodability=false");
      // Inside of this process, unless a cluster is set later. Elements are never changed.
      case FLINK ->
          List.of(
              "--runner=FlinkRunner",
              "--flinkMaster=[local]",
              "--parallelism=" + workers,
              "--objectReuse=true");
    };
  }

  /**
   * Registers the options of one runner alone. Beam would compare each interface of options on the
   * class path with all others, which takes half a second; only a user's own options are worth
   * that.
   */
  private static void register(Runner runner) {
    Thread thread = Thread.currentThread();
    ClassLoader usual = thread.getContextClassLoader();
    thread.setContextClassLoader(new WithoutRegistrars(usual));
    try {
      if (!onlyOurs) {
        PipelineOptionsFactory.resetCache();
        onlyOurs = true;
      }
      PipelineOptionsFactory.register(
          switch (runner) {
            case DIRECT -> DirectOptions.class;
            case FLINK -> FlinkPipelineOptions.class;
          });
    } finally {
      thread.setContextClassLoader(usual);
    }
  }

  private static void registerAll() {
    if (onlyOurs) {
      PipelineOptionsFactory.resetCache();
      onlyOurs = false;
    }
    WorkPlace.s3Options().ifPresent(PipelineOptionsFactory::register);
  }

  /** A class loader that hides the lists of options that Beam loads at its start. */
  private static final class WithoutRegistrars extends ClassLoader {
    WithoutRegistrars(ClassLoader parent) {
      super(parent);
    }

    @Override
    public Enumeration<URL> getResources(String name) throws IOException {
      return name.equals("META-INF/services/" + PipelineOptionsRegistrar.class.getName())
          ? Collections.emptyEnumeration()
          : super.getResources(name);
    }
  }
}
