package io.beamgrad.data.files;

import io.beamgrad.failure.MissingDataException;
import io.beamgrad.failure.WrongInputException;
import java.io.BufferedOutputStream;
import java.io.FileNotFoundException;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.channels.Channels;
import java.nio.channels.ClosedByInterruptException;
import java.nio.channels.FileChannel;
import java.nio.channels.SeekableByteChannel;
import java.nio.file.AccessDeniedException;
import java.nio.file.FileSystemException;
import java.nio.file.FileVisitResult;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.SimpleFileVisitor;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.BasicFileAttributes;
import java.security.DigestInputStream;
import java.security.MessageDigest;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.ServiceLoader;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.UUID;
import java.util.stream.Stream;

/**
 * The files of a run, on a local or shared disk, or, for paths such as {@code s3://bucket/key},
 * wherever {@link RemoteFiles} reach. A file appears under its name whole or not at all: on a disk
 * it is written under a temporary name and renamed. So that this holds after a power cut too, its
 * bytes are forced to the disk before it gets its name, and its folder before a method returns.
 */
public final class Storage {

  /** Writes the content of one file. */
  @FunctionalInterface
  public interface Body {
    void writeTo(OutputStream out) throws IOException;
  }

  private static final String ASIDE = ".aside-";

  /** Is looked for when the first address is used. */
  private static final class Remote {
    private static final Optional<RemoteFiles> FILES =
        ServiceLoader.load(RemoteFiles.class, Storage.class.getClassLoader()).findFirst();
  }

  private Storage() {}

  /** Writes a file, replacing one of the same name. Folders are made as needed. */
  public static void write(String path, Body body) {
    write(path, body, true);
  }

  /**
   * The same for a file that is checked when it is read and then made anew, or that there are too
   * many of: a power cut may leave it cut short, empty or full of zeros.
   */
  public static void writeUnforced(String path, Body body) {
    write(path, body, false);
  }

  private static void write(String path, Body body, boolean isForced) {
    try {
      if (isRemote(path)) {
        remote().write(path, body);
      } else {
        writeAsideAndRename(Path.of(path), body, isForced);
      }
    } catch (IOException | RuntimeException e) {
      throw failure("cannot write", path, e);
    }
  }

  private static RemoteFiles remote() throws IOException {
    return Remote.FILES.orElseThrow(
        () -> new IOException("only files on a disk can be used here, not those at an address"));
  }

  /**
   * A temporary name beside a file, under which the file is written. It is unique, so that another
   * attempt at the same file, running or killed, is never in the way.
   */
  public static Path aside(Path path) {
    Path folder = path.toAbsolutePath().getParent();
    return folder.resolve(asideName(path.getFileName().toString()));
  }

  /** The same for a path or an address as text. */
  public static String aside(String path) {
    int name = path.lastIndexOf('/') + 1;
    return path.substring(0, name) + asideName(path.substring(name));
  }

  private static String asideName(String name) {
    return "." + name + ASIDE + UUID.randomUUID();
  }

