package io.beamgrad.export;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;

import io.beamgrad.tensor.Tensor;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.TimeZone;
import java.util.zip.ZipEntry;
import java.util.zip.ZipFile;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class NpzFileTest {
  @TempDir Path folder;

  @Test
  void eachTensorIsAnEntryInTheFormatOfNumpy() throws IOException {
    Path file = write("w.npz");

    try (ZipFile zip = new ZipFile(file.toFile())) {
      assertEquals(2, zip.size());
      assertNpy(zip, "0.weight.npy", "(2, 1)", 1f, -2f);
      assertNpy(zip, "0.bias.npy", "(2,)", 0.5f, -0f);
    }
  }

  private static void assertNpy(ZipFile zip, String name, String shape, float first, float second)
      throws IOException {
    ZipEntry entry = zip.getEntry(name);
    assertEquals(ZipEntry.STORED, entry.getMethod());
    byte[] bytes = zip.getInputStream(entry).readAllBytes();
    assertEquals("\u0093NUMPY\u0001\u0000v\u0000", new String(bytes, 0, 10, ISO_8859_1));
    String dictionary = "{'descr': '<f4', 'fortran_order': False, 'shape': %s, }".formatted(shape);
    assertEquals(dictionary, new String(bytes, 10, 117, ISO_8859_1).stripTrailing());
    assertEquals('\n', bytes[127]);
    ByteBuffer elements = ByteBuffer.wrap(bytes, 128, 8).order(ByteOrder.LITTLE_ENDIAN);
    assertArrayEquals(
        new float[] {first, second}, new float[] {elements.getFloat(), elements.getFloat()});
    assertEquals(136, bytes.length);
  }

  @Test
  void theSameWeightsAreTheSameBytesInEveryTimeZone() throws IOException {
    byte[] here = Files.readAllBytes(write("a.npz"));
    TimeZone zone = TimeZone.getDefault();
    try {
      TimeZone.setDefault(TimeZone.getTimeZone("Asia/Kathmandu"));
      assertArrayEquals(here, Files.readAllBytes(write("b.npz")));
    } finally {
      TimeZone.setDefault(zone);
    }
  }

  private Path write(String name) {
    Map<String, Tensor> tensors = new LinkedHashMap<>();
    tensors.put("0.weight", Tensor.wrap(new float[] {1, -2}, 2, 1));
    tensors.put("0.bias", Tensor.wrap(new float[] {0.5f, -0f}, 2));
    NpzFile.write(folder.resolve(name).toString(), tensors);
    return folder.resolve(name);
  }
}
