package io.beamgrad.registry;

import io.beamgrad.failure.BrokenFileException;
import io.beamgrad.failure.MissingDataException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Objects;
import java.util.Set;
import java.util.stream.Collectors;

/**
 * What is in the folder of versions. A version is a folder of the right name that a decision of the
 * history published, or that holds the decision that did, where that is lost from the history.
 *
 * @param versions oldest first
 * @param strays a line for each file or folder that is no version
 */
record VersionFolders(List<Version> versions, List<String> strays) {

  static VersionFolders of(RegistryPaths paths, History history) {
    Set<Integer> published =
        history.decisions().stream()
            .filter(decision -> decision.kind().isPublish())
            .map(Decision::version)
            .collect(Collectors.toSet());
    List<Version> versions = new ArrayList<>();
    List<String> strays = new ArrayList<>();
    for (String name : Disk.names(paths.versions()).stream().sorted().toList()) {
      Version version = new Version(RegistryPaths.number(name), paths.versions().resolve(name));
      boolean isPublished =
          version.number() > 0 && (published.contains(version.number()) || saysSo(version));
      if (!isPublished) {
        strays.add(version.folder() + ": no decision published it");
      } else if (!Files.isDirectory(version.folder())) {
        strays.add(version.folder() + ": expected a folder, found a file");
      } else {
        versions.add(version);
      }
    }
    versions.sort(Comparator.comparingInt(Version::number));
    return new VersionFolders(List.copyOf(versions), List.copyOf(strays));
  }

  private static boolean saysSo(Version version) {
    Path decision = version.folder().resolve(Checksums.DECISION);
    try {
      return Files.isRegularFile(decision)
          && Objects.equals(version.decision().version(), version.number());
    } catch (BrokenFileException | MissingDataException e) {
      return false;
    }
  }
}
