package io.beamgrad.runner;

import org.apache.flink.api.common.restartstrategy.RestartStrategies;
import org.apache.flink.api.java.ExecutionEnvironment;
import org.apache.flink.api.java.RemoteEnvironment;
import org.apache.flink.streaming.api.environment.RemoteStreamEnvironment;
import org.apache.flink.streaming.api.environment.StreamExecutionEnvironment;

/**
 * Makes Beam submit to a cluster. With the master {@code [auto]} Beam asks Flink for the
 * environment of the thread; this class sets one with the client's settings, the jar, and the
 * restart strategy, for which Beam has no option (and which DataSet does not take from the
 * settings).
 */
@SuppressWarnings("deprecation") // DataSet is deprecated, but Beam's default
final class ClusterEnvironments implements AutoCloseable {
  private ClusterEnvironments() {}

  /** Sends the pipelines that Beam runs on this thread to a cluster, until it is closed. */
  static ClusterEnvironments of(FlinkCluster cluster) {
    ExecutionEnvironment batch;
    StreamExecutionEnvironment streaming;
    if (cluster.jar().isPresent()) {
      // flink run has set environments of its own, and Flink refuses others beside them.
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
