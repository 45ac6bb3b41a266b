package io.beamgrad.data.formats;

import io.beamgrad.schema.FileFormat;
import io.beamgrad.schema.FileRange;
import io.beamgrad.schema.Split;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.zip.GZIPOutputStream;

/**
 * Small IDX files for tests: pixel {@code i} of image {@code n} is {@code 7n + i}, label n % 10.
 */
public final class IdxFiles {
  public static final String IMAGES = "train-images-idx3-ubyte";
  public static final String LABELS = "train-labels-idx1-ubyte";

  private IdxFiles() {}

  public static byte[] images(int count, int rows, int cols) {
    ByteBuffer bytes = ByteBuffer.allocate(16 + count * rows * cols);
    bytes.putInt(0x803).putInt(count).putInt(rows).putInt(cols);
    for (int n = 0; n < count; n++) {
      for (int i = 0; i < rows * cols; i++) {
        bytes.put((byte) (7 * n + i));
      }
    }
    return bytes.array();
  }

  public static byte[] labels(int count) {
    ByteBuffer bytes = ByteBuffer.allocate(8 + count).putInt(0x801).putInt(count);
    for (int n = 0; n < count; n++) {
      bytes.put((byte) (n % 10));
    }
    return bytes.array();
  }

  public static byte[] gzip(byte[] bytes) throws IOException {
    ByteArrayOutputStream packed = new ByteArrayOutputStream();
    try (OutputStream out = new GZIPOutputStream(packed)) {
      out.write(bytes);
    }
    return packed.toByteArray();
  }

  /** Writes the pair {@code train} of 3x2 images. */
  public static void write(Path folder, int count) throws IOException {
    Files.write(folder.resolve(IMAGES), images(count, 3, 2));
    Files.write(folder.resolve(LABELS), labels(count));
  }

  public static FileRange range(Path images, Path labels, long first, long records) {
    return new FileRange(
        Split.TRAIN,
        FileFormat.IDX,
        images.toString(),
        labels.toString(),
        IMAGES,
        first,
        records,
        IdxReader.columns(new IdxHeader(List.of(1, 3, 2))),
        null,
        null);
  }
}
