package io.beamgrad.registry;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.beamgrad.data.files.Storage;
import io.beamgrad.failure.LockedException;
import io.beamgrad.failure.MissingDataException;
import io.beamgrad.failure.RefusedDecisionException;
import io.beamgrad.report.NumberText;
import java.io.IOException;
import java.io.InterruptedIOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.DirectoryNotEmptyException;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.FileTime;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.Locale;
import java.util.Optional;
import java.util.UUID;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.ScheduledFuture;
import java.util.concurrent.TimeUnit;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * The right of one process at a time to work, in a folder that all of them see. Who takes it makes
 * {@code 000007.json} exclusively, one above the highest there; this number is the fence. It is
 * held while the holder has its room, the folder {@code 000007-TOKEN}, and gives a sign of life
 * there in time; a process that has died on this machine holds nothing.
 *
 * <p>Who takes over first empties and removes the rooms of all others. Whatever a holder does to
 * the registry it does by a link or a rename of a file in its room. So one that was stalled and has
 * lost the lease without knowing cannot do anything any more, at whatever moment it wakes up; no
 * clock has a part in that. Clocks only decide how soon another may take over: times of files are
 * compared with each other, so that there is one clock, the file server's.
 */
final class Lease implements AutoCloseable {
  private static final Pattern HOLDER = Pattern.compile("(\\d{6,})\\.json");
  private static final Pattern ROOM = Pattern.compile("\\d{6,}-.+");
  private static final int BEATS = 4; // signs of life in the time of the lease
  private static final int POLL_MILLIS = 20;

  /** Who has the lease, or was the last to have it. */
  record Holder(
      int formatVersion,
      int fence,
      String token,
      String host,
      String machine,
      long pid,
      String started,
      Instant since,
      long leaseMillis) {

    ProcessIdentity process() {
      return new ProcessIdentity(host, machine, pid, started);
    }

    private String file() {
      return String.format(Locale.ROOT, "%06d.json", fence);
    }

    private String room() {
      return String.format(Locale.ROOT, "%06d-%s", fence, token);
    }
  }

  private final Path folder;
  private final Holder holder;
  private final Optional<Holder> lost; // who had it until it was taken over
  private final ScheduledExecutorService beats;
  private final ScheduledFuture<?> beating;
  private volatile boolean isLost;

  private Lease(Path folder, Holder holder, Optional<Holder> lost) {
    this.folder = folder;
    this.holder = holder;
    this.lost = lost;
    this.beats =
        Executors.newSingleThreadScheduledExecutor(
            task -> {
              Thread thread = new Thread(task, "lease " + folder);
              thread.setDaemon(true);
              return thread;
            });
    long every = Math.max(1, holder.leaseMillis() / BEATS);
    beating = beats.scheduleWithFixedDelay(this::beat, every, every, TimeUnit.MILLISECONDS);
  }

  /**
   * Takes the lease, or takes it over from a holder that has died or is silent for too long.
   *
   * @param what the locked thing, for the message
   * @throws LockedException where another holds it
   */
  static Lease take(Path folder, Duration lease, Clock clock, String what) {
    try {
      Files.createDirectories(folder);
      while (true) {
        Optional<Holder> last = newest(folder);
        if (last.isPresent() && isHeld(folder, last.get())) {
          throw new LockedException(
              "%s: locked by %s since %s"
                  .formatted(
                      what, last.get().process(), NumberText.time(last.get().since().toString())));
        }
        Optional<Lease> taken = tryNext(folder, last, lease, clock);
        if (taken.isPresent()) {
          return taken.get();
        }
      }
    } catch (IOException e) {
      throw Disk.failure("cannot lock", folder, e);
    }
  }

  /** The same, but waits for others. */
  static Lease await(Path folder, Duration lease, Clock clock, String what, Duration atMost) {
    long end = System.nanoTime() + atMost.toNanos();
    while (true) {
      try {
        return take(folder, lease, clock, what);
      } catch (LockedException e) {
        if (System.nanoTime() > end) {
          throw e;
        }
      }
      try {
        Thread.sleep(POLL_MILLIS);
      } catch (InterruptedException e) {
        Thread.currentThread().interrupt();
        throw new UncheckedIOException(new InterruptedIOException(what + ": interrupted"));
      }
    }
  }

  private static Optional<Lease> tryNext(
      Path folder, Optional<Holder> last, Duration lease, Clock clock) throws IOException {
    ProcessIdentity own = ProcessIdentity.current();
    int fence = last.map(Holder::fence).orElse(0) + 1;
    Holder holder =
        new Holder(
            CheckedJson.FORMAT_VERSION,
            fence,
            UUID.randomUUID().toString(),
            own.host(),
            own.machine(),
            own.pid(),
            own.started(),
            clock.instant(),
            lease.toMillis());
    Path room = folder.resolve(holder.room());
    boolean isWon = false;
    try {
      Files.createDirectory(room);
      Disk.create(room.resolve("heartbeat"), new byte[] {0});
      Disk.create(room.resolve("holder"), CheckedJson.toBytes(holder));
      Path name = folder.resolve(holder.file());
      isWon = Disk.link(room.resolve("holder"), name);
      if (isWon && newestFence(folder) != fence) {
        Files.deleteIfExists(name); // others came and went, and their files too, since we looked
        isWon = false;
      }
    } catch (NoSuchFileException e) {
      isWon = false; // another was faster, and took our room away
    } finally {
      if (!isWon) {
        Storage.delete(room.toString());
      }
    }
    if (!isWon) {
      return Optional.empty();
    }
    boolean isTakenOver = last.isPresent() && Files.exists(folder.resolve(last.get().room()));
    removeOthers(folder, holder);
    return Optional.of(new Lease(folder, holder, isTakenOver ? last : Optional.empty()));
  }

