package io.beamgrad.retrain;

import io.beamgrad.registry.Decision;
import io.beamgrad.registry.Decision.DataFile;
import io.beamgrad.registry.FileHistory;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;
import org.checkerframework.checker.nullness.qual.Nullable;

/**
 * What the runs of a registry's history have made of some files. Files are the same where name and
 * content are; their times do not matter.
 */
final class EarlierData {
  /** A file of one content. */
  record Content(String identity, String sha256) {
    static Content of(DataFile file) {
      return new Content(file.identity(), file.sha256());
    }
  }

  private final List<Decision> history;
  private final String spec;
  private final @Nullable Integer current;
  private final FileUses uses;

  /**
   * Reads the history.
   *
   * @param names the files of interest
   * @param spec the fingerprint of the spec keys that decide a run
   * @param current the version in service; null where there is none
   */
  EarlierData(FileHistory files, Set<String> names, String spec, @Nullable Integer current) {
    this.history = files.decisions();
    this.spec = spec;
    this.current = current;
    Set<Integer> ancestors = ancestors();
    this.uses =
        FileUses.of(
            files,
            names,
            decision -> ancestors.contains(decision.number()),
            decision -> decision.kind() == Decision.Kind.STOPPED && spec.equals(specOf(decision)));
  }

  /**
   * The numbers of the decisions that published the version in service and the versions that it
   * comes from.
   */
  private Set<Integer> ancestors() {
    Map<Integer, Decision> published = new HashMap<>();
    for (Decision decision : history) {
      if (decision.kind().isPublish()) {
        published.put(decision.version(), decision);
      }
    }
    Set<Integer> ancestors = new HashSet<>();
    Decision made = published.get(current);
    while (made != null) {
      ancestors.add(made.number());
      made = published.remove(made.parent()); // removed, so that a circle of parents ends
    }
    return ancestors;
  }

  private static @Nullable String specOf(Decision decision) {
    return decision.fingerprints() == null ? null : decision.fingerprints().spec();
  }

  /** The newest record of each file. */
  Map<String, DataFile> byIdentity() {
    return uses.newest();
  }

  /**
   * Whether the version in service, or a version that it descends from, was trained on all of the
   * files.
   */
  boolean hasSeen(List<DataFile> files) {
    return files.stream().allMatch(file -> uses.seen().contains(Content.of(file)));
  }

  /** The same of the files' content, whatever their names. */
  boolean hasSeenContent(List<DataFile> files) {
    return files.stream().allMatch(file -> uses.hasSeenContent(file.sha256()));
  }

  /**
   * The same of rows of a database, of whose files the name says how new the rows are: what has
   * become of older rows does not matter.
   */
  boolean hasSeenByName(List<DataFile> files) {
    Set<String> names = uses.seen().stream().map(Content::identity).collect(Collectors.toSet());
    return files.stream().allMatch(file -> names.contains(file.identity()));
  }

  /**
   * Whether the files were new in a run of this spec that a check stopped, and have not changed. A
   * pair with one changed file is not set aside.
   */
  boolean isSetAside(List<DataFile> files) {
    return files.stream().allMatch(file -> uses.stopped().containsKey(Content.of(file)));
  }

  /** The newest decision that set one of the files aside; empty where none did. */
  Optional<Decision> setAsideBy(List<DataFile> files) {
    return files.stream()
        .map(file -> uses.stopped().get(Content.of(file)))
        .filter(Objects::nonNull)
        .max((a, b) -> Integer.compare(a.number(), b.number()));
  }

  /**
   * The last run, where this run would have the same spec, the same version in service and the same
   * files. Files that have fallen out of a window of days do not count.
   */
  Optional<Decision> sameRun(DataSelection selection, boolean isWindow) {
    return history.stream()
        .filter(made -> made.kind().isOfRun())
        .reduce((first, next) -> next)
        .filter(last -> spec.equals(specOf(last)))
        .filter(this::isOfCurrent)
        .filter(last -> hasNothingElse(last, selection, isWindow));
  }

  /** Whether the version in service is the parent or the result of the last run. */
  private boolean isOfCurrent(Decision last) {
    return Objects.equals(last.parent(), current)
        || (last.kind().isPublish() && Objects.equals(last.version(), current));
  }

  private boolean hasNothingElse(Decision last, DataSelection selection, boolean isWindow) {
    Set<Content> before = new HashSet<>(last.dataFiles() == null ? Set.of() : uses.ofLastRun());
    before.removeAll(uses.stopped().keySet());
    Set<Content> now = new HashSet<>();
    selection.files().forEach(file -> now.add(Content.of(file)));
    return isWindow ? before.containsAll(now) : before.equals(now);
  }
}
