package io.beamgrad.registry;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.beamgrad.data.files.BuildVersion;
import io.beamgrad.data.files.Storage;
import io.beamgrad.failure.BrokenFileException;
import io.beamgrad.failure.LockedException;
import io.beamgrad.failure.MissingDataException;
import io.beamgrad.failure.WrongInputException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.HexFormat;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import java.util.regex.Pattern;

/**
 * The versions of one model and all that was decided about them, in a folder on a POSIX disk that
 * several machines may share. Readers need no lock: {@link #current} names a version that is whole.
 *
 * <p>The one step that makes a decision is the exclusive creation of the next file of its history.
 * All else follows from the history, and the next process completes it where one was killed: a
 * rename gives the folder of a new version its name, and then a second one replaces {@code
 * current}. A process that is killed in between has decided; one that is killed before has not.
 *
 * <p>Two locks are taken, both as {@link Lease} says. A run holds {@code lock} for as long as it
 * trains, so there is one at a time. Every decision, also that of a person who rolls back while a
 * run trains, is made in a {@link Transaction}, which takes milliseconds. There a run is refused
 * whose lock has passed to another, or that was judged against a version that is not in service any
 * more.
 */
public final class ModelRegistry {
  private static final Pattern NAME = Pattern.compile("[A-Za-z0-9][A-Za-z0-9._-]*");
  private static final Pattern ADDRESS = Pattern.compile("[A-Za-z0-9]+:/.*");
  private static final int SALT_BYTES = 16;
  private static final String NO_SALT = "none"; // of a registry that is yet to be made

  /** The settings that a model gets once. */
  private record Settings(
      int formatVersion, String model, String salt, Instant created, String beamgrad) {}

  private final RegistryPaths paths;
  private final String salt;
  private final Clock clock;
  private final Set<String> notes = new LinkedHashSet<>();

  private ModelRegistry(RegistryPaths paths, String salt, Clock clock) {
    this.paths = paths;
    this.salt = salt;
    this.clock = clock;
  }

  /**
   * The registry of a model, which is made where there is none.
   *
   * @throws WrongInputException where the folder is not on a disk that can hold one, or holds
   *     something else, or the name is not one for a folder
   */
  public static ModelRegistry create(Path folder, String model) {
    requireDisk(folder);
    requireName(model);
    RegistryPaths paths = new RegistryPaths(folder.resolve(model));
    try {
      if (!Files.exists(paths.settings())) {
        requireOnlyModels(folder);
        Storage.createFolders(folder);
        Disk.requirePosix(folder);
        create(folder, paths, model);
      }
    } catch (IOException e) {
      throw Disk.failure("cannot make a registry in", folder, e);
    }
    return open(folder, model);
  }

  /**
   * The registry of a model; where there is none one without versions, of which nothing is made.
   * The salt of that is not the one which it would be made with.
   *
   * @throws WrongInputException where {@link #create} would refuse folder or name
   */
  public static ModelRegistry openOrEmpty(Path folder, String model) {
    requireDisk(folder);
    requireName(model);
    RegistryPaths paths = new RegistryPaths(folder.resolve(model));
    if (Files.exists(paths.settings())) {
      return open(folder, model);
    }
    requireOnlyModels(folder);
    return new ModelRegistry(paths, NO_SALT, Clock.systemUTC());
  }

  private static void requireName(String model) {
    if (!NAME.matcher(model).matches()) {
      throw new WrongInputException(
          "a model in a registry must be named by letters, digits, '.', '_' and '-', found "
              + model);
    }
  }

  /**
   * Renames a folder that has its settings, so that two processes that make it agree on the salt.
   */
  private static void create(Path folder, RegistryPaths paths, String model) throws IOException {
    byte[] random = new byte[SALT_BYTES];
    new SecureRandom().nextBytes(random);
    RegistryPaths aside = new RegistryPaths(folder.resolve("." + model + "-" + UUID.randomUUID()));
    try {
      Files.createDirectories(aside.versions());
      Files.createDirectories(aside.history());
      Files.createDirectories(aside.files());
      Files.createDirectories(aside.pins());
      Disk.create(
          aside.settings(),
          CheckedJson.toBytes(
              new Settings(
                  CheckedJson.FORMAT_VERSION,
                  model,
                  HexFormat.of().formatHex(random),
                  Clock.systemUTC().instant(),
                  BuildVersion.text())));
      Storage.force(aside.root());
      Disk.rename(aside.root(), paths.root());
    } catch (IOException e) {
      if (!Files.exists(paths.settings())) {
        throw e; // else another has just made it
      }
    } finally {
      Storage.delete(aside.root().toString());
    }
  }

