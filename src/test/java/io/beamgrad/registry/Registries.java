package io.beamgrad.registry;

import io.beamgrad.registry.Decision.Draft;
import io.beamgrad.registry.Decision.Kind;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;

/** Registries whose models are texts. */
final class Registries {
  static final Duration LEASE = Duration.ofMinutes(1);

  private Registries() {}

  /** What a run would leave in its folder. */
  static Path fill(Path folder, String model) throws IOException {
    Files.createDirectories(folder.resolve("work"));
    Files.writeString(folder.resolve("model.avro"), model);
    Files.writeString(folder.resolve("job.yaml"), "seed: 1\n");
    Files.writeString(folder.resolve("work/lock"), "");
    return folder;
  }

  /** Publishes a model as better than the one in service. */
  static Decision publish(ModelRegistry registry, String model) throws IOException {
    try (RegistryLock lock = registry.lock(LEASE)) {
      return publish(registry, lock, model);
    }
  }

  static Decision publish(ModelRegistry registry, RegistryLock lock, String model)
      throws IOException {
    return lock.publish(fill(lock.staging("key"), model), better(registry));
  }

  static Draft better(ModelRegistry registry) {
    Integer parent = registry.current().map(Version::number).orElse(null);
    return Draft.of(Kind.PUBLISHED, parent, "it is better");
  }

  static String model(Version version) throws IOException {
    return Files.readString(version.model());
  }
}
