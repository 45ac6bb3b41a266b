package io.beamgrad.registry;

import static org.junit.jupiter.api.Assertions.assertEquals;

import io.beamgrad.cli.Cli;
import io.beamgrad.failure.Failure;
import io.beamgrad.job.SmallDisk;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A registry on a disk that fills up, and on one that cannot be written. */
class RegistryDiskIT {
  private static final int BYTES = 300_000;

  @TempDir Path folder;

  private Decision publish(ModelRegistry registry) throws IOException {
    Path run = Files.createDirectories(folder.resolve("run"));
    Files.write(run.resolve("model.avro"), new byte[BYTES]);
    try (RegistryLock lock = registry.lock(Duration.ofMinutes(1))) {
      return lock.publish(
          run,
          Decision.Draft.of(
              Decision.Kind.PUBLISHED, registry.current().map(Version::number).orElse(null)));
    }
  }

  private static String failure(IoTask task) {
    try {
      task.run();
      return "nothing failed";
    } catch (IOException | RuntimeException e) {
      Failure failure = Failure.of(e, Optional.empty());
      return failure.exitCode() + " " + failure.line();
    }
  }

  private interface IoTask {
    void run() throws IOException;
  }

  private static void assertWhole(ModelRegistry registry, int versions, int decisions) {
    Cli.Result verified =
        Cli.run("registry", "verify", "--registry", registry.folder().getParent().toString());
    assertEquals(
        "m: %s version%s and %s decision%s as written\n"
            .formatted(versions, versions == 1 ? "" : "s", decisions, decisions == 1 ? "" : "s"),
        verified.out());
    assertEquals(0, verified.exitCode());
  }

  @Test
  void aFullDiskRefusesAVersionAndLosesNothing() throws Exception {
    Optional<SmallDisk> disk = SmallDisk.mount(folder.resolve("disk"), 600);
    if (disk.isPresent()) {
      try (SmallDisk small = disk.get()) {
        ModelRegistry registry = ModelRegistry.create(small.folder().resolve("reg"), "m");
        publish(registry);
        assertEquals(
            "1 cannot publish in %s: No space left on device"
                .formatted(registry.folder().resolve("versions")),
            failure(() -> publish(registry)));
        assertWhole(registry, 1, 1);
        assertEquals(1, registry.current().orElseThrow().number());
        small.resize(2_000);
        assertEquals(2, publish(registry).version());
        assertWhole(registry, 2, 2);
      }
    }
  }

  @Test
  void aReadOnlyRegistryIsReadAndSaysWhyItCannotBeChanged() throws Exception {
    Optional<SmallDisk> disk = SmallDisk.mount(folder.resolve("disk"), 2_000);
    if (disk.isPresent()) {
      try (SmallDisk small = disk.get()) {
        ModelRegistry registry = ModelRegistry.create(small.folder().resolve("reg"), "m");
        publish(registry);
        publish(registry);
        small.makeReadOnly();
        String lock = registry.folder().resolve("lock").toString();
        assertEquals(
            "1 cannot lock %s: Read-only file system".formatted(lock),
            failure(() -> publish(registry)));
        Cli.Result refused =
            Cli.run(
                "registry",
                "rollback",
                "--registry",
                small.folder().resolve("reg").toString(),
                "--reason",
                "it is bad");
        assertEquals(
            "beamgrad: cannot lock %s: Read-only file system\n"
                .formatted(registry.folder().resolve("turns")),
            refused.err());
        assertEquals(1, refused.exitCode());
        assertWhole(registry, 2, 2);
        assertEquals(2, registry.current().orElseThrow().number());
      }
    }
  }
}
