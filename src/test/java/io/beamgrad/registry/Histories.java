package io.beamgrad.registry;

import io.beamgrad.registry.Decision.DataFile;
import io.beamgrad.registry.Decision.Draft;
import io.beamgrad.registry.Decision.Fingerprints;
import io.beamgrad.registry.Decision.Kind;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;

/** Decisions of runs that read some files and trained nothing. */
public final class Histories {
  private Histories() {}

  /** Makes the decision of a run. */
  public static Decision decide(
      ModelRegistry registry, Kind kind, String spec, List<DataFile> files) {
    Draft draft =
        new Draft(
            kind,
            registry.current().map(Version::number).orElse(null),
            List.of(spec),
            null,
            null,
            null,
            null,
            null,
            new Fingerprints(spec, null, null),
            null,
            null,
            null,
            null,
            files);
    try (RegistryLock lock = registry.lock(Duration.ofMinutes(1))) {
      if (!kind.isPublish()) {
        return lock.record(draft);
      }
      Path run = lock.staging("run");
      Files.writeString(run.resolve("model.avro"), "model");
      return lock.publish(run, draft);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