  private static void requireOnlyModels(Path folder) {
    for (String name : Disk.names(folder).stream().sorted().toList()) {
      boolean isOfRegistry =
          name.startsWith(".")
              || name.equals("index.html")
              || name.equals("lost+found")
              || Files.exists(new RegistryPaths(folder.resolve(name)).settings());
      if (!isOfRegistry) {
        throw new WrongInputException(
            "%s: expected a registry, or an empty or new folder for one, found %s"
                .formatted(folder, name));
      }
    }
    if (Files.exists(folder) && !Files.isDirectory(folder)) {
      throw new WrongInputException(folder + ": expected a folder for a registry, found a file");
    }
  }

  private static void requireDisk(Path folder) {
    if (ADDRESS.matcher(folder.toString()).matches()) {
      throw new WrongInputException(
          "%s: a registry must be a folder of a POSIX disk; object stores have no conditional create"
              .formatted(folder));
    }
  }

  /**
   * The registry of a model that is there.
   *
   * @throws MissingDataException where it is not
   * @throws BrokenFileException where its settings are damaged or those of a newer beamgrad
   */
  public static ModelRegistry open(Path folder, String model) {
    requireDisk(folder);
    RegistryPaths paths = new RegistryPaths(folder.resolve(model));
    if (!Files.exists(paths.settings())) {
      List<String> models = models(folder);
      throw new MissingDataException(
          "%s: has no model %s, but %s".formatted(folder, model, String.join(", ", models)));
    }
    Settings settings = CheckedJson.read(paths.settings(), Settings.class);
    return new ModelRegistry(paths, settings.salt(), Clock.systemUTC());
  }

  /**
   * The names of the models in a registry, sorted.
   *
   * @throws MissingDataException where the folder is no registry
   */
  public static List<String> models(Path folder) {
    requireDisk(folder);
    List<String> models =
        Disk.names(folder).stream()
            .filter(name -> NAME.matcher(name).matches())
            .filter(name -> Files.exists(new RegistryPaths(folder.resolve(name)).settings()))
            .sorted()
            .toList();
    if (models.isEmpty()) {
      throw new MissingDataException(
          "%s: expected a registry, found %s"
              .formatted(
                  folder,
                  !Files.exists(folder)
                      ? "no such folder"
                      : Files.isDirectory(folder) ? "no MODEL/registry.json in it" : "a file"));
    }
    return models;
  }

  /** The same registry with another clock for the times of decisions. */
  public ModelRegistry withClock(Clock newClock) {
    return new ModelRegistry(paths, salt, newClock);
  }

  /** The folder of the model. */
  public Path folder() {
    return paths.root();
  }

  public String model() {
    return paths.root().getFileName().toString();
  }

  /** False for a registry that is yet to be made. */
  public boolean isThere() {
    return !salt.equals(NO_SALT);
  }

  /** The salt of the holdout, in hex; it never changes. */
  public String salt() {
    return salt;
  }

  /** What a person should know though nothing has failed, one line each. */
  public List<String> notes() {
    return List.copyOf(notes);
  }

  void note(String line) {
    notes.add(line);
  }

  RegistryPaths paths() {
    return paths;
  }

  Clock clock() {
    return clock;
  }

  /**
   * The version in service; empty where none was published yet.
   *
   * @throws BrokenFileException where it is not there
   */
  public Optional<Version> current() {
    int number = currentNumber();
    if (number == 0) {
      return Optional.empty();
    }
    if (!Files.isDirectory(paths.version(number))) {
      throw new BrokenFileException(
          "%s: names version %s, which is not there; put it back, or roll back to another"
              .formatted(paths.current(), number));
    }
    return Optional.of(new Version(number, paths.version(number)));
  }

  /** The version that {@code current} names; 0 where it names none yet. */
  int currentNumber() {
    try {
      String text = Files.readString(paths.current(), UTF_8);
      int number = RegistryPaths.number(text.strip());
      if (number == 0) {
        throw new BrokenFileException(
            "%s: expected the number of a version, found %s"
                .formatted(paths.current(), text.isBlank() ? "nothing" : text.strip()));
      }
      return number;
    } catch (NoSuchFileException e) {
      return 0;
    } catch (IOException e) {
      throw Disk.failure("cannot read", paths.current(), e);
    }
  }

