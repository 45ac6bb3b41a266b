package io.beamgrad.registry;

import io.beamgrad.failure.BrokenFileException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;

/**
 * The decisions about a model, oldest first. Each names the checksum of the one before, so none can
 * be lost or changed without a trace.
 *
 * @param folder with a file for each decision
 * @param strays a line for each file or folder there that is none of its decisions
 */
record History(Path folder, List<Entry> entries, List<String> strays) {
  private static final String SUFFIX = ".json";
  private static final String LOST = ".json.lost";
  private static final int MOST_LOST = 1000; // decisions in a row

  /**
   * One number of the history.
   *
   * @param decision null where it cannot be read
   * @param sha256 of the decision; empty where it cannot be read
   * @param fault one line; empty where the decision can be read, and where a person has said that
   *     it is lost
   */
  record Entry(int number, Decision decision, String sha256, String fault) {
    boolean isWhole() {
      return fault.isEmpty();
    }

    /** True where a person has said that the decision is lost. */
    boolean isGivenUp() {
      return decision == null && fault.isEmpty();
    }
  }

  History {
    entries = List.copyOf(entries);
    strays = List.copyOf(strays);
  }

  /** Takes the decision out of the content of a file. */
  private interface Parser {
    Decision parse(Path file, byte[] content);
  }

  private static final Parser WHOLE =
      (file, content) -> CheckedJson.parse(file, content, Decision.class);

  /** Reads all decisions; an entry that cannot be read has a fault. */
  static History read(Path folder) {
    return read(folder, WHOLE);
  }

  /** The same, with decisions as {@link Decision.InBrief} says. */
  static History readInBrief(Path folder) {
    return read(folder, CheckedJson::parseInBrief);
  }

  private static History read(Path folder, Parser parser) {
    List<String> names = Disk.names(folder).stream().sorted().toList();
    int last = lastNumber(folder, names);
    List<String> strays =
        names.stream()
            .filter(name -> number(name) == 0 || number(name) > last)
            .map(name -> folder.resolve(name) + ": is no decision of the history")
            .toList();
    List<Entry> entries = new ArrayList<>();
    for (int number = 1; number <= last; number++) {
      Entry entry = entry(folder, number, parser);
      Entry before = entries.isEmpty() ? null : entries.get(entries.size() - 1);
      if (isChainBroken(before, entry)) {
        entries.set(
            entries.size() - 1,
            new Entry(
                before.number(),
                before.decision(),
                before.sha256(),
                "%s: is another file than the one that %s follows"
                    .formatted(
                        file(folder, before.number()), RegistryPaths.digits(number) + SUFFIX)));
      }
      entries.add(entry);
    }
    return new History(folder, entries, strays);
  }

  /**
   * The number of the last decision. Numbers have no gaps, so one far above the others is that of a
   * stray, unless the file is whole and says that it is that decision.
   */
  private static int lastNumber(Path folder, List<String> names) {
    int last = 0;
    for (int number : names.stream().map(History::number).sorted().distinct().toList()) {
      if (number > 0 && (number - last <= MOST_LOST || isDecision(folder, number))) {
        last = number;
      }
    }
    return last;
  }

  private static boolean isDecision(Path folder, int number) {
    Entry entry = entry(folder, number, WHOLE);
    return entry.isWhole() && !entry.isGivenUp();
  }

  /** The number of the decision that a file is named by; 0 where it is named otherwise. */
  private static int number(String name) {
    return RegistryPaths.number(name.endsWith(LOST) ? cut(name, LOST) : cut(name, SUFFIX));
  }

  private static boolean isChainBroken(Entry before, Entry entry) {
    return before != null
        && before.decision() != null
        && entry.decision() != null
        && entry.decision().previous() != null
        && !Objects.equals(entry.decision().previous(), before.sha256());
  }

  private static String cut(String name, String suffix) {
    return name.endsWith(suffix) ? name.substring(0, name.length() - suffix.length()) : "";
  }

