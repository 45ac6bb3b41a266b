package io.beamgrad.registry;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.beamgrad.data.files.Storage;
import io.beamgrad.failure.RefusedDecisionException;
import io.beamgrad.report.NumberText;
import java.io.IOException;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.List;

/**
 * The exclusive, short right of one process to make a decision and to carry it out. A transaction
 * begins by carrying out the last decision, as far as its process has not.
 */
final class Transaction implements AutoCloseable {
  private static final Duration LEASE = Duration.ofMinutes(1);
  private static final Duration PATIENCE = Duration.ofMinutes(2);

  private final ModelRegistry registry;
  private final RegistryPaths paths;
  private final Lease lease;
  private History history;

  private Transaction(ModelRegistry registry, Lease lease) {
    this.registry = registry;
    this.paths = registry.paths();
    this.lease = lease;
  }

  /** Begins a transaction, after those of others. */
  static Transaction take(ModelRegistry registry) {
    RegistryPaths paths = registry.paths();
    Lease lease =
        Lease.await(
            paths.transactions(), LEASE, registry.clock(), paths.root().toString(), PATIENCE);
    Transaction transaction = new Transaction(registry, lease);
    try {
      transaction.history = History.read(paths.history());
      transaction.history.requireWhole(paths);
      VersionFolders folders = VersionFolders.of(paths, transaction.history);
      RegistrySnapshot.strays(paths, transaction.history, folders).forEach(registry::note);
      if (transaction.history.last().isPresent()) {
        transaction.complete(transaction.history.last().get());
      }
      return transaction;
    } catch (RuntimeException e) {
      transaction.close();
      throw e;
    }
  }

  History history() {
    return history;
  }

  /** The number of the version in service; 0 where there is none. */
  int inService() {
    int decided = history.inService();
    return decided == 0 ? registry.currentNumber() : decided;
  }

  /** The number of the next version, which was never given before, and whose place is free. */
  int nextVersion() {
    List<Version> there = VersionFolders.of(paths, history).versions();
    int newest = there.stream().mapToInt(Version::number).max().orElse(0);
    int next = Math.max(newest, history.newestVersion()) + 1;
    while (Files.exists(paths.version(next))) {
      next++;
    }
    return next;
  }

  /** Makes a person's decision about a version. */
  Decision decide(Decision.Kind kind, Integer version, String reason) {
    Decision.Draft draft = Decision.Draft.of(kind, parent()).withCause(reason);
    Decision decision = decision(draft, version, List.of(), null, null, null, null);
    commit(decision);
    return decision;
  }

  /** The version in service as a draft has it: null where there is none. */
  Integer parent() {
    return inService() == 0 ? null : inService();
  }

  /** The version that was in service before the last change; 0 where there was none. */
  int inServiceBefore() {
    List<Decision> changes =
        history.decisions().stream().filter(made -> made.kind().isOfService()).toList();
    Integer before = changes.isEmpty() ? null : changes.get(changes.size() - 1).parent();
    return before == null ? 0 : before;
  }

  /** True from the moment that a decision is made. */
  boolean hasMade(Decision decision) {
    return history.last().filter(decision::equals).isPresent();
  }

  /** The decision of a draft, with all that the registry adds. */
  Decision decision(
      Decision.Draft draft,
      Integer version,
      List<Integer> pruned,
      String key,
      String staged,
      String checksums,
      Decision.DataFiles files) {
    Instant now = registry.clock().instant();
    history
        .last()
        .filter(last -> last.time().isAfter(now))
        .ifPresent(
            last ->
                registry.note(
                    "%s: the clock has gone back, it says %s, decision %s was made at %s; their order is that of their numbers"
                        .formatted(
                            paths.root(),
                            NumberText.time(now.toString()),
                            last.number(),
                            NumberText.time(last.time().toString()))));
    return new Decision(
        CheckedJson.FORMAT_VERSION,
        history.lastNumber() + 1,
        now,
        draft.kind(),
        version,
        draft.parent(),
        draft.reasons(),
        draft.cause(),
        draft.scores(),
        draft.judging(),
        draft.test(),
        draft.checks(),
        draft.fingerprints(),
        draft.rows(),
        draft.warmFrom(),
        draft.copies(),
        draft.seconds(),
        files,
        pruned,
        key,
        staged,
        checksums,
        lease.fence(),
        ProcessIdentity.current().host(),
        history.lastSha256());
  }

