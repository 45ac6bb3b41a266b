package io.beamgrad.data.shuffle;

import io.beamgrad.data.encoding.BlockEncoder;
import io.beamgrad.data.encoding.EncodedRows;
import io.beamgrad.data.encoding.NumberRange;
import io.beamgrad.data.encoding.RowLayout;
import io.beamgrad.data.files.Storage;
import io.beamgrad.tensor.SparseRows;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.IntBuffer;
import java.nio.channels.SeekableByteChannel;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.Queue;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.zip.CRC32C;
import org.checkerframework.checker.nullness.qual.Nullable;

/**
 * A file of a block's encoded rows, little-endian: the CRC-32C of all that follows, the format, the
 * number of rows, least and largest number of each feature, then numbers, categories, targets and
 * weights, each part row-major. Where there are texts, how many inputs each has, and column and
 * value of each input.
 */
final class EncodedFile {
  private static final int FORMAT = 1;
  private static final Queue<ByteBuffer> SCRATCH = new ArrayBlockingQueue<>(4);
  private static final int HEAD_BYTES = Long.BYTES + 2 * Integer.BYTES;

  private static final int INPUT_BYTES = Integer.BYTES + Float.BYTES; // of a text
  private static final int MOST_INPUTS = 1 << 27;
  private static final int MOST_BYTES = Integer.MAX_VALUE - 8; // an array has no more

  private EncodedFile() {}

  /**
   * Reads a file.
   *
   * @param rows how many it must have
   * @return false where there is none, or one that is not whole
   */
  static boolean read(String path, int rows, BlockEncoder encoder, EncodedRows into) {
    ByteBuffer scratch = null;
    try (SeekableByteChannel channel = Files.newByteChannel(Path.of(path))) {
      long inputs = (channel.size() - bytes(rows, encoder, 0)) / INPUT_BYTES;
      boolean isWhole =
          (inputs == 0 || encoder.hasTexts())
              && fits(rows, encoder, inputs)
              && channel.size() == bytes(rows, encoder, inputs);
      if (!isWhole) {
        return false;
      }
      scratch = scratch((int) channel.size());
      while (isWhole && scratch.hasRemaining()) {
        isWhole = channel.read(scratch) > 0;
      }
      return isWhole && decode(scratch.flip(), rows, encoder, into);
    } catch (NoSuchFileException e) {
      return false;
    } catch (IOException e) {
      throw new UncheckedIOException("cannot read %s: %s".formatted(path, e.getMessage()), e);
    } finally {
      if (scratch != null) {
        SCRATCH.offer(scratch);
      }
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
    into.setTexts(encoder.hasTexts() ? texts(file, rows, encoder, into.texts()) : null);
    return true;
  }

  /**
   * @param spare is filled again where it has room
   */
  private static SparseRows texts(
      ByteBuffer file, int rows, BlockEncoder encoder, @Nullable SparseRows spare) {
    int count = rows * encoder.layout().texts();
    IntBuffer inputs = file.asIntBuffer().limit(count);
    file.position(file.position() + Integer.BYTES * count);
    int width = encoder.rowEncoder().inputWidth();
    int all = file.remaining() / INPUT_BYTES;
    SparseRows texts =
        spare != null && spare.width() == width && spare.values().length >= all
            ? spare
            : new SparseRows(width, count, all);
    texts.clear();
    while (inputs.hasRemaining()) {
      for (int left = inputs.get(); left > 0; left--) {
        texts.add(file.getInt(), file.getFloat());
      }
      texts.endRow();
    }
    return texts;
  }

  private static void put(ByteBuffer file, SparseRows texts) {
    int[] starts = texts.starts();
    for (int text = 0; text < texts.rows(); text++) {
      file.putInt(starts[text + 1] - starts[text]);
    }
    for (int i = 0; i < starts[texts.rows()]; i++) {
      file.putInt(texts.columns()[i]).putFloat(texts.values()[i]);
    }
  }

  private static void get(ByteBuffer file, float[] to, int count) {
    file.asFloatBuffer().get(to, 0, count);
    file.position(file.position() + Float.BYTES * count);
  }

  /** Writes a file; none where it would be too large to be read. */
  static void write(String path, BlockEncoder encoder, EncodedRows rows) {
    SparseRows texts = rows.texts();
    int inputs = texts == null ? 0 : texts.starts()[texts.rows()];
    if (!fits(rows.rows(), encoder, inputs)) {
      return;
    }
    ByteBuffer file =
        ByteBuffer.allocate((int) bytes(rows.rows(), encoder, inputs))
            .order(ByteOrder.LITTLE_ENDIAN);
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
    if (texts != null) {
      put(file, texts);
    }
    file.putLong(0, checksum(file.position(Long.BYTES)));
    Storage.writeUnforced(path, out -> out.write(file.array()));
  }

  private static void put(ByteBuffer file, float[] from, int count) {
    file.asFloatBuffer().put(from, 0, count);
    file.position(file.position() + Float.BYTES * count);
  }

  /**
   * Whether a file of so many rows can be written and read.
   *
   * @param inputs of the texts of all rows
   */
  static boolean fits(int rows, BlockEncoder encoder, long inputs) {
    return inputs >= 0 && inputs <= MOST_INPUTS && bytes(rows, encoder, inputs) <= MOST_BYTES;
  }

  private static long bytes(int rows, BlockEncoder encoder, long inputs) {
    long ranges = 2L * Double.BYTES * encoder.features();
    return HEAD_BYTES + ranges + (long) rows * encoder.layout().bytes() + INPUT_BYTES * inputs;
  }

  private static long checksum(ByteBuffer rest) {
    CRC32C crc = new CRC32C();
    crc.update(rest.duplicate());
    return crc.getValue();
  }
}
