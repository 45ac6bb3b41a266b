package io.beamgrad.job;

import static org.junit.jupiter.api.Assertions.assertTrue;

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

/** A work folder on HDFS: a name node and a data node in a process of their own. */
class WorkOnHdfsIT {
  @TempDir Path folder;

  @Test
  void theWorkFolderIsOnHdfs() throws Exception {
    try (HdfsServer server = HdfsServer.start(folder)) {
      String address = server.address() + "/runs";
      PipelineOptions known =
          RunnerOptions.of(Runner.DIRECT, 1, WorkPlace.beamOptions(List.of(address), List.of()));
      FileSystems.setDefaultPipelineOptions(known);
      RemoteWork work = new RemoteWork(address, List.of(), Map.of());
      work.assertStorageKeepsItsWord();
      work.assertTrains(folder);
      FileSystems.setDefaultPipelineOptions(known); // training here had others
      assertTrue(Storage.isEmptyFolder(address));
    }
  }
}
