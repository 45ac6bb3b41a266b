package io.beamgrad.retrain;

import io.beamgrad.registry.Decision;
import io.beamgrad.registry.Decision.DataFile;
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
 * The files that the runs of a registry's history have read. Files are the same where name and
 * content are; their times do not matter.
 */
final class EarlierData {
  private record Content(String identity, String sha256) {
    static Content of(DataFile file) {
      return new Content(file.identity(), file.sha256());
    }
  }

  private final List<Decision> history;
  private final @Nullable Integer current;
  private final Set<Content> seen = new HashSet<>();
  private final Set<String> contents = new HashSet<>(); // of those seen
  private final Set<Content> stopped = new HashSet<>();

  /**
   * @param history all decisions, oldest first
   * @param current the version in service; null where there is none
   */
  EarlierData(List<Decision> history, @Nullable Integer current) {
    this.history = List.copyOf(history);
    this.current = current;
    Map<Integer, Decision> published = new HashMap<>();
    Set<Content> passed = new HashSet<>();
    for (Decision decision : history) {
      if (decision.kind().isPublish()) {
        published.put(decision.version(), decision);
      }
      if (decision.kind().isOfRun()) {
        Set<Content> of = decision.kind() == Decision.Kind.STOPPED ? stopped : passed;
        decision.dataFiles().forEach(file -> of.add(Content.of(file)));
      }
    }
    stopped.removeAll(passed);
    Decision made = published.get(current);
    while (made != null) {
      made.dataFiles().forEach(file -> seen.add(Content.of(file)));
      made.dataFiles().forEach(file -> contents.add(file.sha256()));
      made = published.remove(made.parent()); // removed, so that a circle of parents ends
    }
  }

  /** The newest record of each file. */
  Map<String, DataFile> byIdentity() {
    Map<String, DataFile> known = new HashMap<>();
    for (Decision decision : history) {
      decision.dataFiles().forEach(file -> known.put(file.identity(), file));
    }
    return known;
  }

  /**
   * Whether the version in service, or a version that it descends from, was trained on all of the
   * files.
   */
  boolean hasSeen(List<DataFile> files) {
    return files.stream().allMatch(file -> seen.contains(Content.of(file)));
  }

  /** The same of the files' content, whatever their names. */
  boolean hasSeenContent(List<DataFile> files) {
    return files.stream().allMatch(file -> contents.contains(file.sha256()));
  }

  /**
   * The same of rows of a database, of whose files the name says how new the rows are: what has
   * become of older rows does not matter.
   */
  boolean hasSeenByName(List<DataFile> files) {
    Set<String> names = seen.stream().map(Content::identity).collect(Collectors.toSet());
    return files.stream().allMatch(file -> names.contains(file.identity()));
  }

  /**
   * Whether the files were new in a run that a check stopped, and have not changed. A pair with one
   * changed file is not set aside.
   */
  boolean isSetAside(List<DataFile> files) {
    return files.stream().allMatch(file -> stopped.contains(Content.of(file)));
  }

  /**
   * The last run, where this run would have the same spec, the same version in service and the same
   * files. Files that have fallen out of a window of days do not count.
   *
   * @param spec the fingerprint of the spec keys that decide a run
   */
  Optional<Decision> sameRun(DataSelection selection, String spec, boolean isWindow) {
    return history.stream()
        .filter(made -> made.kind().isOfRun())
        .reduce((first, next) -> next)
        .filter(last -> last.fingerprints() != null && spec.equals(last.fingerprints().spec()))
        .filter(this::isOfCurrent)
        .filter(last -> hasNothingElse(last, selection, isWindow));
  }

  /** Whether the version in service is the parent or the result of the last run. */
  private boolean isOfCurrent(Decision last) {
    return Objects.equals(last.parent(), current)
        || (last.kind().isPublish() && Objects.equals(last.version(), current));
  }

  private boolean hasNothingElse(Decision last, DataSelection selection, boolean isWindow) {
    Set<Content> before = new HashSet<>();
    last.dataFiles().forEach(file -> before.add(Content.of(file)));
    before.removeAll(stopped);
    Set<Content> now = new HashSet<>();
    selection.files().forEach(file -> now.add(Content.of(file)));
    return isWindow ? before.containsAll(now) : before.equals(now);
  }
}
