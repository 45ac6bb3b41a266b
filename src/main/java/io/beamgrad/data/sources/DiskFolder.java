package io.beamgrad.data.sources;

import io.beamgrad.data.files.Storage;
import io.beamgrad.data.files.StoredFile;
import io.beamgrad.failure.MissingDataException;
import io.beamgrad.failure.WrongInputException;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.FileVisitOption;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;

/** A folder on a disk. */
final class DiskFolder extends DataFolder {
  private final Path folder;
  private final Path root; // the same, absolute

  DiskFolder(Path folder) {
    this.folder = folder;
    this.root = folder.toAbsolutePath().normalize();
  }

  @Override
  void requireThere() {
    if (!Files.isDirectory(folder)) {
      throw new MissingDataException("%s: no such folder".formatted(folder));
    }
  }

  @Override
  boolean isFolder(String name) {
    return Files.isDirectory(folder.resolve(name));
  }

  @Override
  boolean exists(String name) {
    return Files.exists(folder.resolve(name));
  }

  @Override
  List<String> files(String start) {
    Path from = folder.resolve(start);
    if (!Files.isDirectory(from)) {
      return List.of();
    }
    try (Stream<Path> walk = Files.walk(from, FileVisitOption.FOLLOW_LINKS)) {
      return walk.filter(Files::isRegularFile)
          .map(file -> below(root.relativize(file.toAbsolutePath().normalize()), file))
          .sorted()
          .toList();
    } catch (IOException e) {
      throw new UncheckedIOException("%s: %s".formatted(from, e.getMessage()), e);
    }
  }

  @Override
  String normal(String name) {
    Path file = folder.resolve(name);
    return below(root.relativize(file.toAbsolutePath().normalize()), file);
  }

  private String below(Path relative, Path file) {
    if (relative.startsWith("..")) {
      throw new WrongInputException(
          "%s does not lie below the data folder %s".formatted(file, folder));
    }
    return relative.toString().replace(relative.getFileSystem().getSeparator(), "/");
  }

  @Override
  String shown(String name) {
    return folder.resolve(name).toString();
  }

  @Override
  public String path(String name) {
    return root.resolve(name).toString();
  }

  @Override
  public StoredFile file(String name) {
    return Storage.find(path(name))
        .orElseThrow(() -> new MissingDataException(shown(name) + ": no such file"));
  }

  @Override
  public String toString() {
    return folder.toString();
  }
}
