package io.beamgrad.runner;

import io.beamgrad.failure.WrongInputException;
import io.beamgrad.terminal.Terminal;
import java.net.URI;
import java.net.URISyntaxException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;
import org.apache.flink.client.program.StreamContextEnvironment;
import org.apache.flink.configuration.Configuration;
import org.apache.flink.configuration.CoreOptions;
import org.apache.flink.configuration.DeploymentOptions;
import org.apache.flink.configuration.GlobalConfiguration;
import org.apache.flink.configuration.PipelineOptions;
import org.apache.flink.configuration.RestOptions;
import org.apache.flink.configuration.RestartStrategyOptions;
import org.apache.flink.runtime.util.EnvironmentInformation;
import org.apache.flink.streaming.api.environment.StreamExecutionEnvironment;
import org.checkerframework.checker.nullness.qual.Nullable;

/**
 * The Flink cluster that runs a pipeline: the cluster of {@code --flink-master}, the cluster that
 * {@code flink run} names, or in application mode the cluster whose JobManager this process is.
 *
 * @param settings the settings of Flink's client, from Flink's own configuration
 * @param jar the jar that the cluster loads; empty in application mode, where the cluster has it
 */
public record FlinkCluster(FlinkRest rest, Configuration settings, Optional<Path> jar) {
  private static final String JAR = "beamgrad-job.jar";
  private static final int RESTARTS = 10;
  private static final String RESTART_DELAY = "5 s";

  /**
   * The cluster to run on; checks that it answers and that its version is that of beamgrad's Flink.
   *
   * @param master {@code HOST:PORT} of its REST interface; null for none, or the cluster of flink
   *     run
   * @return empty where Flink runs inside of this process
   * @throws WrongInputException where the cluster cannot be used
   */
  public static Optional<FlinkCluster> of(@Nullable String master) throws InterruptedException {
    Optional<Configuration> given = givenByFlink();
    if (master == null && given.isEmpty()) {
      return Optional.empty();
    }
    FlinkRest rest = FlinkRest.at(master == null ? address(given.get()) : master);
    requireSameVersion(rest);
    return Optional.of(given.isPresent() ? ofFlinkRun(rest, given.get()) : ofMaster(rest));
  }

  /** The configuration that {@code flink run} made; empty in a process that it did not start. */
  private static Optional<Configuration> givenByFlink() {
    // Flink's own class loader loads this class then. Asking Flink itself would start it, which
    // takes time.
    if (FlinkCluster.class.getClassLoader() == ClassLoader.getSystemClassLoader()) {
      return Optional.empty();
    }
    StreamExecutionEnvironment environment = StreamExecutionEnvironment.getExecutionEnvironment();
    return environment instanceof StreamContextEnvironment
        ? Optional.of(new Configuration((Configuration) environment.getConfiguration()))
        : Optional.empty();
  }

  private static String address(Configuration given) {
    String host = given.getOptional(RestOptions.ADDRESS).orElse("localhost");
    return host + ":" + given.get(RestOptions.PORT);
  }

  private static FlinkCluster ofMaster(FlinkRest rest) {
    return new FlinkCluster(
        rest, withRestarts(GlobalConfiguration.loadConfiguration()), Optional.of(clusterJar()));
  }

  private static FlinkCluster ofFlinkRun(FlinkRest rest, Configuration given) {
    boolean isApplication = "embedded".equals(given.get(DeploymentOptions.TARGET));
    return new FlinkCluster(
        rest, withRestarts(given), isApplication ? Optional.empty() : Optional.of(jarOf(given)));
  }

  /**
   * The settings with a restart strategy, as by Flink's default a killed TaskManager ends the job.
   */
  private static Configuration withRestarts(Configuration settings) {
    if (!settings.contains(RestartStrategyOptions.RESTART_STRATEGY)) {
      settings.set(RestartStrategyOptions.RESTART_STRATEGY, "fixed-delay");
      settings.set(RestartStrategyOptions.RESTART_STRATEGY_FIXED_DELAY_ATTEMPTS, RESTARTS);
      settings.setString(
          RestartStrategyOptions.RESTART_STRATEGY_FIXED_DELAY_DELAY.key(), RESTART_DELAY);
    }
    return settings;
  }

  private static Path jarOf(Configuration given) {
    return given.get(PipelineOptions.JARS).stream()
        .map(jar -> Path.of(URI.create(jar)))
        .findFirst()
        .orElseThrow();
  }

  private static Path clusterJar() {
    Path ownJar;
    try {
      ownJar =
          Path.of(FlinkCluster.class.getProtectionDomain().getCodeSource().getLocation().toURI());
    } catch (URISyntaxException e) {
      throw new IllegalStateException("beamgrad runs from a place that is no path", e);
    }
    Path jar = ownJar.resolveSibling(JAR);
    if (!Files.exists(jar)) {
      throw new WrongInputException(
          Terminal.shown(jar)
              + ": no such file, but a cluster needs it; scripts/beamgrad builds it, and so does"
              + " mvn -DskipTests verify");
    }
    return jar;
  }

  private static void requireSameVersion(FlinkRest rest) throws InterruptedException {
    String clusterVersion = rest.overview().flinkVersion();
    String version = line(EnvironmentInformation.getVersion());
    if (!line(clusterVersion).equals(version)) {
      throw new WrongInputException(
          "the cluster at %s runs Flink %s, beamgrad needs %s"
              .formatted(rest.address(), clusterVersion, version));
    }
  }

  /** The first two numbers of a version; releases that share them are compatible. */
  private static String line(String version) {
    return version.replaceFirst("^(\\d+\\.\\d+).*", "$1");
  }

  String host() {
    return rest.address().substring(0, rest.address().lastIndexOf(':'));
  }

  int port() {
    return Integer.parseInt(rest.address().substring(rest.address().lastIndexOf(':') + 1));
  }

  /** The parallelism of {@code flink run -p} or Flink's configuration; 1 where neither sets it. */
  public int defaultWorkers() {
    return settings.get(CoreOptions.DEFAULT_PARALLELISM);
  }

  /** True for {@code flink run --detached}. */
  public boolean isDetached() {
    return jar.isPresent()
        && settings.contains(DeploymentOptions.ATTACHED)
        && !settings.get(DeploymentOptions.ATTACHED);
  }
}