  /**
   * Puts a list of files on the disk, before the decision that names it.
   *
   * @throws RefusedDecisionException where another process took over; nothing is changed then
   */
  Decision.DataFiles write(FileHistory.NewList list) {
    if (list == null) {
      return null;
    }
    Path file = paths.files().resolve(list.name().list() + FileDelta.SUFFIX);
    Path aside = lease.room().resolve("files");
    try {
      if (list.content() != null) {
        Disk.create(aside, list.content());
        Disk.protect(aside);
        Storage.createFolders(paths.files());
        Disk.rename(aside, file);
      }
      return list.name();
    } catch (NoSuchFileException e) {
      throw lost();
    } catch (IOException e) {
      throw Disk.failure("cannot write", file, e);
    }
  }

  /**
   * Makes a decision: from here on it is made, whatever happens.
   *
   * @throws RefusedDecisionException where another process took over; nothing is changed then
   */
  void commit(Decision decision) {
    byte[] content = CheckedJson.toBytes(decision);
    Path file = history.file(decision.number());
    Path aside = lease.room().resolve("decision");
    try {
      prepare(decision);
      Disk.create(aside, content);
      Disk.protect(aside);
      if (!Disk.link(aside, file)) {
        throw lost();
      }
    } catch (NoSuchFileException e) {
      throw lost();
    } catch (IOException e) {
      throw Disk.failure("cannot write", file, e);
    }
    history = history.with(decision, CheckedJson.sha256(content));
    complete(decision);
    try {
      IndexPage.write(new RegistrySnapshot(registry, history));
    } catch (RuntimeException e) {
      registry.note("the page was not renewed: " + e.getMessage());
    }
  }

  private RefusedDecisionException lost() {
    return new RefusedDecisionException(
        paths.root()
            + ": another process took over while this one gave no sign of life; nothing was"
            + " changed");
  }

  /**
   * Creates what needs space on the disk, so that a full disk fails before the decision is made.
   */
  private void prepare(Decision decision) throws IOException {
    Storage.createFolders(paths.versions());
    Storage.createFolders(paths.history());
    Storage.createFolders(paths.pins());
    if (decision.kind().isOfService()) {
      prepareCurrent(decision.version());
    }
  }

  private Path prepareCurrent(int version) throws IOException {
    Path aside = lease.room().resolve("current-" + RegistryPaths.digits(version));
    try {
      Disk.create(aside, (RegistryPaths.digits(version) + "\n").getBytes(UTF_8));
    } catch (FileAlreadyExistsException e) {
      // prepared before
    }
    return aside;
  }

  /** Carries out the last decision, as far as that is not done yet. */
  private void complete(Decision last) {
    Path at = paths.root();
    try {
      switch (last.kind()) {
        case PUBLISHED, FORCED -> {
          at = paths.version(last.version());
          moveIn(paths.staging().resolve(last.staged()), at);
        }
        case PINNED -> {
          at = paths.pin(last.version());
          Storage.createFolders(paths.pins());
          pin(at);
        }
        case UNPINNED -> {
          at = paths.pin(last.version());
          if (Files.deleteIfExists(at)) {
            Storage.force(paths.pins());
          }
        }
        case PRUNED -> {
          for (int version : last.pruned()) {
            at = paths.version(version);
            Disk.delete(at, paths.staging());
          }
        }
        default -> {}
      }
      int inService = history.inService();
      if (inService != 0 && !isCurrent(inService)) {
        at = paths.current();
        Disk.rename(prepareCurrent(inService), at);
      }
    } catch (NoSuchFileException e) {
      if (lease.isHeld()) {
        throw Disk.failure("cannot complete decision %s:".formatted(last.number()), at, e);
      } // else who has taken over has completed it
    } catch (IOException e) {
      throw Disk.failure("cannot complete decision %s:".formatted(last.number()), at, e);
    }
  }

  private static void moveIn(Path staged, Path version) throws IOException {
    if (Files.isDirectory(staged) && !Files.exists(version)) {
      Disk.rename(staged, version);
    }
  }

  private static void pin(Path pin) throws IOException {
    try {
      Disk.create(pin, new byte[0]);
      Storage.force(pin.getParent());
    } catch (FileAlreadyExistsException e) {
      // done before
    }
  }

  private boolean isCurrent(int version) throws IOException {
    try {
      return Files.readString(paths.current(), UTF_8).strip().equals(RegistryPaths.digits(version));
    } catch (NoSuchFileException e) {
      return false;
    }
  }

  /** Lets others begin a transaction. */
  @Override
  public void close() {
    lease.close();
  }
}
