package io.beamgrad.job;

import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Data on HDFS. */
class DataOnHdfsIT {
  @TempDir Path folder;

  @Test
  void dataOnHdfsAreReadAsOnADisk() throws Exception {
    try (HdfsServer server = HdfsServer.start(folder)) {
      new RemoteData(folder, server.address() + "/data", List.of()).assertIsReadAsOnADisk();
    }
  }
}
