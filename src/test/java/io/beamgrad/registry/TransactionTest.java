package io.beamgrad.registry;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.beamgrad.failure.RefusedDecisionException;
import io.beamgrad.registry.Decision.Draft;
import io.beamgrad.registry.Decision.Kind;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.time.Instant;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class TransactionTest {
  @TempDir Path folder;

  /** As after more than a minute without a sign of life. */
  private static void silence(RegistryPaths paths) throws IOException {
    for (String name : Disk.names(paths.transactions())) {
      Path heartbeat = paths.transactions().resolve(name).resolve("heartbeat");
      if (Files.exists(heartbeat)) {
        Files.setLastModifiedTime(heartbeat, FileTime.from(Instant.now().minusSeconds(61)));
      }
    }
  }

  private static Decision rolledBack(Transaction transaction, int version) {
    return transaction.decision(
        Draft.of(Kind.ROLLED_BACK, transaction.inService()),
        version,
        List.of(),
        null,
        null,
        null,
        null);
  }

  @Test
  void whoIsStalledInItsTurnDecidesNothingWhenItWakesUp() throws IOException {
    ModelRegistry registry = ModelRegistry.create(folder, "m");
    for (String model : List.of("one", "two", "three")) {
      Registries.publish(registry, model);
    }
    Transaction stalled = Transaction.take(registry);
    Decision late = rolledBack(stalled, 1);
    silence(registry.paths());
    try (Transaction other = Transaction.take(registry)) {
      assertEquals(
          registry.folder()
              + ": another process took over while this one gave no sign of life; nothing was"
              + " changed",
          assertThrows(RefusedDecisionException.class, () -> stalled.commit(late)).getMessage());
      assertEquals(3, registry.history().size());
      other.commit(rolledBack(other, 2));
    }
    assertThrows(RefusedDecisionException.class, () -> stalled.commit(late));
    stalled.close();
    assertEquals(2, registry.current().orElseThrow().number());
    assertEquals(4, registry.history().size());
    assertEquals(List.of(), RegistryCheck.findings(registry));
  }

  @Test
  void aPageThatCannotBeWrittenFailsNoDecision() throws IOException {
    ModelRegistry registry = ModelRegistry.create(folder, "m");
    Files.createDirectories(registry.paths().page().resolve("in the way"));
    Registries.publish(registry, "one");
    assertEquals(1, registry.current().orElseThrow().number());
    assertEquals(1, registry.notes().size());
    String note = registry.notes().get(0);
    assertTrue(
        note.startsWith(
            "the page was not renewed: cannot write %s: ".formatted(registry.paths().page())),
        note);
  }
}
