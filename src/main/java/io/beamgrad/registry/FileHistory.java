package io.beamgrad.registry;

import io.beamgrad.data.files.Sha256;
import io.beamgrad.failure.BrokenFileException;
import io.beamgrad.registry.Decision.DataFile;
import io.beamgrad.registry.Decision.DataFiles;
import java.nio.file.Path;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Collections;
import java.util.Deque;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.BiConsumer;
import java.util.function.Predicate;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.checkerframework.checker.nullness.qual.Nullable;

/**
 * The files that the runs of a history have read. A decision names a list by its content, and the
 * list says what has changed since that of the run before; so years of history are read in one
 * pass, with the files of one run in memory at a time.
 */
public final class FileHistory {
  private static final Pattern LIST = Pattern.compile("[0-9a-f]{64}\\.avro");

  private final RegistryPaths paths;
  private final List<Decision> decisions;

  FileHistory(RegistryPaths paths, List<Decision> decisions) {
    this.paths = paths;
    this.decisions = List.copyOf(decisions);
  }

  /** Takes how the files of a decision differ from those of the one before it that has files. */
  @FunctionalInterface
  public interface Changes {
    /**
     * @param isAnew whether none of the files before stays
     * @param removed names of files that do not stay
     * @param added files that are new or changed; they may be among the names
     */
    void accept(
        Decision decision, boolean isAnew, Collection<String> removed, Collection<DataFile> added);
  }

  /** A list that is yet to be written; null content where it is there already. */
  @SuppressWarnings("ArrayRecordComponent") // nobody compares or changes the arrays
  record NewList(DataFiles name, byte @Nullable [] content) {}

  /** The content of a decision's file of before, which has the list itself. */
  private record Inline(int formatVersion, List<DataFile> dataFiles) {}

  /** The decisions that can be read, oldest first. */
  public List<Decision> decisions() {
    return decisions;
  }

  /**
   * Goes through the decisions that have files, oldest first.
   *
   * @throws BrokenFileException where a list cannot be read
   */
  public void replay(Changes changes) {
    String last = null;
    for (Decision decision : decisions) {
      DataFiles files = decision.dataFiles();
      if (files == null) {
        continue;
      }
      FileDelta delta = files.list() == null ? inline(decision) : since(last, files.list());
      boolean isAnew = delta.base() == null;
      changes.accept(decision, isAnew, delta.removed(), delta.added());
      last = files.list();
    }
  }

  private FileDelta inline(Decision decision) {
    Path file = History.file(paths.history(), decision.number());
    return new FileDelta(null, List.of(), CheckedJson.read(file, Inline.class).dataFiles());
  }

  /** What has changed from one list to another. */
  private FileDelta since(@Nullable String before, String list) {
    FileDelta delta = new FileDelta(list, List.of(), List.of());
    Deque<FileDelta> chain = new ArrayDeque<>(); // of one, unless a decision between is lost
    while (delta.base() != null && !delta.base().equals(before)) {
      delta = FileDelta.read(paths.files(), delta.base());
      chain.push(delta);
    }
    return chain.isEmpty() ? delta : chain.stream().reduce(FileDelta::then).orElseThrow();
  }

  /**
   * Goes through some decisions that have files, oldest first, in one pass.
   *
   * @param files gets each decision and its files by name, in a map that changes afterwards
   */
  public void visit(Predicate<Decision> wanted, BiConsumer<Decision, Map<String, DataFile>> files) {
    Map<String, DataFile> there = new HashMap<>();
    replay(
        (decision, isAnew, removed, added) -> {
          if (isAnew) {
            there.clear();
          }
          removed.forEach(there::remove);
          added.forEach(file -> there.put(file.identity(), file));
          if (wanted.test(decision)) {
            files.accept(decision, Collections.unmodifiableMap(there));
          }
        });
  }

  /** The files that the run of a decision has read, by name; none where it has read none. */
  public Map<String, DataFile> of(Decision decision) {
    Map<String, DataFile> files = new HashMap<>();
    if (decision.dataFiles() != null) {
      visit(made -> made.number() == decision.number(), (made, found) -> files.putAll(found));
    }
    return files;
  }

  /** The list of the files of the next decision; null where there are none. */
  @Nullable NewList next(List<DataFile> files) {
    if (files.isEmpty()) {
      return null;
    }
    Map<String, DataFile> now = new HashMap<>();
    files.forEach(file -> now.put(file.identity(), file));
    Decision last =
        decisions.stream()
            .filter(made -> made.dataFiles() != null)
            .reduce((first, next) -> next)
            .orElse(null);
    String base = last == null ? null : last.dataFiles().list();
    Map<String, DataFile> before = base == null ? Map.of() : of(last);
    if (before.equals(now)) {
      return new NewList(last.dataFiles(), null);
    }
    byte[] content = FileDelta.between(base, before, now).toBytes();
    String name = Sha256.hex(Sha256.digest().digest(content));
    return new NewList(new DataFiles(name, now.size()), content);
  }

  /** A line for each list that cannot be read; none where all are as they were written. */
  List<String> faults() {
    List<String> faults = new ArrayList<>();
    needed(faults);
    return faults;
  }

  /**
   * The names in the folder of lists that are none, and, where all lists can be read, those that no
   * decision needs.
   */
  Set<String> unneeded() {
    Set<String> found = new TreeSet<>(Disk.names(paths.files()));
    found.removeIf(name -> name.endsWith(FileDelta.LOST));
    named().forEach(list -> found.remove(list + FileDelta.SUFFIX));
    if (found.stream().anyMatch(FileHistory::isList)) {
      List<String> faults = new ArrayList<>();
      Set<String> needed = needed(faults);
      found.removeIf(
          name ->
              isList(name)
                  && (!faults.isEmpty()
                      || needed.contains(
                          name.substring(0, name.length() - FileDelta.SUFFIX.length()))));
    }
    return found;
  }

  private Stream<String> named() {
    return decisions.stream()
        .map(Decision::dataFiles)
        .filter(files -> files != null && files.list() != null)
        .map(DataFiles::list);
  }

  /** The lists that decisions name, and the lists that these start from. */
  private Set<String> needed(List<String> faults) {
    Set<String> needed = new HashSet<>();
    for (String list : named().toList()) {
      String at = list;
      while (at != null && needed.add(at)) {
        try {
          at = FileDelta.read(paths.files(), at).base();
        } catch (BrokenFileException e) {
          faults.add(e.getMessage());
          at = null;
        }
      }
    }
    return needed;
  }

  static boolean isList(String name) {
    return LIST.matcher(name).matches();
  }
}
