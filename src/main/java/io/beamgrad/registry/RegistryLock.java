package io.beamgrad.registry;

import io.beamgrad.data.files.Sha256;
import io.beamgrad.data.files.Storage;
import io.beamgrad.failure.BrokenFileException;
import io.beamgrad.failure.RefusedDecisionException;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeSet;
import java.util.UUID;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.IntStream;

/** The right to make versions of a model, which one run at a time has. */
public final class RegistryLock implements AutoCloseable {
  private static final Pattern KEY = Pattern.compile("[A-Za-z0-9][A-Za-z0-9._-]*");

  private final ModelRegistry registry;
  private final RegistryPaths paths;
  private final Lease lease;
  private String key; // of the folder that this run works in

  private RegistryLock(ModelRegistry registry, Lease lease) {
    this.registry = registry;
    this.paths = registry.paths();
    this.lease = lease;
  }

  static RegistryLock take(ModelRegistry registry, Duration length) {
    RegistryPaths paths = registry.paths();
    Lease lease = Lease.take(paths.lock(), length, registry.clock(), paths.root().toString());
    RegistryLock lock = new RegistryLock(registry, lease);
    try {
      try (Transaction transaction = Transaction.take(registry)) {
        lock.removeLeftOvers(transaction.history());
      }
      return lock;
    } catch (RuntimeException e) {
      lock.close();
      throw e;
    }
  }

  /**
   * Deletes temporary folders, the folder of the run that the last decision was about, and lists of
   * files that no decision needs.
   */
  private void removeLeftOvers(History history) {
    String decided = history.last().map(Decision::key).orElse(null);
    for (String name : Disk.names(paths.staging())) {
      if (name.startsWith(".") || name.equals(decided)) {
        Storage.delete(paths.staging().resolve(name).toString());
      }
    }
    new FileHistory(paths, history.decisions())
        .unneeded().stream()
            .filter(FileHistory::isList)
            .forEach(name -> Storage.delete(paths.files().resolve(name).toString()));
  }

  /**
   * The folder that a run works in until its decision: a new one, or the one that a killed run of
   * the same key has left. The folders of other keys are removed.
   *
   * @param runKey the fingerprint of all that decides the run's result
   */
  public Path staging(String runKey) {
    if (!KEY.matcher(runKey).matches()) {
      throw new IllegalArgumentException(
          "staging: expected a key of letters and digits, found " + runKey);
    }
    // A stalled run may wake up and go on writing, so its folder is not shared with it.
    boolean isShared =
        lease.lost().map(Lease.Holder::process).filter(ProcessIdentity::isAlive).isPresent();
    List<String> found =
        Disk.names(paths.staging()).stream()
            .filter(name -> !isShared)
            .filter(name -> name.matches(Pattern.quote(runKey) + "(-\\d{6,})?"))
            .sorted()
            .toList();
    key =
        !found.isEmpty()
            ? found.get(found.size() - 1)
            : isShared ? runKey + "-" + RegistryPaths.digits(lease.fence()) : runKey;
    Path folder = paths.staging().resolve(key);
    try {
      for (String name : Disk.names(paths.staging())) {
        if (!name.equals(key)) {
          Storage.delete(paths.staging().resolve(name).toString());
        }
      }
      Storage.createFolders(folder);
    } catch (IOException e) {
      throw Disk.failure("cannot make", folder, e);
    }
    return folder;
  }

  /**
   * Publishes the files of a folder (not those in folders below it) as the next version, which is
   * then in service.
   *
   * @param folder with a {@code model.avro}
   * @param draft whose kind is published or forced
   * @throws BrokenFileException where a file is not the one that the folder's run.json says
   * @throws RefusedDecisionException where the lock was lost, or another version is in service than
   *     the draft's parent; nothing is changed then
   */
  public Decision publish(Path folder, Decision.Draft draft) {
    if (!draft.kind().isPublish()) {
      throw new IllegalArgumentException("publish: a version cannot be " + draft.kind().words());
    }
    lease.requireHeld(paths.root().toString());
    if (!Files.isRegularFile(folder.resolve("model.avro"))) {
      throw new IllegalArgumentException(folder + ": has no model.avro to publish");
    }
    Path staged = paths.staging().resolve(".new-" + UUID.randomUUID());
    Decision decision;
    boolean isMade = false;
    try {
      String checksums = stage(folder, staged);
      FileHistory.NewList files = registry.files().next(draft.dataFiles());
      try (Transaction transaction = Transaction.take(registry)) {
        requireTimely(transaction, draft);
        decision =
            transaction.decision(
                draft,
                transaction.nextVersion(),
                List.of(),
                key,
                staged.getFileName().toString(),
                checksums,
                transaction.write(files));
        add(staged, Checksums.DECISION, CheckedJson.toBytes(decision));
        Storage.force(staged);
        Storage.force(paths.staging());
        Storage.force(paths.root());
        try {
          transaction.commit(decision);
        } finally {
          isMade = transaction.hasMade(decision);
        }
      }
    } catch (IOException e) {
      throw Disk.failure("cannot publish in", paths.versions(), e);
    } finally {
      if (!isMade) {
        Storage.delete(staged.toString());
      }
    }
    removeStaging();
    return decision;
  }

