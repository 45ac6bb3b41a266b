package io.beamgrad.runner;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNull;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.apache.beam.runners.flink.FlinkPipelineOptions;
import org.apache.beam.sdk.options.PipelineOptions;
import org.apache.flink.configuration.GlobalConfiguration;
import org.apache.flink.configuration.MemorySize;
import org.apache.flink.configuration.TaskManagerOptions;
import org.junit.jupiter.api.Test;

class EmbeddedFlinkTest {
  @Test
  void eachSlotHasItsMemoryToSortInUntilThePipelineHasEnded() {
    PipelineOptions options = RunnerOptions.of(Runner.FLINK, 3, List.of());
    String folder;
    try (EmbeddedFlink flink = EmbeddedFlink.configure(options)) {
      folder = options.as(FlinkPipelineOptions.class).getFlinkConfDir();
      assertEquals(
          MemorySize.ofMebiBytes(3 * 128),
          GlobalConfiguration.loadConfiguration(folder)
              .get(TaskManagerOptions.MANAGED_MEMORY_SIZE));
    }
    assertFalse(Files.exists(Path.of(folder)));
  }

  @Test
  void aFolderOfTheUserCountsAlone() throws IOException {
    PipelineOptions options =
        RunnerOptions.of(Runner.FLINK, 3, List.of("--flinkConfDir=/etc/flink"));
    EmbeddedFlink.configure(options).close();
    assertEquals("/etc/flink", options.as(FlinkPipelineOptions.class).getFlinkConfDir());
  }

  @Test
  void thereIsNothingToConfigureForTheDirectRunner() {
    PipelineOptions options = RunnerOptions.of(Runner.DIRECT, 3, List.of());
    EmbeddedFlink.configure(options).close();
    assertNull(options.as(FlinkPipelineOptions.class).getFlinkConfDir());
  }
}
