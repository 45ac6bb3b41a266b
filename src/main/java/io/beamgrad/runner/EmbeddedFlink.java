package io.beamgrad.runner;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;
import org.apache.beam.runners.flink.FlinkPipelineOptions;
import org.apache.beam.runners.flink.FlinkRunner;
import org.apache.beam.sdk.options.PipelineOptions;

/**
 * Flink's configuration for a pipeline that runs on Flink inside of this process: memory for
 * sorting by the number of its slots. Beam would give it two fifths of the largest heap, most of
 * which a sorter takes at once, and would collect garbage three times to learn how much that is.
 *
 * <p>Flink reads it from a folder, which is deleted on closing. Where the user names a folder, by
 * {@code --flinkConfDir} or {@code FLINK_CONF_DIR}, that one counts alone.
 */
final class EmbeddedFlink implements AutoCloseable {
  /** As {@code scripts/flink-cluster} gives a slot; what does not fit is spilled to disk. */
  private static final int SORT_MEGABYTES_PER_SLOT = 128;

  private final Optional<Path> folder;

  private EmbeddedFlink(Optional<Path> folder) {
    this.folder = folder;
  }

  /** Configures Flink where the options are of a pipeline on it, and nothing where they are not. */
  static EmbeddedFlink configure(PipelineOptions options) {
    if (options.getRunner() != FlinkRunner.class) {
      return new EmbeddedFlink(Optional.empty());
    }
    FlinkPipelineOptions flink = options.as(FlinkPipelineOptions.class);
    if (flink.getFlinkConfDir() != null || System.getenv("FLINK_CONF_DIR") != null) {
      return new EmbeddedFlink(Optional.empty());
    }
    try {
      Path folder = Files.createTempDirectory("beamgrad-flink-");
      folder.toFile().deleteOnExit(); // also where a signal ends the process
      file(folder).toFile().deleteOnExit();
      int slots = Math.max(1, flink.getParallelism());
      Files.writeString(
          file(folder),
          "taskmanager.memory.managed.size: %sm\n".formatted(slots * SORT_MEGABYTES_PER_SLOT));
      flink.setFlinkConfDir(folder.toString());
      return new EmbeddedFlink(Optional.of(folder));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  @Override
  public void close() {
    try {
      if (folder.isPresent()) {
        Files.deleteIfExists(file(folder.get()));
        Files.deleteIfExists(folder.get());
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static Path file(Path folder) {
    return folder.resolve("flink-conf.yaml");
  }
}
