package io.beamgrad.chaos.disk;

import io.beamgrad.chaos.disk.DiskWrite.Kind;
import java.io.IOException;
import java.net.URI;
import java.nio.channels.FileChannel;
import java.nio.channels.SeekableByteChannel;
import java.nio.file.AccessMode;
import java.nio.file.CopyOption;
import java.nio.file.DirectoryStream;
import java.nio.file.FileStore;
import java.nio.file.FileSystem;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.OpenOption;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.BasicFileAttributes;
import java.nio.file.attribute.FileAttribute;
import java.nio.file.attribute.FileAttributeView;
import java.nio.file.spi.FileSystemProvider;
import java.util.Iterator;
import java.util.Map;
import java.util.Set;
import java.util.stream.StreamSupport;

/**
 * The default file system of a process that is started with {@code
 * -Djava.nio.file.spi.DefaultFileSystemProvider}: the real one, but what is written and forced
 * below the folder {@code beamgrad.recorded} is noted in the file {@code beamgrad.recording}.
 */
public final class RecordingProvider extends FileSystemProvider {
  public static final String ROOT = "beamgrad.recorded";
  public static final String FILE = "beamgrad.recording";

  private final FileSystemProvider real;
  private final FileSystem fileSystem;
  private final Recording recording;

  public RecordingProvider(FileSystemProvider real) {
    this.real = real;
    this.fileSystem = new RecordedFileSystem(real.getFileSystem(URI.create("file:///")), this);
    this.recording = new Recording(System.getProperty(ROOT), System.getProperty(FILE));
  }

  private static Path real(Path path) {
    return RecordedPath.real(path);
  }

  private static String name(Path path) {
    return real(path).toAbsolutePath().normalize().toString();
  }

  private boolean isRecorded(Path path) {
    return recording.isBelow(name(path));
  }

  /** Does something, and notes it where it has not failed. */
  private interface Step {
    void run() throws IOException;
  }

  private void step(Path path, DiskWrite write, Step step) throws IOException {
    synchronized (recording) {
      step.run();
      if (isRecorded(path)) {
        recording.add(write);
      }
    }
  }

  @Override
  public SeekableByteChannel newByteChannel(
      Path path, Set<? extends OpenOption> options, FileAttribute<?>... attributes)
      throws IOException {
    return isWritten(options)
        ? newFileChannel(path, options, attributes)
        : real.newByteChannel(real(path), options, attributes);
  }

  private static boolean isWritten(Set<? extends OpenOption> options) {
    return options.contains(StandardOpenOption.WRITE)
        || options.contains(StandardOpenOption.APPEND);
  }

  @Override
  public FileChannel newFileChannel(
      Path path, Set<? extends OpenOption> options, FileAttribute<?>... attributes)
      throws IOException {
    if (!isRecorded(path)) {
      return real.newFileChannel(real(path), options, attributes);
    }
    synchronized (recording) {
      boolean isNew = !Files.exists(real(path));
      FileChannel channel = real.newFileChannel(real(path), options, attributes);
      int file = recording.nextFile();
      if (isNew) {
        recording.add(DiskWrite.of(Kind.CREATE, name(path)));
      }
      recording.add(DiskWrite.open(file, name(path)));
      if (options.contains(StandardOpenOption.TRUNCATE_EXISTING)) {
        recording.add(DiskWrite.of(Kind.TRUNCATE, file, 0, new byte[0]));
      }
      boolean isAppended = options.contains(StandardOpenOption.APPEND);
      return new RecordedChannel(channel, recording, file, isAppended);
    }
  }

  @Override
  public void createDirectory(Path path, FileAttribute<?>... attributes) throws IOException {
    step(
        path,
        DiskWrite.of(Kind.MAKE_FOLDER, name(path)),
        () -> real.createDirectory(real(path), attributes));
  }

  @Override
  public void delete(Path path) throws IOException {
    step(path, DiskWrite.of(Kind.DELETE, name(path)), () -> real.delete(real(path)));
  }

  @Override
  public void createLink(Path link, Path existing) throws IOException {
    step(
        link,
        DiskWrite.of(Kind.LINK, name(existing), name(link)),
        () -> real.createLink(real(link), real(existing)));
  }

  @Override
  public void move(Path from, Path to, CopyOption... options) throws IOException {
    step(
        to,
        DiskWrite.of(Kind.RENAME, name(from), name(to)),
        () -> real.move(real(from), real(to), options));
  }

  @Override
  public void copy(Path from, Path to, CopyOption... options) throws IOException {
    synchronized (recording) {
      real.copy(real(from), real(to), options);
      if (!isRecorded(to)) {
        return;
      }
      if (Files.isDirectory(real(to))) {
        recording.add(DiskWrite.of(Kind.MAKE_FOLDER, name(to)));
        return;
      }
      int file = recording.nextFile();
      recording.add(DiskWrite.of(Kind.CREATE, name(to)));
      recording.add(DiskWrite.open(file, name(to)));
      recording.add(DiskWrite.of(Kind.WRITE, file, 0, Files.readAllBytes(real(to))));
    }
  }

  @Override
  public DirectoryStream<Path> newDirectoryStream(
      Path folder, DirectoryStream.Filter<? super Path> filter) throws IOException {
    DirectoryStream<Path> found =
        real.newDirectoryStream(
            real(folder), path -> filter.accept(RecordedPath.of(path, fileSystem)));
    return new DirectoryStream<>() {
      @Override
      public Iterator<Path> iterator() {
        return StreamSupport.stream(found.spliterator(), false)
            .map(path -> RecordedPath.of(path, fileSystem))
            .iterator();
      }

      @Override
      public void close() throws IOException {
        found.close();
      }
    };
  }

  @Override
  public String getScheme() {
    return real.getScheme();
  }

  @Override
  public FileSystem newFileSystem(URI uri, Map<String, ?> settings) throws IOException {
    return real.newFileSystem(uri, settings);
  }

  @Override
  public FileSystem getFileSystem(URI uri) {
    return fileSystem;
  }

  @Override
  public Path getPath(URI uri) {
    return RecordedPath.of(real.getPath(uri), fileSystem);
  }

  @Override
  public Path readSymbolicLink(Path link) throws IOException {
    return RecordedPath.of(real.readSymbolicLink(real(link)), fileSystem);
  }

  @Override
  public boolean isSameFile(Path path, Path other) throws IOException {
    return real.isSameFile(real(path), real(other));
  }

  @Override
  public boolean isHidden(Path path) throws IOException {
    return real.isHidden(real(path));
  }

  @Override
  public FileStore getFileStore(Path path) throws IOException {
    return real.getFileStore(real(path));
  }

  @Override
  public void checkAccess(Path path, AccessMode... modes) throws IOException {
    real.checkAccess(real(path), modes);
  }

  @Override
  public <V extends FileAttributeView> V getFileAttributeView(
      Path path, Class<V> type, LinkOption... options) {
    return real.getFileAttributeView(real(path), type, options);
  }

  @Override
  public <A extends BasicFileAttributes> A readAttributes(
      Path path, Class<A> type, LinkOption... options) throws IOException {
    return real.readAttributes(real(path), type, options);
  }

  @Override
  public Map<String, Object> readAttributes(Path path, String attributes, LinkOption... options)
      throws IOException {
    return real.readAttributes(real(path), attributes, options);
  }

  @Override
  public void setAttribute(Path path, String attribute, Object value, LinkOption... options)
      throws IOException {
    real.setAttribute(real(path), attribute, value, options);
  }
}