  /** Copies the files, so that nobody who still has one open can change a version. */
  private static String stage(Path folder, Path staged) throws IOException {
    Storage.createFolders(staged);
    for (String name : Disk.names(folder)) {
      Path file = folder.resolve(name);
      if (Files.isRegularFile(file)
          && !name.startsWith(".")
          && !name.equals(Checksums.FILE)
          && !name.equals(Checksums.DECISION)) {
        Path copy = staged.resolve(name);
        Files.copy(file, copy);
        Disk.protect(copy);
        Storage.force(copy);
      }
    }
    SortedMap<String, String> checksums = Checksums.of(staged);
    Checksums.requireAsRun(staged, checksums);
    add(staged, Checksums.FILE, Checksums.text(checksums));
    return Sha256.ofFile(staged.resolve(Checksums.FILE));
  }

  private static void add(Path folder, String name, byte[] content) throws IOException {
    Disk.create(folder.resolve(name), content);
    Disk.protect(folder.resolve(name));
  }

  private void requireTimely(Transaction transaction, Decision.Draft draft) {
    lease.requireHeld(paths.root().toString());
    int judgedAgainst = draft.parent() == null ? 0 : draft.parent();
    if (judgedAgainst != transaction.inService()) {
      throw new RefusedDecisionException(
          "%s: %s is in service now, but this run was judged against %s; run it again"
              .formatted(paths.root(), named(transaction.inService()), named(judgedAgainst)));
    }
  }

  private static String named(int version) {
    return version == 0 ? "no version" : "version " + version;
  }

  /**
   * Records a decision that brings no version.
   *
   * @throws RefusedDecisionException where the lock was lost; nothing is changed then
   */
  public Decision record(Decision.Draft draft) {
    if (!draft.kind().isOfRun() || draft.kind().isPublish()) {
      throw new IllegalArgumentException("record: a run cannot be " + draft.kind().words());
    }
    Decision decision;
    FileHistory.NewList files = registry.files().next(draft.dataFiles());
    try (Transaction transaction = Transaction.take(registry)) {
      requireTimely(transaction, draft);
      decision =
          transaction.decision(draft, null, List.of(), key, null, null, transaction.write(files));
      transaction.commit(decision);
    }
    removeStaging();
    return decision;
  }

  private void removeStaging() {
    if (key != null) {
      try {
        Storage.delete(paths.staging().resolve(key).toString());
        Storage.force(paths.staging());
      } catch (IOException | UncheckedIOException e) {
        // The decision has been made; the next lock removes what is left.
        registry.note("cannot clean up %s: %s".formatted(paths.staging(), e.getMessage()));
      }
      key = null;
    }
  }

  /**
   * Removes all versions but the newest ones, the one in service, the one that it replaced, and
   * those that are pinned. Empty where there is nothing to remove.
   *
   * @param keep how many of the newest stay
   */
  public Optional<Decision> prune(int keep, String reason) {
    try (Transaction transaction = Transaction.take(registry)) {
      lease.requireHeld(paths.root().toString());
      List<Integer> there =
          VersionFolders.of(paths, transaction.history()).versions().stream()
              .map(Version::number)
              .toList();
      TreeSet<Integer> kept =
          there.stream()
              .skip(Math.max(0, there.size() - keep))
              .collect(Collectors.toCollection(TreeSet::new));
      there.stream().filter(registry::isPinned).forEach(kept::add);
      IntStream.of(transaction.inService(), registry.currentNumber(), transaction.inServiceBefore())
          .forEach(kept::add);
      List.copyOf(kept)
          .forEach(number -> transaction.history().superior(number).ifPresent(kept::add));
      List<Integer> gone = there.stream().filter(number -> !kept.contains(number)).toList();
      if (gone.isEmpty()) {
        return Optional.empty();
      }
      Decision.Draft draft =
          Decision.Draft.of(Decision.Kind.PRUNED, transaction.parent()).withCause(reason);
      Decision decision = transaction.decision(draft, null, gone, null, null, null, null);
      transaction.commit(decision);
      return Optional.of(decision);
    }
  }

  /** False where another has taken over, and nothing can be decided any more. */
  public boolean isHeld() {
    return lease.isHeld();
  }

  /** Lets others have the lock. */
  @Override
  public void close() {
    lease.close();
  }
}
