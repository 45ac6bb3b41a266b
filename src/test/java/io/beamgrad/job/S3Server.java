package io.beamgrad.job;

import java.nio.file.Path;
import java.util.List;

/** A server of the S3 protocol with an empty {@code bucket}, a process of its own. */
record S3Server(Process process, int port) implements AutoCloseable {

  static S3Server start(Path folder) throws Exception {
    int port = RemoteWork.freePort();
    Process process =
        RemoteWork.startServer(
            List.of(
                "-Xmx256m",
                "-jar",
                "target/servers/s3mock.jar",
                "--com.adobe.testing.s3mock.httpPort=" + port,
                "--server.port=" + RemoteWork.freePort(),
                "--com.adobe.testing.s3mock.domain.initialBuckets=bucket",
                "--com.adobe.testing.s3mock.domain.root=" + folder.resolve("s3")),
            port,
            Path.of("target/s3mock.log"));
    System.setProperty("aws.accessKeyId", "id");
    System.setProperty("aws.secretAccessKey", "secret");
    return new S3Server(process, port);
  }

  /** Options for Beam; by its number the client addresses buckets by path, not by host names. */
  List<String> options(int atPort) {
    return List.of("--endpoint=http://127.0.0.1:" + atPort, "--awsRegion=us-east-1");
  }

  @Override
  public void close() throws InterruptedException {
    process.destroyForcibly().waitFor();
  }
}
