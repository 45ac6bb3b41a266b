package io.beamgrad.registry;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.beamgrad.failure.LockedException;
import io.beamgrad.failure.RefusedDecisionException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class LeaseTest {
  private static final Duration LEASE = Duration.ofMinutes(1);
  private static final Clock CLOCK =
      Clock.fixed(Instant.parse("2026-11-23T11:20:45Z"), ZoneOffset.UTC);
  private static final ProcessIdentity SELF = ProcessIdentity.current();

  @TempDir Path folder;

  private Lease take() {
    return Lease.take(folder, LEASE, CLOCK, "reg/m");
  }

  private String refusal() {
    return assertThrows(LockedException.class, this::take).getMessage();
  }

  /** As another process has it that gave its last sign of life so long ago. */
  private Path held(int fence, ProcessIdentity by, Duration ago) throws IOException {
    Lease.Holder holder =
        new Lease.Holder(
            1,
            fence,
            "token",
            by.host(),
            by.machine(),
            by.pid(),
            by.started(),
            CLOCK.instant(),
            LEASE.toMillis());
    Files.write(
        folder.resolve(String.format(Locale.ROOT, "%06d.json", fence)),
        CheckedJson.toBytes(holder));
    Path room =
        Files.createDirectories(folder.resolve(String.format(Locale.ROOT, "%06d-token", fence)));
    Files.write(room.resolve("heartbeat"), new byte[] {0});
    Files.setLastModifiedTime(room.resolve("heartbeat"), FileTime.from(Instant.now().minus(ago)));
    return room;
  }

  @Test
  void oneHoldsItAtATimeAndFencesGrow() {
    try (Lease first = take()) {
      assertTrue(first.isHeld());
      assertEquals(1, first.fence());
      assertEquals("reg/m: locked by %s since 2026-11-23 11:20:45 UTC".formatted(SELF), refusal());
    }
    try (Lease second = take()) {
      assertEquals(2, second.fence());
    }
    assertEquals(List.of("000002.json"), Disk.names(folder));
  }

  @Test
  void ofManyAtOnceOneHasItAtAnyTime() throws Exception {
    ExecutorService threads = Executors.newFixedThreadPool(10);
    AtomicInteger inside = new AtomicInteger();
    AtomicInteger most = new AtomicInteger();
    try {
      List<Future<?>> all =
          IntStream.range(0, 10)
              .<Future<?>>mapToObj(
                  i ->
                      threads.submit(
                          () -> {
                            for (int turn = 0; turn < 5; turn++) {
                              try (Lease lease = Lease.await(folder, LEASE, CLOCK, "m", LEASE)) {
                                most.accumulateAndGet(inside.incrementAndGet(), Math::max);
                                assertTrue(lease.isHeld());
                                inside.decrementAndGet();
                              }
                            }
                          }))
              .toList();
      for (Future<?> one : all) {
        one.get();
      }
      assertEquals(1, most.get());
      assertEquals(50, Lease.newest(folder).orElseThrow().fence());
    } finally {
      threads.shutdown();
    }
  }

  @Test
  void aProcessThatHasDiedHereHoldsNothing() throws Exception {
    Process process = new ProcessBuilder("true").start();
    assertEquals(0, process.waitFor());
    held(4, new ProcessIdentity(SELF.host(), SELF.machine(), process.pid(), "1"), Duration.ZERO);
    try (Lease lease = take()) {
      assertEquals(5, lease.fence());
    }
  }

  @Test
  void anotherProcessThatGotTheSameNumberIsNotTakenForIt() throws IOException {
    held(4, new ProcessIdentity(SELF.host(), SELF.machine(), SELF.pid(), "1"), Duration.ZERO);
    take().close();
  }

  @Test
  void aLiveProcessThatIsSilentForTooLongLosesIt() throws IOException {
    Path room = held(4, SELF, Duration.ofSeconds(61));
    try (Lease lease = take()) {
      assertFalse(Files.exists(room));
      assertEquals(4, lease.lost().orElseThrow().fence());
    }
  }

  @Test
  void onAnotherHostOnlyTheLeaseCounts() throws IOException {
    ProcessIdentity other = new ProcessIdentity("elsewhere", "another boot", 1, "1");
    held(4, other, Duration.ofSeconds(50));
    assertEquals(
        "reg/m: locked by process 1 on elsewhere since 2026-11-23 11:20:45 UTC", refusal());
    held(4, other, Duration.ofSeconds(61));
    take().close();
  }

  @Test
  void aHostOfTheSameNameIsNotTakenForThisOne() throws IOException {
    held(4, new ProcessIdentity(SELF.host(), "another boot", 1, "1"), Duration.ZERO);
    refusal();
  }

  @Test
  void aSignOfLifeFromTheFutureHoldsForOneLeaseAfterItWasSeen() throws IOException {
    held(4, new ProcessIdentity("elsewhere", "another boot", 1, "1"), Duration.ofDays(-1));
    refusal();
    refusal();
    Path note = folder.resolve("000004.seen");
    Files.setLastModifiedTime(note, FileTime.from(Instant.now().minusSeconds(61)));
    take().close();
    assertEquals(List.of("000005.json"), Disk.names(folder));
  }

  @Test
  void whoHasLostItCannotPutAnythingIntoPlaceAnyMore() throws IOException {
    Lease first = take();
    Path aside = first.room().resolve("decision");
    Disk.create(aside, new byte[] {1});
    Files.setLastModifiedTime(
        first.room().resolve("heartbeat"), FileTime.from(Instant.now().minusSeconds(61)));
    try (Lease second = take()) {
      assertFalse(first.isHeld());
      assertThrows(
          IOException.class, () -> Disk.link(aside, folder.resolveSibling("decision.json")));
      assertEquals(
          "reg/m: this run gave no sign of life for 60.0 s and lost its lock to %s; nothing was changed"
              .formatted(SELF),
          assertThrows(RefusedDecisionException.class, () -> first.requireHeld("reg/m"))
              .getMessage());
      first.close();
      assertTrue(second.isHeld());
    }
  }

  @Test
  void whatCannotBeReadIsNamed() throws IOException {
    Files.writeString(folder.resolve("000003.json"), "{");
    assertTrue(
        assertThrows(io.beamgrad.failure.BrokenFileException.class, this::take)
            .getMessage()
            .startsWith(folder.resolve("000003.json") + ": damaged, expected JSON: "));
  }
}