  private static void removeOthers(Path folder, Holder own) throws IOException {
    for (String name : Disk.names(folder)) {
      Path path = folder.resolve(name);
      if (ROOM.matcher(name).matches() && !name.equals(own.room())) {
        while (Files.exists(path)) {
          try {
            Storage.delete(path.toString());
          } catch (UncheckedIOException e) {
            if (!Files.exists(path)) {
              break;
            }
            boolean isEmptyNow = Disk.names(path).isEmpty();
            if (isEmptyNow && !(e.getCause() instanceof DirectoryNotEmptyException)) {
              throw e;
            } // else its holder has just put something there once more, or taken it away
          }
        }
      } else if (!ROOM.matcher(name).matches() && !name.equals(own.file())) {
        Files.deleteIfExists(path); // older holders, and what looks at their times left
      }
    }
  }

  private static int newestFence(Path folder) {
    return Disk.names(folder).stream()
        .map(HOLDER::matcher)
        .filter(Matcher::matches)
        .mapToInt(name -> Integer.parseInt(name.group(1)))
        .max()
        .orElse(0);
  }

  /** Who has, or was the last to have, the lease of a folder. */
  static Optional<Holder> newest(Path folder) {
    while (true) {
      int fence = newestFence(folder);
      if (fence == 0) {
        return Optional.empty();
      }
      Path file = folder.resolve(String.format(Locale.ROOT, "%06d.json", fence));
      try {
        return Optional.of(CheckedJson.read(file, Holder.class));
      } catch (MissingDataException e) {
        // who has just taken the lease has tidied up
      }
    }
  }

  /** False where the holder has given it back, has died, or was silent for too long. */
  static boolean isHeld(Path folder, Holder holder) throws IOException {
    FileTime beat;
    try {
      beat = Files.getLastModifiedTime(heartbeat(folder, holder));
    } catch (NoSuchFileException e) {
      return false;
    }
    if (holder.process().isDead()) {
      return false;
    }
    FileTime now = now(folder);
    if (now.toMillis() - beat.toMillis() > holder.leaseMillis()) {
      return false;
    }
    return now.compareTo(beat) >= 0 || !isSilentByOthers(folder, holder, beat, now);
  }

  /**
   * The clock has gone back, so the last sign of life is of the future and says nothing. The first
   * who sees that notes it; who comes later, and finds it still the last one, knows.
   */
  private static boolean isSilentByOthers(Path folder, Holder holder, FileTime beat, FileTime now)
      throws IOException {
    Path note = folder.resolve(String.format(Locale.ROOT, "%06d.seen", holder.fence()));
    try {
      if (Files.readString(note).equals(beat.toString())) {
        return now.toMillis() - Files.getLastModifiedTime(note).toMillis() > holder.leaseMillis();
      }
      Files.delete(note);
    } catch (NoSuchFileException e) {
      // the first to see it
    }
    try {
      Disk.create(note, beat.toString().getBytes(UTF_8));
    } catch (FileAlreadyExistsException e) {
      // another has just noted the same
    }
    return false;
  }

  /** The time of the file server. */
  private static FileTime now(Path folder) throws IOException {
    while (true) {
      Path probe = folder.resolve(".now-" + UUID.randomUUID());
      Disk.create(probe, new byte[] {0});
      try {
        return Files.getLastModifiedTime(probe);
      } catch (NoSuchFileException e) {
        // who has just taken the lease has tidied up
      } finally {
        Files.deleteIfExists(probe);
      }
    }
  }

  private static Path heartbeat(Path folder, Holder holder) {
    return folder.resolve(holder.room()).resolve("heartbeat");
  }

  /** Gives a sign of life, in place, so that it goes on on a full disk. */
  private void beat() {
    try (FileChannel channel =
        FileChannel.open(heartbeat(folder, holder), StandardOpenOption.WRITE)) {
      channel.write(ByteBuffer.wrap(new byte[] {0}));
      channel.force(true);
    } catch (NoSuchFileException e) {
      isLost = true;
      beats.shutdown();
    } catch (IOException e) {
      // The next one may come through; where none does in time, another takes over.
    }
  }

  int fence() {
    return holder.fence();
  }

  /** Where files must lie that are linked or renamed under this lease. */
  Path room() {
    return folder.resolve(holder.room());
  }

  /** Who had the lease, where it was taken over and not given back. */
  Optional<Holder> lost() {
    return lost;
  }

  boolean isHeld() {
    return !isLost
        && Files.exists(heartbeat(folder, holder))
        && newestFence(folder) == holder.fence();
  }

  /**
   * @throws RefusedDecisionException where another has taken over
   */
  void requireHeld(String what) {
    if (!isHeld()) {
      throw new RefusedDecisionException(
          "%s: this run gave no sign of life for %s and lost its lock%s; nothing was changed"
              .formatted(
                  what,
                  NumberText.seconds(holder.leaseMillis() / 1e3),
                  newest(folder)
                      .filter(other -> other.fence() != holder.fence())
                      .map(other -> " to " + other.process())
                      .orElse("")));
    }
  }

  /** Gives the lease back. */
  @Override
  public void close() {
    beating.cancel(true);
    beats.shutdownNow();
    Storage.delete(room().toString());
  }
}
