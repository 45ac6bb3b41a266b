package io.beamgrad.runner;

import java.io.File;
import java.util.Arrays;
import org.apache.flink.client.deployment.application.ApplicationClusterEntryPoint;
import org.apache.flink.client.program.PackagedProgram;
import org.apache.flink.configuration.Configuration;
import org.apache.flink.configuration.GlobalConfiguration;
import org.apache.flink.runtime.entrypoint.ClusterEntrypoint;
import org.apache.flink.runtime.resourcemanager.StandaloneResourceManagerFactory;

/**
 * A JobManager in application mode, as on Kubernetes: it runs the program of a jar itself, and ends
 * with it. Arguments: the folder of Flink's configuration, the jar, the entry class, its arguments.
 */
final class ApplicationMode extends ApplicationClusterEntryPoint {
  private ApplicationMode(Configuration configuration, PackagedProgram program) {
    super(configuration, program, StandaloneResourceManagerFactory.getInstance());
  }

  public static void main(String[] args) throws Exception {
    Configuration configuration = GlobalConfiguration.loadConfiguration(args[0]);
    PackagedProgram program =
        PackagedProgram.newBuilder()
            .setJarFile(new File(args[1]))
            .setEntryPointClassName(args[2]) // of the jar, not of this class path
            .setArguments(Arrays.copyOfRange(args, 3, args.length))
            .setConfiguration(configuration)
            .build();
    configureExecution(configuration, program);
    ClusterEntrypoint.runClusterEntrypoint(new ApplicationMode(configuration, program));
  }
}
