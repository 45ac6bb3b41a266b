package io.beamgrad.data.formats;

import io.beamgrad.data.streams.SourceStream;
import io.beamgrad.failure.BrokenFileException;
import io.beamgrad.failure.MissingDataException;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;
import java.util.Locale;

/**
 * The header of an IDX file, as http://yann.lecun.com/exdb/mnist describes it: two zeros, the type
 * of the numbers, the number of dimensions, then each dimension as a big-endian int32.
 *
 * @param type of the numbers
 * @param dims {@code [count, rows, cols]} for images, {@code [count]} or {@code [count, 1]} for
 *     labels, and {@code [count, 8]} of ints for those of QMNIST, whose first number is the class
 */
public record IdxHeader(IdxType type, List<Integer> dims) {
  private static final int UNSIGNED_BYTES = 0x0800;
  private static final int IMAGE_DIMS = 3;
  private static final int LABEL_DIMS = 1;
  private static final int QMNIST_NUMBERS = 8;

  /** One row is held in memory as one array, and many rows at once by the trainer. */
  private static final long MAX_IMAGE_BYTES = 1 << 26;

  public IdxHeader {
    dims = List.copyOf(dims);
    if (dims.size() != IMAGE_DIMS && !areLabels(type, dims)) {
      throw new IllegalArgumentException(
          "IDX header: expected %s dimensions (images) or %s (labels), was %s"
              .formatted(IMAGE_DIMS, LABEL_DIMS, dims));
    }
  }

  /** A header of unsigned bytes. */
  public IdxHeader(List<Integer> dims) {
    this(IdxType.UNSIGNED_BYTE, dims);
  }

  private static boolean areLabels(IdxType type, List<Integer> dims) {
    boolean isQmnist = dims.size() == 2 && dims.get(1) == QMNIST_NUMBERS && type == IdxType.INT;
    return dims.size() == LABEL_DIMS || isQmnist || (dims.size() == 2 && dims.get(1) == 1);
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
    try (SourceStream in = SourceStream.open(file.toString(), file.getFileName().toString())) {
      return readImages(in);
    }
  }

  /** Reads the header of a file of labels, with the checks of {@link #readImages}. */
  public static IdxHeader readLabels(Path file) {
    try (SourceStream in = SourceStream.open(file.toString(), file.getFileName().toString())) {
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
    byte[] magic = new byte[4];
    int length = in.read(magic, magic.length);
    IdxType type = IdxType.of(magic[2]).orElse(null);
    boolean isIdx = length == 4 && magic[0] == 0 && magic[1] == 0 && type != null;
    boolean isLabelsOfMore = dimensions == LABEL_DIMS && magic[3] == 2;
    if (!isIdx || (magic[3] != dimensions && !isLabelsOfMore)) {
      String found = HexFormat.of().formatHex(magic, 0, length);
      throw new BrokenFileException(
          String.format(
              Locale.ROOT,
              "%s: wrong magic number: expected %08x (IDX %s), found %s%s",
              in.name(),
              UNSIGNED_BYTES | dimensions,
              what,
              found,
              isIdx ? " (%s)".formatted(described(type, magic[3])) : ""));
    }
    IdxHeader header = readDims(in, type, magic[3], what);
    header.checkDims(in.name());
    if (!in.isPacked() && in.fileBytes() != header.fileBytes()) {
      throw header.wrongSize(in.name(), in.fileBytes());
    }
    return header;
  }

  private static IdxHeader readDims(SourceStream in, IdxType type, int dimensions, String what) {
    byte[] bytes = new byte[4 * dimensions];
    int length = in.read(bytes, bytes.length);
    if (length < bytes.length) {
      throw new BrokenFileException(
          "%s: truncated: the header of IDX %s has %s bytes, file has %s bytes"
              .formatted(in.name(), what, 4 + bytes.length, 4 + length));
    }
    Integer[] dims = new Integer[dimensions];
    Arrays.setAll(dims, i -> ByteBuffer.wrap(bytes).getInt(4 * i));
    if (dimensions == 2 && !areLabels(type, List.of(dims))) {
      throw new BrokenFileException(
          "%s: expected one number for each label, or QMNIST's 8 ints, found %sx%s %s"
              .formatted(in.name(), dims[0], dims[1], type));
    }
    return new IdxHeader(type, List.of(dims));
  }

  private static String described(IdxType type, int dimensions) {
    return switch (dimensions) {
      case IMAGE_DIMS -> "IDX images";
      case LABEL_DIMS -> "IDX labels";
      default -> "IDX of %s dimensions, %s".formatted(dimensions, type);
    };
  }

  /** The number of images or labels. */
  public int count() {
    return dims.get(0);
  }

  /** The shape of one image or label: {@code [rows, cols]} or {@code []}. */
  public List<Integer> rowShape() {
    return dims.size() == IMAGE_DIMS ? dims.subList(1, dims.size()) : List.of();
  }

  /** The size of one image or label in the file, in bytes. */
  public int rowBytes() {
    return dims.subList(1, dims.size()).stream().reduce(type.bytes(), Math::multiplyExact);
  }

  /** How many bytes a row has of one image, as a byte for each pixel, or of one label. */
  int rowValues() {
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
        "%s: %s: header says %s (%s bytes), file has %s bytes"
            .formatted(
                name, found < fileBytes() ? "truncated" : "oversized", this, fileBytes(), found));
  }

  private void checkDims(String name) {
    if (dims.stream().anyMatch(dim -> dim <= 0)) {
      throw new BrokenFileException("%s: header says %s".formatted(name, this));
    }
    // A product of two positive int32 cannot overflow a long.
    long values = rowShape().stream().mapToLong(Integer::longValue).reduce(1, (a, b) -> a * b);
    if (values > MAX_IMAGE_BYTES / type.bytes()) {
      throw new BrokenFileException(
          "%s: header says %s; an image may have up to %s bytes"
              .formatted(name, this, MAX_IMAGE_BYTES));
    }
  }

  /** What the file holds in words: {@code 60000 images of 28x28}, or {@code 60000 labels}. */
  @Override
  public String toString() {
    return dims.size() == IMAGE_DIMS
        ? "%s images of %sx%s".formatted(count(), dims.get(1), dims.get(2))
        : count() + " labels";
  }
}
