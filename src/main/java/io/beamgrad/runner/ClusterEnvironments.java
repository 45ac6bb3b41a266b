package io.beamgrad.runner;

import org.apache.flink.api.common.restartstrategy.RestartStrategies;
import org.apache.flink.api.java.ExecutionEnvironment;
import org.apache.flink.api.java.RemoteEnvironment;
import org.apache.flink.streaming.api.environment.RemoteStreamEnvironment;
import org.apache.flink.streaming.api.environment.StreamExecutionEnvironment;

/**
 * Gives Beam the way to a cluster. With the master {@code [auto]} it asks Flink for the environment
 * of the thread, which is then one of these: with the client's settings, the jar, and the restart
 * strategy, which Beam has no option for (and which DataSet does not take from the settings).
 */
@SuppressWarnings("deprecation") // DataSet is, and Beam's default
final class ClusterEnvironments implements AutoCloseable {
  private ClusterEnvironments() {}

  /** Until it is closed, what Beam runs on this thread goes to that cluster. */
  static ClusterEnvironments of(FlinkCluster cluster) {
    ExecutionEnvironment batch;
    StreamExecutionEnvironment streaming;
    if (cluster.jar().isPresent()) {
      // Under flink run there are others, beside which Flink lets nobody make any.
      Batch.remove();
      Streaming.remove();
      batch = new Batch(cluster, cluster.jar().get().toString());
      streaming = new Streaming(cluster, cluster.jar().get().toString());
    } else {
      batch = ExecutionEnvironment.getExecutionEnvironment();
      streaming = StreamExecutionEnvironment.getExecutionEnvironment();
    }
    RestartStrategies.RestartStrategyConfiguration restarts =
        RestartStrategies.fromConfiguration(cluster.settings()).orElseThrow();
    batch.setRestartStrategy(restarts);
    streaming.setRestartStrategy(restarts);
    Batch.install(batch);
    Streaming.install(streaming);
    return new ClusterEnvironments();
  }

  @Override
  public void close() {
    Batch.remove();
    Streaming.remove();
  }

  private static final class Batch extends RemoteEnvironment {
    Batch(FlinkCluster cluster, String jar) {
      super(cluster.host(), cluster.port(), cluster.settings(), new String[] {jar});
    }

    static void install(ExecutionEnvironment environment) {
      initializeContextEnvironment(() -> environment);
    }

    static void remove() {
      resetContextEnvironment();
    }
  }

  private static final class Streaming extends RemoteStreamEnvironment {
    Streaming(FlinkCluster cluster, String jar) {
      super(cluster.host(), cluster.port(), cluster.settings(), jar);
    }

    static void install(StreamExecutionEnvironment environment) {
      initializeContextEnvironment(configuration -> environment);
    }

    static void remove() {
      resetContextEnvironment();
    }
  }
}