  private static void writeAsideAndRename(Path path, Body body, boolean isForced)
      throws IOException {
    Path folder = path.toAbsolutePath().getParent();
    createFolders(folder);
    Path aside = aside(path);
    try {
      try (OutputStream out = new BufferedOutputStream(Files.newOutputStream(aside), 1 << 16)) {
        body.writeTo(out);
      }
      if (isForced) {
        force(aside);
      }
      Files.move(aside, path, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
      if (isForced) {
        force(folder);
      }
    } finally {
      Files.deleteIfExists(aside);
    }
  }

  /** Makes a folder and those above it, as far as they are not there; a power cut leaves them. */
  public static void createFolders(Path folder) throws IOException {
    Path absolute = folder.toAbsolutePath();
    Path above = absolute.getParent();
    if (above != null && !Files.isDirectory(absolute)) {
      createFolders(above);
      Files.createDirectories(absolute);
      force(above);
    }
  }

  /** Forces a file's bytes, or a folder's list of names, to the disk, interrupted or not. */
  public static void force(Path path) throws IOException {
    boolean isInterrupted = false;
    while (true) {
      try (FileChannel channel = FileChannel.open(path, StandardOpenOption.READ)) {
        channel.force(true);
        break;
      } catch (ClosedByInterruptException e) {
        isInterrupted = Thread.interrupted(); // an interrupted thread can use no channel
      } catch (AccessDeniedException | NoSuchFileException e) {
        if (Files.isDirectory(path)) {
          break; // one that may not be read, or of a kind of disk that opens none, is not forced
        }
        throw e;
      }
    }
    if (isInterrupted) {
      Thread.currentThread().interrupt();
    }
  }

  /** Gives a folder of new files its name, under which it appears whole or not at all. */
  public static void renameFolder(Path from, Path to) throws IOException {
    try (Stream<Path> files = Files.list(from)) {
      for (Path file : files.toList()) {
        force(file);
      }
    }
    force(from);
    Files.move(from, to, StandardCopyOption.ATOMIC_MOVE);
    force(to.toAbsolutePath().getParent());
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
    return isAside(file.getFileName().toString());
  }

  private static boolean isAside(String name) {
    return name.contains(ASIDE);
  }

  /** Opens a file for reading at any position. */
  public static SeekableByteChannel open(String path) {
    try {
      return opened(path);
    } catch (IOException | RuntimeException e) {
      throw failure("cannot read", path, e);
    }
  }

  private static SeekableByteChannel opened(String path) throws IOException {
    return isRemote(path)
        ? new RemoteChannel(path, remote().open(path))
        : Files.newByteChannel(Path.of(path));
  }

  /**
   * The content of a small file, empty where there is no such file. On an object store a file that
   * is replaced meanwhile may be cut short.
   */
  public static Optional<byte[]> readIfThere(String path) {
    try (SeekableByteChannel channel = opened(path)) {
      ByteBuffer content = ByteBuffer.allocate(Math.toIntExact(channel.size()));
      while (content.hasRemaining() && channel.read(content) > 0) {}
      return Optional.of(Arrays.copyOf(content.array(), content.position()));
    } catch (NoSuchFileException | FileNotFoundException e) {
      return Optional.empty();
    } catch (IOException | RuntimeException e) {
      throw failure("cannot read", path, e);
    }
  }

  /**
   * The SHA-256 of a file's content, 32 bytes.
   *
   * @throws UncheckedIOException where it cannot be read
   */
  public static byte[] sha256(String path) {
    MessageDigest digest = Sha256.digest();
    try (InputStream in = new DigestInputStream(Channels.newInputStream(open(path)), digest)) {
      in.transferTo(OutputStream.nullOutputStream());
    } catch (IOException e) {
      throw failure("cannot read", path, e);
    }
    return digest.digest();
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
    return List.copyOf(sizes(folder).keySet());
  }

  /** The files in a folder and the bytes of each, by name; none where there is no folder. */
  public static SortedMap<String, Long> sizes(String folder) {
    SortedMap<String, Long> found = new TreeMap<>();
    try {
      if (isRemote(folder)) {
        found.putAll(remote().sizes(folder));
      } else {
        try (Stream<Path> files = Files.list(Path.of(folder))) {
          for (Path file : files.filter(Files::isRegularFile).toList()) {
            found.put(file.getFileName().toString(), file.toFile().length());
          }
        }
      }
    } catch (NoSuchFileException e) {
      return found;
    } catch (IOException | RuntimeException e) {
      throw failure("cannot list", folder, e);
    }
    found.keySet().removeIf(Storage::isAside);
    return found;
  }

  /**
   * All files below a folder at an address, however deep, by their paths below it; none where there
   * is no such folder.
   */
  public static SortedMap<String, StoredFile> tree(String address) {
    try {
      return remote().tree(address);
    } catch (IOException | RuntimeException e) {
      throw failure("cannot list", address, e);
    }
  }

  /** A file on a disk or at an address; empty where there is none of that name. */
  public static Optional<StoredFile> find(String path) {
    try {
      if (isRemote(path)) {
        return remote().find(path);
      }
      BasicFileAttributes file = Files.readAttributes(Path.of(path), BasicFileAttributes.class);
      return file.isDirectory()
          ? Optional.empty()
          : Optional.of(new StoredFile(file.size(), file.lastModifiedTime().toInstant(), null));
    } catch (NoSuchFileException e) {
      return Optional.empty();
    } catch (IOException | RuntimeException e) {
      throw failure("cannot look up", path, e);
    }
  }

  /** True where there is a file of that name. */
  public static boolean exists(String path) {
    try {
      return isRemote(path) ? remote().exists(path) : Files.exists(Path.of(path));
    } catch (IOException | RuntimeException e) {
      throw failure("cannot look up", path, e);
    }
  }

  /** Identifies a file's present content: its size and the time of its last change, as text. */
  public static String version(String path) {
    try {
      if (isRemote(path)) {
        return remote().version(path);
      }
      Path file = Path.of(path);
      return Files.size(file) + " " + Files.getLastModifiedTime(file).toInstant();
    } catch (NoSuchFileException | FileNotFoundException e) {
      throw new MissingDataException(path + ": no such file");
    } catch (IOException | RuntimeException e) {
      throw failure("cannot read", path, e);
    }
  }

  /** True where there is no such folder, or nothing at all in it. */
  public static boolean isEmptyFolder(String folder) {
    try {
      if (isRemote(folder)) {
        return remote().isEmptyFolder(folder);
      }
      try (Stream<Path> files = Files.list(Path.of(folder))) {
        return files.findAny().isEmpty();
      }
    } catch (NoSuchFileException e) {
      return true;
    } catch (IOException | RuntimeException e) {
      throw failure("cannot list", folder, e);
    }
  }

  /**
   * Deletes a file or a folder and all in it; nothing happens where there is none. Several may
   * delete the same at once.
   */
  public static void delete(String path) {
    try {
      if (isRemote(path)) {
        remote().delete(path);
      } else {
        deleteTree(Path.of(path));
      }
    } catch (IOException | RuntimeException e) {
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

  /** True for an address such as {@code s3://bucket/key}, where each look costs a request. */
  public static boolean isRemote(String path) {
    return path.contains("://");
  }

  /** Clients of object stores throw exceptions of their own, whose cause has the reason. */
  static RuntimeException failure(String what, String path, Exception thrown) {
    if (thrown instanceof UncheckedIOException
        || thrown instanceof WrongInputException
        || (thrown instanceof RuntimeException && !isRemote(path))) {
      return (RuntimeException) thrown;
    }
    String reason = String.valueOf(thrown.getMessage());
    if (thrown instanceof FileSystemException file && file.getReason() != null) {
      reason = file.getReason();
    } else if (thrown instanceof NoSuchFileException || thrown instanceof FileNotFoundException) {
      reason = "no such file";
    } else if (thrown.getCause() != null && thrown.getCause().toString().equals(reason)) {
      reason = String.valueOf(thrown.getCause().getMessage());
    }
    return new UncheckedIOException(
        "%s %s: %s%s".formatted(what, path, reason, isRemote(path) ? root(thrown, reason) : ""),
        thrown instanceof IOException io ? io : new IOException(thrown));
  }

  /** The innermost cause in brackets, where the reason does not say it already. */
  private static String root(Throwable thrown, String reason) {
    Throwable root = thrown;
    while (root.getCause() != null) {
      root = root.getCause();
    }
    String said = root.getMessage() == null ? "" : root.getMessage().lines().findFirst().orElse("");
    return root == thrown || reason.contains(said)
        ? ""
        : " (%s: %s)".formatted(root.getClass().getSimpleName(), said);
  }
}
