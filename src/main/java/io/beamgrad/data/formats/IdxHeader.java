package io.beamgrad.data.formats;

import io.beamgrad.failure.BrokenFileException;
import io.beamgrad.failure.MissingDataException;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;

/**
 * The header of an IDX file of unsigned bytes, as http://yann.lecun.com/exdb/mnist describes it:
 * two zeros, the type 8, the number of dimensions, then each dimension as a big-endian int32.
 *
 * @param dims {@code [count, rows, cols]} for images, {@code [count]} for labels
 */
public record IdxHeader(List<Integer> dims) {
  private static final int UNSIGNED_BYTES = 0x0800;
  private static final int IMAGE_DIMS = 3;
  private static final int LABEL_DIMS = 1;

  /** One row is held in memory as one array, and many rows at once by the trainer. */
  private static final long MAX_IMAGE_BYTES = 1 << 26;

  public IdxHeader {
    dims = List.copyOf(dims);
    if (dims.size() != IMAGE_DIMS && dims.size() != LABEL_DIMS) {
      throw new IllegalArgumentException(
          "IDX header: expected %d dimensions (images) or %d (labels), was %s"
              .formatted(IMAGE_DIMS, LABEL_DIMS, dims));
    }
  }

  /**
   * Reads the header of a file of images; a plain file's size is checked too, a packed file's only
   * by reading it.
   *
   * @throws MissingDataException where there is no such file
   * @throws BrokenFileException where it is not a file of images, or has another size than its
   *     header says
   */
  public static IdxHeader readImages(Path file) {
    try (SourceStream in = SourceStream.open(file, file.getFileName().toString())) {
      return readImages(in);
    }
  }

  /** Reads the header of a file of labels, with the checks of {@link #readImages}. */
  public static IdxHeader readLabels(Path file) {
    try (SourceStream in = SourceStream.open(file, file.getFileName().toString())) {
      return readLabels(in);
    }
  }

  public static IdxHeader readImages(SourceStream in) {
    return read(in, IMAGE_DIMS, "images");
  }

  public static IdxHeader readLabels(SourceStream in) {
    return read(in, LABEL_DIMS, "labels");
  }

  private static IdxHeader read(SourceStream in, int dimensions, String what) {
    byte[] bytes = new byte[4 + 4 * dimensions];
    int length = in.read(bytes, bytes.length);
    ByteBuffer buffer = ByteBuffer.wrap(bytes);
    int expected = UNSIGNED_BYTES | dimensions;
    if (length < 4 || buffer.getInt() != expected) {
      throw new BrokenFileException(
          "%s: wrong magic number: expected %08x (IDX %s), found %s"
              .formatted(
                  in.name(),
                  expected,
                  what,
                  HexFormat.of().formatHex(bytes, 0, Math.min(length, 4))));
    }
    if (length < bytes.length) {
      throw new BrokenFileException(
          "%s: truncated: the header of IDX %s has %d bytes, file has %d bytes"
              .formatted(in.name(), what, bytes.length, length));
    }
    Integer[] dims = new Integer[dimensions];
    Arrays.setAll(dims, i -> buffer.getInt());
    IdxHeader header = new IdxHeader(List.of(dims));
    header.checkDims(in.name());
    if (!in.isPacked() && in.fileBytes() != header.fileBytes()) {
      throw header.wrongSize(in.name(), in.fileBytes());
    }
    return header;
  }

  /** The number of images or labels. */
  public int count() {
    return dims.get(0);
  }

  /** The shape of one image or label: {@code [rows, cols]} or {@code []}. */
  public List<Integer> rowShape() {
    return dims.subList(1, dims.size());
  }

  /** The size of one image or label in bytes. */
  public int rowBytes() {
    return rowShape().stream().reduce(1, Math::multiplyExact);
  }

  /** The size of the header in bytes. */
  public int headerBytes() {
    return 4 + 4 * dims.size();
  }

  /** The size of the whole file in bytes, unpacked. */
  public long fileBytes() {
    return headerBytes() + (long) count() * rowBytes();
  }

  /** The exception for a file whose size, unpacked, is not what the header says. */
  BrokenFileException wrongSize(String name, long found) {
    return new BrokenFileException(
        "%s: %s: header says %s (%d bytes), file has %d bytes"
            .formatted(
                name, found < fileBytes() ? "truncated" : "oversized", this, fileBytes(), found));
  }

  private void checkDims(String name) {
    if (dims.stream().anyMatch(dim -> dim <= 0)) {
      throw new BrokenFileException("%s: header says %s".formatted(name, this));
    }
    // A product of two positive int32 cannot overflow a long.
    long rowBytes = rowShape().stream().mapToLong(Integer::longValue).reduce(1, (a, b) -> a * b);
    if (rowBytes > MAX_IMAGE_BYTES) {
      throw new BrokenFileException(
          "%s: header says %s; an image may have up to %d bytes"
              .formatted(name, this, MAX_IMAGE_BYTES));
    }
  }

  /** What the file holds in words: {@code 60000 images of 28x28}, or {@code 60000 labels}. */
  @Override
  public String toString() {
    return dims.size() == LABEL_DIMS
        ? count() + " labels"
        : "%d images of %dx%d".formatted(count(), dims.get(1), dims.get(2));
  }
}
