package io.beamgrad.job;

import static org.junit.jupiter.api.Assertions.assertTrue;

import io.beamgrad.data.files.Storage;
import io.beamgrad.rundir.WorkPlace;
import io.beamgrad.runner.Runner;
import io.beamgrad.runner.RunnerOptions;
import java.io.File;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.apache.beam.sdk.io.FileSystems;
import org.apache.beam.sdk.options.PipelineOptions;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A work folder on HDFS: a name node and a data node in a process of their own. */
class WorkOnHdfsIT {
  @TempDir Path folder;

  @Test
  void theWorkFolderIsOnHdfs() throws Exception {
    int port = RemoteWork.freePort();
    String libraries = System.getProperty("java.class.path") + File.pathSeparator;
    Process server =
        RemoteWork.startServer(
            List.of(
                "-Xmx512m",
                "-Dtest.build.data=" + folder.resolve("hdfs"),
                "-cp",
                libraries + "target/servers/hadoop-client-minicluster.jar",
                "org.apache.hadoop.test.MiniDFSClusterManager",
                "-format",
                "-nnport",
                Integer.toString(port)),
            port,
            Path.of("target/hdfs.log"));
    try {
      String address = "hdfs://localhost:" + port + "/runs";
      PipelineOptions known =
          RunnerOptions.of(Runner.DIRECT, 1, WorkPlace.beamOptions(List.of(address), List.of()));
      FileSystems.setDefaultPipelineOptions(known);
      RemoteWork work = new RemoteWork(address, List.of(), Map.of());
      work.assertStorageKeepsItsWord();
      work.assertTrains(folder);
      FileSystems.setDefaultPipelineOptions(known); // training here had others
      assertTrue(Storage.isEmptyFolder(address));
    } finally {
      server.destroyForcibly().waitFor();
    }
  }
}
