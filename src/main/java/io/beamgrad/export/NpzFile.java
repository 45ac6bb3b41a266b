package io.beamgrad.export;

import static java.nio.charset.StandardCharsets.ISO_8859_1;

import io.beamgrad.data.files.Storage;
import io.beamgrad.nn.BatchNorm1d;
import io.beamgrad.tensor.Tensor;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.time.LocalDateTime;
import java.util.Arrays;
import java.util.Map;
import java.util.stream.Collectors;
import java.util.zip.CRC32;
import java.util.zip.ZipEntry;
import java.util.zip.ZipOutputStream;

/**
 * Writes named tensors as {@code numpy.savez} does: an uncompressed ZIP with a {@code NAME.npy} for
 * each tensor (https://numpy.org/doc/stable/reference/generated/numpy.lib.format.html).
 */
public final class NpzFile {
  private static final byte[] MAGIC = {(byte) 0x93, 'N', 'U', 'M', 'P', 'Y', 1, 0};
  private static final int ALIGNMENT = 64; // of the first element in a .npy

  /**
   * A fixed time that fits the field of a ZIP entry; other times add a field that depends on the
   * time zone.
   */
  private static final LocalDateTime TIME = LocalDateTime.of(2000, 1, 1, 0, 0);

  private NpzFile() {}

  /**
   * Writes the tensors in the order of the map, of float32 but for numbers of batches; the file
   * appears whole or not at all. The same tensors give the same bytes.
   */
  public static void write(String path, Map<String, Tensor> tensors) {
    Storage.write(
        path,
        out -> {
          ZipOutputStream zip = new ZipOutputStream(out);
          zip.setMethod(ZipOutputStream.STORED);
          for (Map.Entry<String, Tensor> tensor : tensors.entrySet()) {
            add(
                zip,
                tensor.getKey() + ".npy",
                npy(tensor.getValue(), BatchNorm1d.isCount(tensor.getKey())));
          }
          zip.finish();
        });
  }

  private static void add(ZipOutputStream zip, String name, byte[] content) throws IOException {
    CRC32 checksum = new CRC32();
    checksum.update(content);
    ZipEntry entry = new ZipEntry(name);
    entry.setTimeLocal(TIME);
    entry.setSize(content.length);
    entry.setCrc(checksum.getValue());
    zip.putNextEntry(entry);
    zip.write(content);
    zip.closeEntry();
  }

  /** Of float32 elements, or of int64 ones where they count. */
  private static byte[] npy(Tensor tensor, boolean isCount) {
    String shape =
        Arrays.stream(tensor.shape()).mapToObj(Integer::toString).collect(Collectors.joining(", "));
    String dictionary =
        "{'descr': '%s', 'fortran_order': False, 'shape': (%s), }"
            .formatted(isCount ? "<i8" : "<f4", tensor.dim() == 1 ? shape + "," : shape);
    int start = MAGIC.length + Short.BYTES;
    int begin = Math.floorDiv(start + dictionary.length() + ALIGNMENT, ALIGNMENT) * ALIGNMENT;
    int elementBytes = isCount ? Long.BYTES : Float.BYTES;
    ByteBuffer npy =
        ByteBuffer.allocate(begin + elementBytes * tensor.elements())
            .order(ByteOrder.LITTLE_ENDIAN);
    npy.put(MAGIC).putShort((short) (begin - start)).put(dictionary.getBytes(ISO_8859_1));
    while (npy.position() < begin - 1) {
      npy.put((byte) ' ');
    }
    npy.put((byte) '\n');
    for (float value : tensor.data()) {
      if (isCount) {
        npy.putLong((long) value);
      } else {
        npy.putFloat(value);
      }
    }
    return npy.array();
  }
}
