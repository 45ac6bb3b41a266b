package io.beamgrad.job;

import java.io.File;
import java.nio.file.Path;
import java.util.List;

/** HDFS: a name node and a data node in a process of their own. */
record HdfsServer(Process process, String address) implements AutoCloseable {

  static HdfsServer start(Path folder) throws Exception {
    int port = RemoteWork.freePort();
    String libraries = System.getProperty("java.class.path") + File.pathSeparator;
    Process process =
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
    return new HdfsServer(process, "hdfs://localhost:" + port);
  }

  @Override
  public void close() throws InterruptedException {
    process.destroyForcibly().waitFor();
  }
}
