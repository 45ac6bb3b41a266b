package io.beamgrad.job;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.beamgrad.cli.Cli;
import io.beamgrad.data.files.Storage;
import io.beamgrad.runner.RemoteAccess;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Data on a server of the S3 protocol. */
class DataOnS3IT {
  @TempDir Path folder;

  @Test
  void dataInABucketAreReadAsOnADisk() throws Exception {
    try (S3Server server = S3Server.start(folder)) {
      List<String> options = server.options(server.port());
      new RemoteData(folder, "s3://bucket/data", options).assertIsReadAsOnADisk();
      assertAServerThatFailsInTheMiddleIsOneLine(server);
    }
  }

  private void assertAServerThatFailsInTheMiddleIsOneLine(S3Server server) throws Exception {
    StringBuilder rows = new StringBuilder("x,y\n");
    for (int i = 0; i < 1_000_000; i++) {
      rows.append(i % 97).append(',').append(i % 2).append('\n');
    }
    Path file = Files.writeString(folder.resolve("large.csv"), rows);
    Storage.copy(file.toString(), "s3://bucket/data/large.csv");
    Path spec =
        Files.writeString(
            folder.resolve("large.yaml"),
            """
            data: {dir: "s3://bucket/data", train: large.csv, features: [x], target: y}
            model: [{linear: {out: 2}}]
            loss: cross_entropy
            optimizer: {sgd: {lr: 0.1}}
            epochs: 1
            """);
    try (FailingProxy proxy = FailingProxy.to(server.port(), Files.size(file) * 3 / 4)) {
      List<String> options = server.options(proxy.port());
      RemoteAccess.open(List.of("s3://bucket/data"), options);
      Cli.Result result =
          Cli.run(
              "train",
              spec.toString(),
              "--out",
              folder.resolve("large").toString(),
              "--",
              options.get(0),
              options.get(1));
      assertEquals(1, result.exitCode(), result.out());
      assertTrue(
          result.err().matches("beamgrad: cannot read s3://bucket/data/large.csv: [^\\n]*\\n"),
          result.err());
      assertTrue(!result.err().contains("secret"), result.err());
    }
  }
}
