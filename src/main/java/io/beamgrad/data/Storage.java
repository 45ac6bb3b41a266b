package io.beamgrad.data;

import java.io.BufferedOutputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.nio.channels.Channels;
import java.nio.channels.SeekableByteChannel;
import java.nio.file.FileSystemException;
import java.nio.file.FileVisitResult;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.SimpleFileVisitor;
import java.nio.file.StandardCopyOption;
import java.nio.file.attribute.BasicFileAttributes;
import java.util.List;
import java.util.UUID;
import java.util.stream.Stream;
import org.apache.beam.sdk.io.FileSystems;
import org.apache.beam.sdk.io.fs.EmptyMatchTreatment;
import org.apache.beam.sdk.io.fs.MatchResult;

/**
 * The files of a run, on a local or shared disk, or, for paths such as {@code s3://bucket/key}, on
 * whatever Beam's file systems reach. A file appears under its name whole or not at all: on a disk
 * it is written aside and renamed, on an object store it is put in one piece.
 */
public final class Storage {

  /** Writes the content of one file. */
  @FunctionalInterface
  public interface Body {
    void writeTo(OutputStream out) throws IOException;
  }

  private static final String ASIDE = ".aside-";

  private Storage() {}

  /** Writes a file, replacing one of the same name in one step. Folders are made as needed. */
  public static void write(String path, Body body) {
    try {
      if (isRemote(path)) {
        // Closing a channel publishes what is in it, so all of it is made before one is opened.
        ByteArrayOutputStream whole = new ByteArrayOutputStream();
        body.writeTo(whole);
        try (OutputStream out =
            Channels.newOutputStream(
                FileSystems.create(
                    FileSystems.matchNewResource(path, false), "application/octet-stream"))) {
          whole.writeTo(out);
        }
      } else {
        writeAsideAndRename(Path.of(path), body);
      }
    } catch (IOException e) {
      throw failure("cannot write", path, e);
    }
  }

  private static void writeAsideAndRename(Path path, Body body) throws IOException {
    Path folder = path.toAbsolutePath().getParent();
    Files.createDirectories(folder);
    // The name is unique, so that a second attempt at the same file, still running or killed, is
    // never in the way.
    Path aside = folder.resolve("." + path.getFileName() + ASIDE + UUID.randomUUID());
    try {
      try (OutputStream out = new BufferedOutputStream(Files.newOutputStream(aside), 1 << 16)) {
        body.writeTo(out);
      }
      Files.move(aside, path, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
    } finally {
      Files.deleteIfExists(aside);
    }
  }

  /**
   * Deletes the files of writers that were killed; there must be no others at work in the folder.
   */
  public static void deleteAside(Path folder) {
    try (Stream<Path> files = Files.list(folder)) {
      for (Path file : files.filter(Storage::isAside).toList()) {
        Files.deleteIfExists(file);
      }
    } catch (IOException e) {
      throw failure("cannot clean up", folder.toString(), e);
    }
  }

  private static boolean isAside(Path file) {
    return file.getFileName().toString().contains(ASIDE);
  }

  /** Opens a file for reading at any position. */
  public static SeekableByteChannel open(String path) {
    try {
      return isRemote(path)
          ? (SeekableByteChannel)
              FileSystems.open(FileSystems.matchSingleFileSpec(path).resourceId())
          : Files.newByteChannel(Path.of(path));
    } catch (IOException e) {
      throw failure("cannot read", path, e);
    }
  }

  /** Copies a file to a name, under which it appears whole or not at all. */
  public static void copy(String from, String to) {
    write(
        to,
        out -> {
          try (InputStream in = Channels.newInputStream(open(from))) {
            in.transferTo(out);
          }
        });
  }

  /** The names, not the paths, of the files in a folder, sorted; none where there is no folder. */
  public static List<String> list(String folder) {
    try {
      if (isRemote(folder)) {
        return FileSystems.match(folder + "/*", EmptyMatchTreatment.ALLOW).metadata().stream()
            .map(MatchResult.Metadata::resourceId)
            .map(resource -> resource.getFilename())
            .sorted()
            .toList();
      }
      try (Stream<Path> files = Files.list(Path.of(folder))) {
        return files
            .filter(Files::isRegularFile)
            .filter(file -> !isAside(file))
            .map(file -> file.getFileName().toString())
            .sorted()
            .toList();
      }
    } catch (NoSuchFileException e) {
      return List.of();
    } catch (IOException e) {
      throw failure("cannot list", folder, e);
    }
  }

  /** True where there is a file of that name. */
  public static boolean exists(String path) {
    try {
      return isRemote(path)
          ? !FileSystems.match(path, EmptyMatchTreatment.ALLOW).metadata().isEmpty()
          : Files.exists(Path.of(path));
    } catch (IOException e) {
      throw failure("cannot look up", path, e);
    }
  }

  /**
   * Deletes a file or a folder and all in it; nothing happens where there is none. Several may
   * delete the same at once.
   */
  public static void delete(String path) {
    try {
      if (isRemote(path)) {
        for (String pattern : List.of(path, path + "/**")) {
          FileSystems.delete(
              FileSystems.match(pattern, EmptyMatchTreatment.ALLOW).metadata().stream()
                  .map(MatchResult.Metadata::resourceId)
                  .toList());
        }
        return;
      }
      deleteTree(Path.of(path));
    } catch (IOException e) {
      throw failure("cannot delete", path, e);
    }
  }

  private static void deleteTree(Path tree) throws IOException {
    Files.walkFileTree(
        tree,
        new SimpleFileVisitor<Path>() {
          @Override
          public FileVisitResult visitFile(Path file, BasicFileAttributes attributes)
              throws IOException {
            Files.deleteIfExists(file);
            return FileVisitResult.CONTINUE;
          }

          @Override
          public FileVisitResult visitFileFailed(Path file, IOException e) throws IOException {
            return postVisitDirectory(file, e);
          }

          @Override
          public FileVisitResult postVisitDirectory(Path folder, IOException e) throws IOException {
            if (e != null && !(e instanceof NoSuchFileException)) {
              throw e;
            }
            Files.deleteIfExists(folder);
            return FileVisitResult.CONTINUE;
          }
        });
  }

  private static boolean isRemote(String path) {
    return path.contains("://");
  }

  private static UncheckedIOException failure(String what, String path, IOException cause) {
    String reason =
        cause instanceof FileSystemException file && file.getReason() != null
            ? file.getReason()
            : cause instanceof NoSuchFileException ? "no such file" : cause.getMessage();
    return new UncheckedIOException("%s %s: %s".formatted(what, path, reason), cause);
  }
}
