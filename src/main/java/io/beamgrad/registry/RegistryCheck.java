package io.beamgrad.registry;

import io.beamgrad.data.files.Sha256;
import io.beamgrad.failure.BrokenFileException;
import io.beamgrad.failure.MissingDataException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.stream.Collectors;

/** Finds each file of a registry that is not as the decisions say. It changes nothing. */
public final class RegistryCheck {
  private final ModelRegistry registry;
  private final RegistryPaths paths;
  private final History history;
  private final List<String> findings = new ArrayList<>();

  private RegistryCheck(ModelRegistry registry) {
    this.registry = registry;
    this.paths = registry.paths();
    this.history = History.read(paths.history());
  }

  /** A line for each finding; none where every file is as it was written. */
  public static List<String> findings(ModelRegistry registry) {
    while (true) {
      RegistryCheck check = new RegistryCheck(registry);
      check.run();
      // A decision that was made, or was being carried out, meanwhile is no finding.
      if (check.findings.isEmpty() || !check.isOvertaken()) {
        return List.copyOf(check.findings);
      }
      try {
        Thread.sleep(20);
      } catch (InterruptedException e) {
        Thread.currentThread().interrupt();
        return List.copyOf(check.findings);
      }
    }
  }

  private boolean isOvertaken() {
    return History.read(paths.history()).lastNumber() != history.lastNumber()
        || isAtWork(paths.transactions());
  }

  /** True where a live process has a lock. */
  private static boolean isAtWork(Path lock) {
    try {
      Lease.Holder holder = Lease.newest(lock).orElse(null);
      return holder != null && Lease.isHeld(lock, holder);
    } catch (IOException | BrokenFileException | MissingDataException e) {
      return false; // a disk that cannot be written has nobody at work
    }
  }

  private void run() {
    findings.addAll(history.faults());
    history.entries().stream()
        .filter(History.Entry::isGivenUp)
        .forEach(entry -> findings.add(history.file(entry.number()) + ": lost"));
    checkVersions();
    checkCurrent();
    checkPins();
    checkFiles();
    checkLeftOvers();
  }

  private void checkVersions() {
    Map<Integer, Decision> published = new TreeMap<>();
    Set<Integer> pruned = new TreeSet<>();
    for (Decision decision : history.decisions()) {
      pruned.addAll(decision.pruned());
      if (decision.kind().isPublish()) {
        Decision before = published.put(decision.version(), decision);
        if (before != null) {
          findings.add(
              "%s: publishes version %s again, decision %s did"
                  .formatted(history.file(decision.number()), decision.version(), before.number()));
        }
      }
    }
    published.forEach(
        (version, decision) -> {
          if (!pruned.contains(version) && !Files.isDirectory(paths.version(version))) {
            findings.add(
                "%s: is not there, but decision %s published it"
                    .formatted(paths.version(version), decision.number()));
          }
        });
    VersionFolders folders = VersionFolders.of(paths, history);
    findings.addAll(RegistrySnapshot.strays(paths, history, folders));
    for (Version version : folders.versions()) {
      if (!published.containsKey(version.number())) {
        findings.add(version.folder() + ": no decision published it");
      } else if (pruned.contains(version.number())) {
        findings.add(version.folder() + ": is there, but was pruned");
      } else {
        check(version, published.get(version.number()));
      }
    }
  }

  private void check(Version version, Decision published) {
    List<String> faults = version.faults();
    findings.addAll(faults);
    try {
      Path checksums = version.folder().resolve(Checksums.FILE);
      if (faults.isEmpty() && !Sha256.ofFile(checksums).equals(published.checksums())) {
        findings.add(
            "%s: is not the file that decision %s published"
                .formatted(checksums, published.number()));
      }
      Path decision = version.folder().resolve(Checksums.DECISION);
      version.decision(); // checks that it is whole
      String sha256 = history.entries().get(published.number() - 1).sha256();
      if (!CheckedJson.sha256(Files.readAllBytes(decision)).equals(sha256)) {
        findings.add(
            "%s: is not decision %s of the history".formatted(decision, published.number()));
      }
    } catch (BrokenFileException | MissingDataException e) {
      findings.add(e.getMessage());
    } catch (IOException e) {
      throw Disk.failure("cannot read", version.folder(), e);
    }
  }

  private void checkCurrent() {
    int named;
    try {
      named = registry.currentNumber();
    } catch (BrokenFileException e) {
      findings.add(e.getMessage());
      return;
    }
    int decided = history.inService();
    if (decided != 0 && named != decided) {
      findings.add(
          "%s: names %s, but version %s is in service by the history; the next decision completes"
                  .formatted(paths.current(), named == 0 ? "none" : "version " + named, decided)
              + " it");
    } else if (named != 0 && !Files.isDirectory(paths.version(named))) {
      findings.add("%s: names version %s, which is not there".formatted(paths.current(), named));
    }
  }

  private void checkPins() {
    Set<Integer> decided = new TreeSet<>();
    for (Decision decision : history.decisions()) {
      if (decision.kind() == Decision.Kind.PINNED) {
        decided.add(decision.version());
      } else if (decision.kind() == Decision.Kind.UNPINNED) {
        decided.remove(decision.version());
      }
    }
    Set<Integer> found =
        Disk.names(paths.pins()).stream()
            .map(RegistryPaths::number)
            .filter(number -> number > 0)
            .collect(Collectors.toCollection(TreeSet::new));
    decided.stream()
        .filter(pin -> !found.contains(pin))
        .forEach(pin -> findings.add(paths.pin(pin) + ": is not there, but was pinned"));
    found.stream()
        .filter(pin -> !decided.contains(pin))
        .forEach(pin -> findings.add(paths.pin(pin) + ": no decision pinned it"));
  }

  private void checkFiles() {
    FileHistory files = new FileHistory(paths, history.decisions());
    findings.addAll(files.faults());
    for (String name : files.unneeded()) {
      findings.add(
          paths.files().resolve(name)
              + (FileHistory.isList(name)
                  ? ": no decision needs it; the next run removes it"
                  : ": is no list of files"));
    }
    Disk.names(paths.files()).stream()
        .filter(name -> name.endsWith(FileDelta.LOST))
        .sorted()
        .forEach(name -> findings.add(paths.files().resolve(name) + ": lost"));
  }

  private void checkLeftOvers() {
    if (isAtWork(paths.lock())) {
      return;
    }
    for (String name : Disk.names(paths.staging()).stream().sorted().toList()) {
      findings.add(
          paths.staging().resolve(name)
              + ": left by a run that did not come to its end; the next run goes on with it or"
              + " removes it");
    }
  }
}