  private static Entry entry(Path folder, int number, Parser parser) {
    Path file = file(folder, number);
    try {
      byte[] content = Files.readAllBytes(file);
      Decision decision = parser.parse(file, content);
      return new Entry(
          number,
          decision,
          CheckedJson.sha256(content),
          decision.number() == number
              ? ""
              : "%s: is decision %s".formatted(file, decision.number()));
    } catch (NoSuchFileException e) {
      boolean isGivenUp = Files.exists(folder.resolve(RegistryPaths.digits(number) + LOST));
      return new Entry(
          number, null, "", isGivenUp ? "" : file + ": is not there, but later ones are");
    } catch (BrokenFileException e) {
      return new Entry(number, null, "", e.getMessage());
    } catch (IOException e) {
      if (Files.isDirectory(file)) {
        return new Entry(number, null, "", file + ": expected a file, found a folder");
      }
      throw Disk.failure("cannot read", file, e);
    }
  }

  static Path file(Path folder, int number) {
    return folder.resolve(RegistryPaths.digits(number) + SUFFIX);
  }

  Path file(int number) {
    return file(folder, number);
  }

  int lastNumber() {
    return entries.isEmpty() ? 0 : entries.get(entries.size() - 1).number();
  }

  /** The decisions that can be read. */
  List<Decision> decisions() {
    return entries.stream().map(Entry::decision).filter(Objects::nonNull).toList();
  }

  Optional<Decision> last() {
    return entries.isEmpty()
        ? Optional.empty()
        : Optional.ofNullable(entries.get(entries.size() - 1).decision());
  }

  /** The checksum of the last one; null where there is none, or it is lost. */
  String lastSha256() {
    return entries.isEmpty() || entries.get(entries.size() - 1).sha256().isEmpty()
        ? null
        : entries.get(entries.size() - 1).sha256();
  }

  List<String> faults() {
    return entries.stream().map(Entry::fault).filter(fault -> !fault.isEmpty()).toList();
  }

  /**
   * @throws BrokenFileException where one cannot be read; it says how to go on
   */
  void requireWhole(RegistryPaths paths) {
    for (Entry entry : entries) {
      if (!entry.isWhole()) {
        throw new BrokenFileException(
            "%s; put it back from a backup%s, or rename it to %s%s to go on without it"
                .formatted(
                    entry.fault(),
                    copy(paths, entry.number()).map(copy -> " or from its copy " + copy).orElse(""),
                    RegistryPaths.digits(entry.number()),
                    LOST));
      }
    }
  }

  /** The copy of a decision in the version that it published. */
  private static Optional<Path> copy(RegistryPaths paths, int number) {
    for (String name : Disk.names(paths.versions()).stream().sorted().toList()) {
      Version version = new Version(0, paths.versions().resolve(name));
      try {
        if (RegistryPaths.number(name) > 0 && version.decision().number() == number) {
          return Optional.of(version.folder().resolve(Checksums.DECISION));
        }
      } catch (RuntimeException e) {
        // the copy is damaged too
      }
    }
    return Optional.empty();
  }

  /** The version that the decisions put into service; 0 where none did, or the last is lost. */
  int inService() {
    for (int i = entries.size() - 1; i >= 0; i--) {
      Decision decision = entries.get(i).decision();
      if (decision == null) {
        return 0;
      }
      if (decision.kind().isOfService()) {
        return decision.version();
      }
    }
    return 0;
  }

  /**
   * The last version that was better beyond chance than the one before it, of those that a version
   * comes from, itself included; empty where no decision says it.
   */
  Optional<Integer> superior(int version) {
    Map<Integer, Decision> published = new HashMap<>();
    decisions().stream()
        .filter(decision -> decision.kind().isPublish())
        .forEach(decision -> published.put(decision.version(), decision));
    Decision made = published.get(version);
    while (made != null && !made.isSuperior()) {
      published.remove(made.version()); // so that a circle of parents ends
      made = published.get(made.parent());
    }
    return Optional.ofNullable(made).map(Decision::version);
  }

  /** The highest number that a version was ever given. */
  int newestVersion() {
    return decisions().stream()
        .filter(decision -> decision.kind().isPublish())
        .mapToInt(Decision::version)
        .max()
        .orElse(0);
  }

  /** This history and one more decision. */
  History with(Decision decision, String sha256) {
    List<Entry> more = new ArrayList<>(entries);
    more.add(new Entry(decision.number(), decision, sha256, ""));
    return new History(folder, more, strays);
  }
}
