package io.beamgrad.registry;

import io.beamgrad.data.files.Storage;
import io.beamgrad.failure.WrongInputException;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.AccessDeniedException;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.NotDirectoryException;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.PosixFilePermission;
import java.util.List;
import java.util.Set;
import java.util.UUID;
import java.util.stream.Stream;

/**
 * Atomic, durable steps on a POSIX disk: each happens whole or not at all, and a crash of the
 * machine does not undo a step that has returned.
 */
final class Disk {
  private Disk() {}

  /** Creates a new file and forces its content to the disk. */
  static void create(Path file, byte[] content) throws IOException {
    try (FileChannel channel =
        FileChannel.open(file, StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE)) {
      ByteBuffer rest = ByteBuffer.wrap(content);
      while (rest.hasRemaining()) {
        channel.write(rest);
      }
      channel.force(true);
    }
  }

  /** Makes a file read-only for everybody. */
  static void protect(Path file) throws IOException {
    Set<PosixFilePermission> permissions = Files.getPosixFilePermissions(file);
    permissions.removeAll(
        Set.of(
            PosixFilePermission.OWNER_WRITE,
            PosixFilePermission.GROUP_WRITE,
            PosixFilePermission.OTHERS_WRITE));
    Files.setPosixFilePermissions(file, permissions);
  }

  /**
   * Links a file to one more name; false where that name is taken.
   *
   * @throws NoSuchFileException where the file is not there
   */
  static boolean link(Path file, Path name) throws IOException {
    try {
      Files.createLink(name, file);
    } catch (FileAlreadyExistsException e) {
      // The answer to a first request may have been lost on the way from a file server.
      if (!Files.isSameFile(file, name)) {
        return false;
      }
    }
    Storage.force(name.getParent());
    return true;
  }

  /** Renames a file or folder; a file that has the name is replaced. */
  static void rename(Path from, Path to) throws IOException {
    Files.move(from, to, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
    Storage.force(to.getParent());
    if (!from.getParent().equals(to.getParent())) {
      Storage.force(from.getParent());
    }
  }

  /** Deletes a file or folder; a rename comes first, so that nobody sees it half deleted. */
  static void delete(Path tree, Path aside) throws IOException {
    Path gone = aside.resolve(".gone-" + UUID.randomUUID());
    try {
      Storage.createFolders(aside);
      rename(tree, gone);
    } catch (NoSuchFileException e) {
      return;
    }
    Storage.delete(gone.toString());
  }

  /** The names in a folder, in no order; none where there is no folder. */
  static List<String> names(Path folder) {
    try (Stream<Path> files = Files.list(folder)) {
      return files.map(file -> file.getFileName().toString()).toList();
    } catch (NoSuchFileException | NotDirectoryException e) {
      return List.of();
    } catch (IOException e) {
      throw failure("cannot list", folder, e);
    }
  }

  /**
   * Checks that a disk has what a registry needs: hard links, which never replace, and renames,
   * which do.
   *
   * @throws WrongInputException where the disk has no such thing
   */
  static void requirePosix(Path folder) throws IOException {
    Path first = folder.resolve(".probe-" + UUID.randomUUID());
    Path second = folder.resolve(first.getFileName() + "-2");
    Path third = folder.resolve(first.getFileName() + "-3");
    try {
      create(first, new byte[] {1});
      create(third, new byte[] {3});
      boolean isPosix;
      try {
        isPosix = link(first, second) && !link(third, second);
        rename(third, second);
        isPosix &= Files.readAllBytes(second)[0] == 3;
      } catch (UnsupportedOperationException | FileSystemException e) {
        isPosix = false;
      }
      if (!isPosix) {
        throw new WrongInputException(
            folder
                + ": a registry must be on a disk with hard links and atomic renames; this one has"
                + " none");
      }
    } finally {
      for (Path file : List.of(first, second, third)) {
        Files.deleteIfExists(file);
      }
    }
  }

  /** One line that says what could not be done, with which file, and why. */
  static UncheckedIOException failure(String what, Path path, IOException thrown) {
    String reason = thrown.getMessage();
    if (thrown instanceof FileSystemException file && file.getReason() != null) {
      reason = file.getReason();
    } else if (thrown instanceof NoSuchFileException) {
      reason = "no such file";
    } else if (thrown instanceof AccessDeniedException) {
      reason = "access denied";
    }
    return new UncheckedIOException("%s %s: %s".formatted(what, path, reason), thrown);
  }
}
