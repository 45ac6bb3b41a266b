package io.beamgrad.chaos.disk;

import java.io.FileOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.io.UncheckedIOException;

/** A file that has all that was done below a folder, in order. */
final class Recording {
  private final String root;
  private final OutputStream out;
  private int files;

  /** Not with NIO, which would be recorded itself. */
  Recording(String root, String file) {
    this.root = root;
    try {
      this.out = new FileOutputStream(file);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  boolean isBelow(String path) {
    return path.equals(root) || path.startsWith(root + "/");
  }

  /** A number for a file that is opened. */
  synchronized int nextFile() {
    return ++files;
  }

  synchronized void add(DiskWrite write) {
    try {
      out.write(write.toBytes());
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
