package io.beamgrad.registry;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;

/** A registry as it was at one moment, of which each decision and folder was read once. */
public final class RegistrySnapshot {
  private final ModelRegistry registry;
  private final History history;
  private final int inService;
  private final Map<Integer, Version> versions = new TreeMap<>();
  private final Set<Integer> pins = new TreeSet<>();
  private final List<String> strays;

  RegistrySnapshot(ModelRegistry registry, History history) {
    this.registry = registry;
    this.history = history;
    RegistryPaths paths = registry.paths();
    inService = registry.currentNumber();
    VersionFolders folders = VersionFolders.of(paths, history);
    folders.versions().forEach(version -> versions.put(version.number(), version));
    Disk.names(paths.pins()).forEach(name -> pins.add(RegistryPaths.number(name)));
    strays = strays(paths, history, folders);
  }

  /** A line for each file or folder that does not belong to a registry. */
  static List<String> strays(RegistryPaths paths, History history, VersionFolders folders) {
    List<String> strays = new ArrayList<>(history.strays());
    strays.addAll(folders.strays());
    Disk.names(paths.pins()).stream()
        .filter(name -> RegistryPaths.number(name) == 0)
        .sorted()
        .forEach(name -> strays.add(paths.pins().resolve(name) + ": no decision pinned it"));
    return strays;
  }

  public ModelRegistry registry() {
    return registry;
  }

  /** The decisions that can be read, oldest first. */
  public List<Decision> decisions() {
    return history.decisions();
  }

  /** The versions that are there, oldest first. */
  public List<Version> versions() {
    return List.copyOf(versions.values());
  }

  /** The number of the version in service; 0 where there is none. */
  public int inService() {
    return inService;
  }

  public boolean isPinned(int version) {
    return pins.contains(version);
  }

  /** Such as "in service, pinned"; empty for one that is only there. */
  public String state(int version) {
    return state(inService == version, isPinned(version), versions.containsKey(version));
  }

  static String state(boolean isInService, boolean isPinned, boolean isThere) {
    List<String> words = new ArrayList<>();
    if (isInService) {
      words.add("in service");
    }
    if (isPinned) {
      words.add("pinned");
    }
    if (!isThere) {
      words.add("gone");
    }
    return String.join(", ", words);
  }

  /** A line for each decision that cannot be read, or is missing. */
  public List<String> faults() {
    return history.faults();
  }

  /** A line for each file or folder that does not belong to the registry and is left alone. */
  public List<String> strays() {
    return List.copyOf(strays);
  }
}
