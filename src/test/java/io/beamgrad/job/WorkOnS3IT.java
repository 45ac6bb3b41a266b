package io.beamgrad.job;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.beamgrad.cli.Cli;
import io.beamgrad.data.files.Storage;
import io.beamgrad.rundir.WorkPlace;
import io.beamgrad.runner.Runner;
import io.beamgrad.runner.RunnerOptions;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.apache.beam.sdk.io.FileSystems;
import org.apache.beam.sdk.options.PipelineOptions;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A work folder on a server of the S3 protocol, a process of its own. */
class WorkOnS3IT {
  @TempDir Path folder;

  @Test
  void theWorkFolderIsInABucket() throws Exception {
    try (S3Server server = S3Server.start(folder)) {
      List<String> options = server.options(server.port());
      PipelineOptions known =
          RunnerOptions.of(
              Runner.DIRECT, 1, WorkPlace.beamOptions(List.of("s3://bucket/x"), options));
      FileSystems.setDefaultPipelineOptions(known);
      RemoteWork work =
          new RemoteWork(
              "s3://bucket/runs",
              options,
              Map.of("AWS_ACCESS_KEY_ID", "id", "AWS_SECRET_ACCESS_KEY", "secret"));
      work.assertStorageKeepsItsWord();
      work.assertTrains(folder);
      FileSystems.setDefaultPipelineOptions(known); // training here had others
      assertTrue(Storage.isEmptyFolder("s3://bucket/runs"));

      Cli.Result noBucket =
          Cli.run(
              "train",
              TinyDigits.write(folder).toString(),
              "--out",
              folder.resolve("none").toString(),
              "--work",
              "s3://no-bucket/x",
              "--",
              options.get(0),
              options.get(1));
      assertEquals(1, noBucket.exitCode());
      assertTrue(
          noBucket
              .err()
              .matches("beamgrad: cannot (list|read|write) s3://no-bucket/x\\S*: [^\\n]*\\n"),
          noBucket.err());
    }
  }
}
