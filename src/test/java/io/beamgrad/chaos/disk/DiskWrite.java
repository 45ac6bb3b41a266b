package io.beamgrad.chaos.disk;

import java.io.ByteArrayOutputStream;
import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.util.ArrayList;
import java.util.List;

/**
 * One step of a process on a disk.
 *
 * @param path what it is about; empty for a file that is open
 * @param other the new name of a rename or a link; else empty
 * @param file the number of an open file; else 0
 * @param position of written bytes, or the size that a file is cut to
 */
@SuppressWarnings("ArrayRecordComponent") // nobody compares or changes the arrays
public record DiskWrite(
    Kind kind, String path, String other, int file, long position, byte[] bytes) {
  public enum Kind {
    CREATE,
    OPEN,
    WRITE,
    TRUNCATE,
    FORCE,
    MAKE_FOLDER,
    RENAME,
    LINK,
    DELETE
  }

  private static final byte[] NONE = {};

  static DiskWrite of(Kind kind, String path) {
    return of(kind, path, "");
  }

  static DiskWrite of(Kind kind, String path, String other) {
    return new DiskWrite(kind, path, other, 0, 0, NONE);
  }

  static DiskWrite open(int file, String path) {
    return new DiskWrite(Kind.OPEN, path, "", file, 0, NONE);
  }

  static DiskWrite of(Kind kind, int file, long position, byte[] bytes) {
    return new DiskWrite(kind, "", "", file, position, bytes);
  }

  byte[] toBytes() {
    ByteArrayOutputStream bytesOut = new ByteArrayOutputStream();
    try (DataOutputStream out = new DataOutputStream(bytesOut)) {
      out.writeByte(List.of(Kind.values()).indexOf(kind));
      out.writeUTF(path);
      out.writeUTF(other);
      out.writeInt(file);
      out.writeLong(position);
      out.writeInt(bytes.length);
      out.write(bytes);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    return bytesOut.toByteArray();
  }

  /** All steps of a recording; the last one may be cut short. */
  public static List<DiskWrite> read(InputStream recording) throws IOException {
    List<DiskWrite> writes = new ArrayList<>();
    DataInputStream in = new DataInputStream(recording);
    for (int kind = in.read(); kind >= 0; kind = in.read()) {
      try {
        String path = in.readUTF();
        String other = in.readUTF();
        int file = in.readInt();
        long position = in.readLong();
        byte[] bytes = new byte[in.readInt()];
        in.readFully(bytes);
        writes.add(new DiskWrite(Kind.values()[kind], path, other, file, position, bytes));
      } catch (EOFException e) {
        break;
      }
    }
    return writes;
  }
}
