package io.beamgrad.data.shuffle;

import io.beamgrad.data.encoding.BlockEncoder;
import io.beamgrad.data.encoding.EncodedRows;
import io.beamgrad.data.encoding.NumberRange;
import io.beamgrad.data.encoding.RowLayout;
import io.beamgrad.data.files.Storage;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.channels.SeekableByteChannel;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.Queue;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.zip.CRC32C;

/**
 * A file of a block's encoded rows, little-endian: the CRC-32C of all that follows, the format, the
 * number of rows, least and largest number of each feature, then numbers, categories, targets and
 * weights, each part row-major.
 */
final class EncodedFile {
  private static final int FORMAT = 1;
  private static final Queue<ByteBuffer> SCRATCH = new ArrayBlockingQueue<>(4);
  private static final int HEAD_BYTES = Long.BYTES + 2 * Integer.BYTES;

  private EncodedFile() {}

  /**
   * Reads a file.
   *
   * @param rows how many it must have
   * @return false where there is none, or one that is not whole
   */
  static boolean read(String path, int rows, BlockEncoder encoder, EncodedRows into) {
    ByteBuffer scratch = scratch(bytes(rows, encoder));
    try (SeekableByteChannel channel = Files.newByteChannel(Path.of(path))) {
      boolean isWhole = channel.size() == scratch.remaining();
      while (isWhole && scratch.hasRemaining()) {
        isWhole = channel.read(scratch) > 0;
      }
      return isWhole && decode(scratch.flip(), rows, encoder, into);
    } catch (NoSuchFileException e) {
      return false;
    } catch (IOException e) {
      throw new UncheckedIOException("cannot read %s: %s".formatted(path, e.getMessage()), e);
    } finally {
      SCRATCH.offer(scratch);
    }
  }

  /** Memory off the heap, which a channel fills without another copy. */
  private static ByteBuffer scratch(int bytes) {
    ByteBuffer scratch = SCRATCH.poll();
    if (scratch == null || scratch.capacity() < bytes) {
      scratch = ByteBuffer.allocateDirect(bytes).order(ByteOrder.LITTLE_ENDIAN);
    }
    return scratch.clear().limit(bytes);
  }

  private static boolean decode(ByteBuffer file, int rows, BlockEncoder encoder, EncodedRows into) {
    if (file.getLong() != checksum(file) || file.getInt() != FORMAT || file.getInt() != rows) {
      return false;
    }
    NumberRange[] ranges = new NumberRange[encoder.features()];
    for (int f = 0; f < ranges.length; f++) {
      ranges[f] = new NumberRange(file.getDouble(), file.getDouble());
    }
    RowLayout layout = encoder.layout();
    into.resize(rows, layout);
    into.setRanges(ranges);
    get(file, into.numbers(), rows * layout.numbers());
    file.asIntBuffer().get(into.categories(), 0, rows * layout.categories());
    file.position(file.position() + Integer.BYTES * rows * layout.categories());
    get(file, into.targets(), rows * layout.targets());
    get(file, into.weights(), rows * layout.weights());
    return true;
  }

  private static void get(ByteBuffer file, float[] to, int count) {
    file.asFloatBuffer().get(to, 0, count);
    file.position(file.position() + Float.BYTES * count);
  }

  /** Writes a file. */
  static void write(String path, BlockEncoder encoder, EncodedRows rows) {
    ByteBuffer file =
        ByteBuffer.allocate(bytes(rows.rows(), encoder)).order(ByteOrder.LITTLE_ENDIAN);
    RowLayout layout = encoder.layout();
    file.position(Long.BYTES).putInt(FORMAT).putInt(rows.rows());
    for (NumberRange range : rows.ranges()) {
      file.putDouble(range.least()).putDouble(range.largest());
    }
    put(file, rows.numbers(), rows.rows() * layout.numbers());
    file.asIntBuffer().put(rows.categories(), 0, rows.rows() * layout.categories());
    file.position(file.position() + Integer.BYTES * rows.rows() * layout.categories());
    put(file, rows.targets(), rows.rows() * layout.targets());
    put(file, rows.weights(), rows.rows() * layout.weights());
    file.putLong(0, checksum(file.position(Long.BYTES)));
    Storage.writeUnforced(path, out -> out.write(file.array()));
  }

  private static void put(ByteBuffer file, float[] from, int count) {
    file.asFloatBuffer().put(from, 0, count);
    file.position(file.position() + Float.BYTES * count);
  }

  private static int bytes(int rows, BlockEncoder encoder) {
    int ranges = 2 * Double.BYTES * encoder.features();
    return Math.addExact(HEAD_BYTES + ranges, Math.multiplyExact(rows, encoder.layout().bytes()));
  }

  private static long checksum(ByteBuffer rest) {
    CRC32C crc = new CRC32C();
    crc.update(rest.duplicate());
    return crc.getValue();
  }
}