  /** The versions that are there, oldest first. */
  public List<Version> versions() {
    return VersionFolders.of(paths, History.read(paths.history())).versions();
  }

  /**
   * A version that is there.
   *
   * @throws WrongInputException where it is not
   */
  public Version version(int number) {
    Path folder = paths.version(number);
    if (number < 1 || !Files.isDirectory(folder)) {
      throw new WrongInputException(
          "%s: has no version %s%s"
              .formatted(
                  paths.root(),
                  number,
                  history().stream().anyMatch(decision -> decision.pruned().contains(number))
                      ? ", it was pruned"
                      : ""));
    }
    return new Version(number, folder);
  }

  boolean isThere(int version) {
    return Files.isDirectory(paths.version(version));
  }

  public boolean isPinned(int version) {
    return Files.exists(paths.pin(version));
  }

  /** The decisions that can be read, oldest first. */
  public List<Decision> history() {
    return History.read(paths.history()).decisions();
  }

  /**
   * The last version that was better beyond chance than the one before it, of those that a version
   * comes from, itself included; it is kept while the version is.
   */
  public Optional<Version> superior(int version) {
    return History.read(paths.history())
        .superior(version)
        .filter(this::isThere)
        .map(number -> new Version(number, paths.version(number)));
  }

  /** The files that the runs of the history have read. */
  public FileHistory files() {
    return new FileHistory(paths, history());
  }

  /** The registry as it is now. */
  public RegistrySnapshot snapshot() {
    return new RegistrySnapshot(this, History.read(paths.history()));
  }

  /** The same, with decisions that have no checks, test and fingerprints, for a list. */
  public RegistrySnapshot brief() {
    return new RegistrySnapshot(this, History.readInBrief(paths.history()));
  }

  /** A line for each decision that cannot be read, or is missing. */
  public List<String> historyFaults() {
    return History.read(paths.history()).faults();
  }

  /**
   * Takes the lock that lets one run work at a time, and completes what killed runs left half done.
   *
   * @param lease how long another waits for a sign of life before it takes over; signs are given
   *     four times in that
   * @throws LockedException where another is at work
   */
  public RegistryLock lock(Duration lease) {
    return RegistryLock.take(this, lease);
  }

  /**
   * Puts an older version into service again.
   *
   * @param to the version; empty for the one that the version in service replaced
   * @throws WrongInputException where there is no such version
   * @throws BrokenFileException where it is damaged
   */
  public Decision rollBack(Optional<Integer> to, String reason) {
    try (Transaction transaction = Transaction.take(this)) {
      int current = transaction.inService();
      int version = to.orElseGet(() -> replacedBy(current));
      if (version == current) {
        throw new WrongInputException(
            "%s: version %s is in service already".formatted(paths.root(), version));
      }
      version(version).verify();
      return transaction.decide(Decision.Kind.ROLLED_BACK, version, reason);
    }
  }

  private int replacedBy(int current) {
    Integer parent =
        history().stream()
            .filter(decision -> decision.kind().isPublish() && decision.version() == current)
            .findFirst()
            .map(Decision::parent)
            .orElse(null);
    if (parent == null) {
      throw new WrongInputException(
          current == 0
              ? paths.root() + ": has no version yet"
              : "%s: version %s replaced none; say which one by --to"
                  .formatted(paths.root(), current));
    }
    return parent;
  }

  /** Keeps a version from being pruned. */
  public Decision pin(int version, String reason) {
    try (Transaction transaction = Transaction.take(this)) {
      version(version);
      requirePin(version, false, "pinned already");
      return transaction.decide(Decision.Kind.PINNED, version, reason);
    }
  }

  public Decision unpin(int version, String reason) {
    try (Transaction transaction = Transaction.take(this)) {
      requirePin(version, true, "not pinned");
      return transaction.decide(Decision.Kind.UNPINNED, version, reason);
    }
  }

  private void requirePin(int version, boolean isPinned, String otherwise) {
    if (isPinned(version) != isPinned) {
      throw new WrongInputException(
          "%s: version %s is %s".formatted(paths.root(), version, otherwise));
    }
  }
}
