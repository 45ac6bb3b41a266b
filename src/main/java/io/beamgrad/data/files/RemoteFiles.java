package io.beamgrad.data.files;

import java.io.IOException;
import java.nio.channels.SeekableByteChannel;
import java.util.Optional;
import java.util.SortedMap;

/**
 * Files that are not on a disk, at addresses such as {@code s3://bucket/key}. {@link Storage} finds
 * the one implementation that is on the class path as a service; without one it reaches disks only.
 * All methods throw what their clients throw, of which {@link Storage} makes one line.
 */
public interface RemoteFiles {

  /** Writes a file, which appears under its name whole or not at all. */
  void write(String path, Storage.Body body) throws IOException;

  /** Opens a file for reading at any position. */
  SeekableByteChannel open(String path) throws IOException;

  /** The files in a folder and the bytes of each, by name; none where there is no folder. */
  SortedMap<String, Long> sizes(String folder) throws IOException;

  /**
   * All files below a folder, however deep, by their paths below it; none where there is no folder.
   */
  SortedMap<String, StoredFile> tree(String folder) throws IOException;

  /** A file; empty where there is none of that name. */
  Optional<StoredFile> find(String path) throws IOException;

  /** True where there is a file of that name. */
  boolean exists(String path) throws IOException;

  /** Identifies a file's present content: its size and the time of its last change, as text. */
  String version(String path) throws IOException;

  /** True where there is no such folder, or nothing at all in it. */
  boolean isEmptyFolder(String folder) throws IOException;

  /** Deletes a file or a folder and all in it; nothing happens where there is none. */
  void delete(String path) throws IOException;
}
